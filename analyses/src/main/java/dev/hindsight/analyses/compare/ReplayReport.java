package dev.hindsight.analyses.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A recording, its model, and its replays under policies, side by side.
 *
 * @param runs the recording first, then the model of the recording, then the policies
 */
public record ReplayReport(List<ReplayedRun> runs) {

    private static final Set<String> HEADLINE = Set.of(
            "p50_ns",
            "p90_ns",
            "p99_ns",
            "over_slo_pct",
            "per_s",
            "priority_idle_pct",
            "shielded_idle_pct",
            "halt_poll_pct",
            "exit_pct",
            "spin_pct",
            "total_pct");

    public ReplayReport {
        runs = List.copyOf(runs);
        if (runs.size() < 2
                || runs.get(0).kind() != ReplayedRun.Kind.RECORDED
                || runs.get(1).kind() != ReplayedRun.Kind.FLOOR) {
            throw new IllegalArgumentException("expected the recording and its model first");
        }
    }

    /** What was recorded. */
    public RunFigures recorded() {
        return runs.get(0).figures();
    }

    /** The model of it. */
    public RunFigures modelled() {
        return runs.get(1).figures();
    }

    /**
     * What a policy changes.
     *
     * @param floor of the model: what it makes of the recorded policy
     * @param predicted under the policy
     * @param modelError how far the model is off the recording
     */
    public record Change(
            Subject subject, String measure, double recorded, double floor, double predicted, double modelError) {

        /** What the policy changes, model against model. */
        public double change() {
            return predicted - floor;
        }

        /** Whether it is larger than what the model is off by. */
        public boolean isBeyondModelError() {
            return Math.abs(change()) > modelError;
        }
    }

    /** What a policy changes in the figures that stand for the others: quantiles, rates, shares. */
    public List<Change> changes(ReplayedRun run) {
        List<Change> changes = new ArrayList<>();
        for (Subject subject : subjects()) {
            if (subject.section() == Section.CPU_USAGE) {
                continue;
            }
            SubjectFigures floor = modelled().figures().get(subject);
            if (floor == null) {
                continue;
            }
            for (String measure : floor.measures().keySet()) {
                Double recorded = recorded().value(subject, measure);
                Double modelled = floor.value(measure);
                Double predicted = run.figures().value(subject, measure);
                if (HEADLINE.contains(measure) && recorded != null && modelled != null && predicted != null) {
                    changes.add(
                            new Change(subject, measure, recorded, modelled, predicted, Math.abs(modelled - recorded)));
                }
            }
        }
        return changes;
    }

    /** Subjects of any run, by section. */
    public List<Subject> subjects() {
        Set<Subject> all = new LinkedHashSet<>();
        for (Section section : Section.values()) {
            for (ReplayedRun run : runs) {
                for (Subject subject : run.figures().figures().keySet()) {
                    if (subject.section() == section) {
                        all.add(subject);
                    }
                }
            }
        }
        return List.copyOf(all);
    }

    /** As nested maps and lists of plain values, keys in the order in which they are printed. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ReplayedRun run : runs) {
            rows.add(json(run));
        }
        json.put("runs", rows);
        return json;
    }

    private Map<String, Object> json(ReplayedRun run) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("policy", run.policy());
        row.put("flags", run.flags());
        row.put("floor", run.kind() == ReplayedRun.Kind.FLOOR);
        row.put("duration_s", run.figures().durationS());
        row.put("irq_latency", section(run.figures(), Section.IRQ_LATENCY));
        row.put("jobs", section(run.figures(), Section.JOBS));
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("background", single(run.figures(), Section.BACKGROUND));
        usage.put("by_role", section(run.figures(), Section.CPU_USAGE));
        row.put("cpu_usage", usage);
        row.put("cpu_waste", single(run.figures(), Section.CPU_WASTE));
        row.put("truncated", run.truncated() == null ? null : run.truncated().toJson());
        if (run.kind() == ReplayedRun.Kind.POLICY) {
            List<Map<String, Object>> changes = new ArrayList<>();
            for (Change change : changes(run)) {
                MeasureUnit unit = MeasureUnit.of(change.measure());
                Map<String, Object> c = new LinkedHashMap<>();
                c.put("section", change.subject().section().key());
                c.put("of", change.subject().words());
                c.put("measure", change.measure());
                c.put("change", unit.plain(change.change()));
                c.put("model_error", unit.plain(change.modelError()));
                c.put("beyond_model_error", change.isBeyondModelError());
                changes.add(c);
            }
            row.put("changes", changes);
        }
        return row;
    }

    private static List<Map<String, Object>> section(RunFigures run, Section section) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (SubjectFigures of : run.figures().values()) {
            if (of.subject().section() == section) {
                Map<String, Object> row = new LinkedHashMap<>(of.subject().names());
                of.measures().forEach(row::put);
                rows.add(row);
            }
        }
        return rows;
    }

    private static Map<String, Object> single(RunFigures run, Section section) {
        List<Map<String, Object>> rows = section(run, section);
        return rows.isEmpty() ? null : rows.get(0);
    }
}
