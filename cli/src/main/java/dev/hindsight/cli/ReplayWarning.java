package dev.hindsight.cli;

import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.queries.dataset.DatasetException;
import dev.hindsight.queries.dataset.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a reader of predictions has to know of the recording that they are made from.
 *
 * @param code stable, lower-case, hyphenated
 * @param message one sentence
 * @param count how many of what the message says
 */
record ReplayWarning(String code, String message, long count) {

    /**
     * @param unansweredVcpus as {@link ReplayedData#unansweredVcpus} counts them
     * @throws DatasetException where the recording shows no thread running: nothing can be predicted then
     */
    static List<ReplayWarning> of(Path data, Manifest.Trace trace, int unansweredVcpus) {
        if (events(trace, "sched_switch") == 0) {
            throw new DatasetException(
                    data + ": shows no sched_switch, without which no thread is seen running and nothing"
                            + " can be replayed; 'hindsight record --print' tells which events are needed");
        }
        List<ReplayWarning> warnings = new ArrayList<>();
        if (events(trace, "sched_waking") + events(trace, "sched_wakeup") == 0) {
            warnings.add(new ReplayWarning(
                    "no-wakeups",
                    "no wakeup was recorded (sched_waking, sched_wakeup): who wakes whom is not known, sleeps end when"
                            + " they ended in the recording, whatever the policy",
                    1));
        }
        if (unansweredVcpus > 0) {
            warnings.add(new ReplayWarning(
                    "guest-not-seen",
                    "of " + unansweredVcpus + (unansweredVcpus == 1 ? " vCPU" : " vCPUs")
                            + " the recording shows interrupts, but no entry into the guest with any: what the guest"
                            + " does for them is not known, and its responses are not predicted",
                    unansweredVcpus));
        }
        for (Warning warning : trace.warnings()) {
            warnings.add(new ReplayWarning(warning.code(), warning.message(), warning.count()));
        }
        return warnings;
    }

    private static long events(Manifest.Trace trace, String name) {
        return trace.eventTypes().stream()
                .filter(type -> type.name().equals(name))
                .mapToLong(Manifest.EventCount::count)
                .sum();
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("code", code);
        json.put("message", message);
        json.put("count", count);
        return json;
    }
}
