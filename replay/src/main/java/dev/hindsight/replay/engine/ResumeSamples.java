package dev.hindsight.replay.engine;

import dev.hindsight.replay.workload.ResumeCosts;

/** Recorded ways of vCPUs from the switch back to them to their entries, by what makes them longer. */
final class ResumeSamples {

    private final Samples kept;
    private final Samples keptInject;
    private final Samples other;
    private final Samples otherInject;
    private final Samples longAway;

    ResumeSamples(ResumeCosts costs, double factor) {
        kept = new Samples(costs.keptNs(), factor);
        keptInject = new Samples(costs.keptInjectNs(), factor);
        other = new Samples(costs.otherNs(), factor);
        otherInject = new Samples(costs.otherInjectNs(), factor);
        longAway = new Samples(costs.longAwayNs(), factor);
    }

    /**
     * The next one.
     *
     * @param awayNs for how long the vCPU was off the CPU
     * @param memoryKept whether the CPU still has the process's memory mapped
     * @param injects whether an interrupt is injected at the entry
     */
    long next(long awayNs, boolean memoryKept, boolean injects) {
        if (awayNs >= ResumeCosts.LONG_AWAY_NS) {
            return longAway.next();
        }
        if (memoryKept) {
            return (injects ? keptInject : kept).next();
        }
        return (injects ? otherInject : other).next();
    }
}
