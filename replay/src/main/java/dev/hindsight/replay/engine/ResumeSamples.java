package dev.hindsight.replay.engine;

import dev.hindsight.replay.workload.ResumeCosts;

/** Recorded ways of vCPUs from the switch back to them to their entries, by what makes them longer. */
final class ResumeSamples {

    private final Samples kept;
    private final Samples keptInject;
    private final Samples other;
    private final Samples otherInject;

    ResumeSamples(ResumeCosts costs, double factor) {
        kept = new Samples(costs.keptNs(), factor);
        keptInject = new Samples(costs.keptInjectNs(), factor);
        other = new Samples(costs.otherNs(), factor);
        otherInject = new Samples(costs.otherInjectNs(), factor);
    }

    /**
     * The next one.
     *
     * @param memoryKept whether the CPU still has the process's memory mapped
     * @param injects whether an interrupt is injected at the entry
     */
    long next(boolean memoryKept, boolean injects) {
        if (memoryKept) {
            return (injects ? keptInject : kept).next();
        }
        return (injects ? otherInject : other).next();
    }
}
