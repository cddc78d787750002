package dev.hindsight.replay.engine;

import dev.hindsight.replay.engine.sched.SchedulerModel;

/**
 * How a replay is run, apart from the policy.
 *
 * @param extendHungry whether threads that only ever wait for CPU go on when their observed demand is used up
 * @param hostScale factor on what the host's and KVM's own paths and the guest's handlers take: 1 for the recording's own
 *     speed; other values compare recordings of one machine whose speed drifts
 * @param fair algorithm of the fair class in place of the recorded kernel's, or null
 */
public record ReplayOptions(boolean extendHungry, double hostScale, SchedulerModel.Fair fair) {

    /** As the recording was, and not beyond it. */
    public static final ReplayOptions DEFAULT = new ReplayOptions(false, 1, null);

    /** The same with another scale. */
    public ReplayOptions withHostScale(double scale) {
        return new ReplayOptions(extendHungry, scale, fair);
    }

    public ReplayOptions {
        if (!(hostScale > 0) || hostScale > 1000) {
            throw new IllegalArgumentException("scale " + hostScale);
        }
    }
}
