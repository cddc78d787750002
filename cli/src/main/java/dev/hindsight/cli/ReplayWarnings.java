package dev.hindsight.cli;

import dev.hindsight.analyses.FigureWarning;
import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.replay.policy.Policy;
import java.util.ArrayList;
import java.util.List;

/** What a reader of predictions has to know of the recording that they are made from. */
final class ReplayWarnings {

    private static final List<String> RESPONSES = List.of("irq_latency", "worst");

    private ReplayWarnings() {}

    /** {@code unansweredVcpus}: as {@link ReplayedData#unansweredVcpus} counts them. */
    static List<FigureWarning> of(Manifest.Trace trace, int unansweredVcpus) {
        List<FigureWarning> warnings = new ArrayList<>();
        if (trace.eventTypes().stream().noneMatch(type -> type.name().matches("sched_wak(ing|eup)"))) {
            warnings.add(warning(
                    trace,
                    "no-wakeups",
                    "no wakeup was recorded (sched_waking, sched_wakeup): who wakes whom is not known, sleeps end when"
                            + " they ended in the recording, whatever the policy",
                    List.of(),
                    0));
        }
        if (unansweredVcpus > 0) {
            warnings.add(warning(
                    trace,
                    "guest-not-seen",
                    "of " + unansweredVcpus + (unansweredVcpus == 1 ? " vCPU" : " vCPUs")
                            + " the recording shows interrupts, but no entry into the guest with any: what the guest"
                            + " does for them is not known, and its responses are not predicted",
                    RESPONSES,
                    unansweredVcpus));
        }
        for (Warning of : trace.warnings()) {
            warnings.add(warning(trace, of.code(), of.message(), List.of(), of.count()));
        }
        return warnings;
    }

    private static FigureWarning warning(
            Manifest.Trace trace, String code, String message, List<String> figures, long count) {
        return new FigureWarning(Policy.RECORDED, trace.number(), code, message, figures, count);
    }
}
