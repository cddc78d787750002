package dev.hindsight.analyses.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A prediction held against a recording of what was predicted.
 *
 * @param hostSpeed how much longer the host's own paths took in the measured recording than in the replayed one: the
 *     prediction was made at that speed
 * @param truncated how much of the prediction the recording could not tell
 * @param figures each measure that counts
 */
public record Validation(HostSpeed.Ratio hostSpeed, ReplayedRun.Truncated truncated, List<ValidatedFigure> figures) {

    private static final Map<Section, Set<String>> MEASURES = Map.of(
            Section.IRQ_LATENCY, Set.of("p50_ns", "p90_ns", "p99_ns", "over_slo_pct"),
            Section.JOBS, Set.of("per_s", "p50_ns", "p99_ns"),
            Section.BACKGROUND, Set.of("per_s"),
            Section.CPU_WASTE,
                    Set.of(
                            "priority_idle_pct",
                            "shielded_idle_pct",
                            "halt_poll_pct",
                            "exit_pct",
                            "spin_pct",
                            "total_pct"));

    public Validation {
        figures = List.copyOf(figures);
    }

    /**
     * Holds a prediction against what was measured.
     *
     * @param recorded the recording that was replayed
     * @param modelled its model
     * @param predicted from it, under the policy of {@code measured}
     * @param measured the other recording
     * @param base the recording that was repeated, mostly {@code recorded}; null where there is no repeat
     * @param again its repeat, under the same policy
     */
    public static Validation of(
            RunFigures recorded,
            RunFigures modelled,
            RunFigures predicted,
            RunFigures measured,
            RunFigures base,
            RunFigures again,
            HostSpeed.Ratio hostSpeed,
            ReplayedRun.Truncated truncated) {
        List<ValidatedFigure> figures = new ArrayList<>();
        for (Section section : Section.values()) {
            for (SubjectFigures of : measured.figures().values()) {
                Subject subject = of.subject();
                if (subject.section() != section || !MEASURES.containsKey(section)) {
                    continue;
                }
                for (String measure : of.measures().keySet()) {
                    if (MEASURES.get(section).contains(measure) && of.value(measure) != null) {
                        figures.add(new ValidatedFigure(
                                subject,
                                measure,
                                recorded.value(subject, measure),
                                modelled.value(subject, measure),
                                predicted.value(subject, measure),
                                of.value(measure),
                                base == null ? null : base.value(subject, measure),
                                again == null ? null : again.value(subject, measure)));
                    }
                }
            }
        }
        return new Validation(hostSpeed, truncated, figures);
    }

    /** As nested maps and lists of plain values, keys in the order in which they are printed. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("host_speed", hostSpeed.toJson());
        json.put("truncated", truncated == null ? null : truncated.toJson());
        json.put("figures", figures.stream().map(ValidatedFigure::toJson).toList());
        return json;
    }
}
