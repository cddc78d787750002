package dev.hindsight.analyses.compare;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run of a replay with its figures.
 *
 * @param policy its name; {@code recorded} for the recording itself, {@code modelled} for its model
 * @param flags the policy as flags, empty where it is the recording's own
 * @param kind what it stands for
 * @param figures of the run
 * @param truncated how much of it the recording could not tell; null for the recording
 */
public record ReplayedRun(String policy, String flags, Kind kind, RunFigures figures, Truncated truncated) {

    /** What a run stands for. */
    public enum Kind {
        /** What was recorded. */
        RECORDED,
        /** The recording under its own policy, as the model has it: how far it is off is the model's error. */
        FLOOR,
        /** A prediction. */
        POLICY
    }

    /**
     * What a replay ran out of.
     *
     * @param ns over all threads, time after a thread's observed demand was used up
     * @param threads that ran out
     * @param deliveries of virtual interrupts beyond what the recording shows
     */
    public record Truncated(long ns, int threads, long deliveries) {

        Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("ns", ns);
            json.put("threads", threads);
            json.put("deliveries", deliveries);
            return json;
        }
    }
}
