package dev.hindsight.analyses.report;

import dev.hindsight.analyses.compare.ReplayedRun;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A run that a report shows: what was recorded, or what was replayed from it.
 *
 * @param id number within the report, from 0; stands in column {@code run} of its tables
 * @param label by which the report names it
 * @param recording of which it is
 * @param run its name in the dataset
 * @param kind what it stands for
 * @param flags of its policy, empty for the recorded one
 * @param durationS seconds that it covers
 * @param guest whether it is a guest's own recording, beside its host's
 * @param truncated how much of it the recording could not tell; null for the recording itself
 */
public record ReportRun(
        int id,
        String label,
        RecordingFacts recording,
        String run,
        ReplayedRun.Kind kind,
        String flags,
        double durationS,
        boolean guest,
        ReplayedRun.Truncated truncated) {

    /** Whether the other is of the same recording. */
    boolean sameRecording(ReportRun other) {
        return recording.equals(other.recording);
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("label", label);
        json.put("recording", recording.label());
        json.put("run", run);
        json.put(
                "kind",
                switch (kind) {
                    case RECORDED -> "recorded";
                    case FLOOR -> "model";
                    case POLICY -> "policy";
                });
        json.put("flags", flags);
        json.put("duration_s", durationS);
        json.put("guest", guest);
        if (truncated != null) {
            Map<String, Object> ran = new LinkedHashMap<>();
            ran.put("ns", truncated.ns());
            ran.put("threads", truncated.threads());
            ran.put("deliveries", truncated.deliveries());
            json.put("truncated", ran);
        }
        return json;
    }
}
