package dev.hindsight.queries.tally;

import java.util.List;

/**
 * What a run comes to.
 *
 * @param durationNs from the first event of any CPU to the last
 * @param cpus of its host
 * @param lines interrupt responses, in order of vm, vcpu, source and irq
 * @param jobs in order of marker, vm and vcpu
 * @param uses CPU time, the background first, then the most first
 * @param waste CPU time that did nobody good
 */
public record RunTally(
        long durationNs, int cpus, List<LineTally> lines, List<JobTally> jobs, List<UseTally> uses, WasteTally waste) {

    public RunTally {
        lines = List.copyOf(lines);
        jobs = List.copyOf(jobs);
        uses = List.copyOf(uses);
    }
}
