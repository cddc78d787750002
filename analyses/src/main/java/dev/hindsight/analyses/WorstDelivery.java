package dev.hindsight.analyses;

import java.util.List;

/**
 * One of the deliveries with the longest responses.
 *
 * @param place 1 for the longest of its trace
 * @param assertedNs when, on the trace's clock
 * @param responseNs asserted to handled
 * @param dueResponseNs due to handled, null where the timer behind it is not known
 * @param coalesced further edges while it was pending
 * @param stages those that took any time, in their order
 */
public record WorstDelivery(
        String run,
        long trace,
        long place,
        String vm,
        long vcpu,
        String source,
        long irq,
        long assertedNs,
        long responseNs,
        Long dueResponseNs,
        long coalesced,
        List<Stage> stages) {

    public WorstDelivery {
        stages = List.copyOf(stages);
    }

    /**
     * A stage of it.
     *
     * @param stage device, wake, schedule, host or guest
     * @param ns its length
     * @param blame who held the CPU meanwhile, longest first; adds up to {@code ns}
     */
    public record Stage(String stage, long ns, List<Holder> blame) {

        public Stage {
            blame = List.copyOf(blame);
        }
    }
}
