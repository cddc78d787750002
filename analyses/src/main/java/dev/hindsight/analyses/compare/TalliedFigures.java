package dev.hindsight.analyses.compare;

import dev.hindsight.queries.tally.JobTally;
import dev.hindsight.queries.tally.LineTally;
import dev.hindsight.queries.tally.RunTally;
import dev.hindsight.queries.tally.UseTally;
import dev.hindsight.queries.tally.WasteTally;
import java.util.LinkedHashMap;
import java.util.Map;

/** Figures of a run from what was counted while it was replayed: the same as {@link RunFiguresReader} reads by SQL. */
public final class TalliedFigures {

    private TalliedFigures() {}

    /** The figures of one run. */
    public static RunFigures of(String run, long trace, RunTally tally) {
        Map<Subject, SubjectFigures> figures = new LinkedHashMap<>();
        double durationS = tally.durationNs() / 1e9;
        for (LineTally line : tally.lines()) {
            put(figures, Subjects.line(line.vm(), line.vcpu(), line.source(), line.irq()), measures(line));
        }
        for (JobTally job : tally.jobs()) {
            put(figures, Subjects.job(job.marker(), job.vm(), job.vcpu()), measures(job, durationS));
        }
        for (UseTally use : tally.uses()) {
            if (use.role().equals("background")) {
                Map<String, Number> measures = new LinkedHashMap<>();
                measures.put("cpu_s", use.ns() / 1e9);
                measures.put("per_s", per(use.ns(), tally.durationNs()));
                put(figures, Subjects.BACKGROUND, measures);
            } else {
                put(figures, Subjects.usage(use.role(), use.vm()), measures(use, tally.durationNs()));
            }
        }
        if (tally.cpus() > 0) {
            put(figures, Subjects.WASTE, measures(tally.waste(), tally.cpus() * tally.durationNs()));
        }
        return new RunFigures(run, trace, durationS, tally.cpus(), figures, RunSamples.NONE);
    }

    private static void put(Map<Subject, SubjectFigures> figures, Subject subject, Map<String, Number> measures) {
        figures.put(subject, new SubjectFigures(subject, measures));
    }

    private static Double per(long ns, long of) {
        return of == 0 ? null : (Double) ((double) ns / of);
    }

    private static Map<String, Number> measures(LineTally line) {
        Map<String, Number> measures = new LinkedHashMap<>();
        measures.put("count", line.count());
        measures.put("coalesced", line.coalesced());
        measures.put("unhandled", line.unhandled());
        measures.put("lost", line.lost());
        measures.put("p50_ns", line.p50Ns());
        measures.put("p90_ns", line.p90Ns());
        measures.put("p99_ns", line.p99Ns());
        measures.put("p999_ns", line.p999Ns());
        measures.put("max_ns", line.maxNs());
        measures.put("over_slo", line.overSlo());
        measures.put(
                "over_slo_pct",
                line.overSlo() == null || line.count() == 0 ? null : (Double) (100.0 * line.overSlo() / line.count()));
        return measures;
    }

    private static Map<String, Number> measures(JobTally job, double durationS) {
        Map<String, Number> measures = new LinkedHashMap<>();
        measures.put("count", job.count());
        measures.put("per_s", durationS == 0 ? null : (Double) (job.count() / durationS));
        measures.put("p50_ns", job.p50Ns());
        measures.put("p90_ns", job.p90Ns());
        measures.put("p99_ns", job.p99Ns());
        measures.put("max_ns", job.maxNs());
        measures.put("late", job.late());
        measures.put("overruns", job.overruns());
        return measures;
    }

    private static Map<String, Number> measures(UseTally use, long durationNs) {
        Map<String, Number> measures = new LinkedHashMap<>();
        measures.put("cpu_s", use.ns() / 1e9);
        measures.put("per_s", per(use.ns(), durationNs));
        measures.put("guest_s", use.guestNs() / 1e9);
        measures.put("exit_s", use.exitNs() / 1e9);
        measures.put("halt_poll_s", use.haltPollNs() / 1e9);
        return measures;
    }

    private static Map<String, Number> measures(WasteTally waste, long capacityNs) {
        Map<String, Long> ns = new LinkedHashMap<>();
        ns.put("priority_idle", waste.blind() ? null : (Long) waste.priorityIdleNs());
        ns.put("shielded_idle", waste.shieldedIdleNs());
        ns.put("halt_poll", waste.haltPollNs());
        ns.put("exit", waste.exitNs());
        ns.put("spin", waste.blind() ? null : (Long) waste.spinNs());
        ns.put("total", waste.totalNs());
        Map<String, Number> measures = new LinkedHashMap<>();
        ns.forEach((name, value) -> measures.put(
                name + "_pct", value == null || capacityNs == 0 ? null : (Double) (100.0 * value / capacityNs)));
        ns.forEach((name, value) -> measures.put(name + "_s", value == null ? null : (Double) (value / 1e9)));
        return measures;
    }
}
