package dev.hindsight.cli;

import dev.hindsight.replay.engine.PathFactors;
import dev.hindsight.replay.engine.ReplayOptions;
import dev.hindsight.replay.engine.sched.SchedulerModel;
import picocli.CommandLine.Option;

/** How replays are run, apart from the policy. */
final class ReplayingOptions {

    @Option(
            names = "--extend",
            description = "Let threads that only ever wait for CPU (a batch load) go on beyond what the recording shows"
                    + " of their demand, instead of stopping there. 'validate' always does.")
    private boolean extend;

    @Option(
            names = "--fair",
            paramLabel = "cfs|eevdf",
            description = "Algorithm of the fair class (default: the recorded kernel's, EEVDF from Linux 6.6 on).")
    private SchedulerModel.Fair fair;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Taken for scripts' sake: a replay draws nothing at random, every seed gives the same.")
    private long seed;

    ReplayOptions options() {
        return new ReplayOptions(extend, PathFactors.RECORDED, fair);
    }

    /** For a validation: a batch load that gets more CPU than it was recorded with uses it in the measured run too. */
    ReplayOptions extended() {
        return new ReplayOptions(true, PathFactors.RECORDED, fair);
    }
}
