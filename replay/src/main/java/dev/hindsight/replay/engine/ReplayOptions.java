package dev.hindsight.replay.engine;

import dev.hindsight.replay.engine.sched.SchedulerModel;
import java.util.Objects;

/**
 * How a replay is run, apart from the policy.
 *
 * @param extendHungry whether threads that only ever wait for CPU go on when their observed demand is used up
 * @param factors on what the host's and KVM's own paths and the guest's handlers take
 * @param fair algorithm of the fair class in place of the recorded kernel's, or null
 */
public record ReplayOptions(boolean extendHungry, PathFactors factors, SchedulerModel.Fair fair) {

    /** As the recording was, and not beyond it. */
    public static final ReplayOptions DEFAULT = new ReplayOptions(false, PathFactors.RECORDED, null);

    public ReplayOptions {
        Objects.requireNonNull(factors);
    }

    /** The same, with or without going on beyond the observed demand. */
    public ReplayOptions withExtendHungry(boolean extend) {
        return new ReplayOptions(extend, factors, fair);
    }

    /** The same at another speed of the host. */
    public ReplayOptions withFactors(PathFactors other) {
        return new ReplayOptions(extendHungry, other, fair);
    }
}
