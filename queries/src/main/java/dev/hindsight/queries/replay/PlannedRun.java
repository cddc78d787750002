package dev.hindsight.queries.replay;

import dev.hindsight.replay.engine.ReplayOptions;
import dev.hindsight.replay.policy.Policy;

/**
 * A run that is wanted.
 *
 * @param name of the run in the dataset
 * @param policy what is decided otherwise; null for what the recording decided, which shows the model's own error
 * @param options how it is run
 */
public record PlannedRun(String name, Policy policy, ReplayOptions options) {

    /** Name of the run that models the recording's own policy. */
    public static final String MODELLED = "modelled";

    /** The recording under its own policy. */
    public static PlannedRun modelled(ReplayOptions options) {
        return new PlannedRun(MODELLED, null, options);
    }

    /** The recording under another policy. */
    public static PlannedRun of(Policy policy, ReplayOptions options) {
        return new PlannedRun(policy.name(), policy, options);
    }
}
