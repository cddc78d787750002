package dev.hindsight.cli;

import dev.hindsight.analyses.compare.MeasureUnit;
import dev.hindsight.analyses.compare.RankingCheck;
import dev.hindsight.analyses.compare.Section;
import dev.hindsight.analyses.compare.ValidatedFigure;
import dev.hindsight.replay.policy.Policy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Predictions of a whole directory against what was measured, as a Markdown document. */
final class ValidationMarkdown {

    /** Figures that stand for the others, in the order of columns. */
    private enum Column {
        P50("p50", Section.IRQ_LATENCY, "p50_ns"),
        P90("p90", Section.IRQ_LATENCY, "p90_ns"),
        P99("p99", Section.IRQ_LATENCY, "p99_ns"),
        OVER("over SLO", Section.IRQ_LATENCY, "over_slo_pct"),
        JOBS("jobs/s", Section.JOBS, "per_s"),
        BACKGROUND("background", Section.BACKGROUND, "per_s"),
        PRIORITY_IDLE("priority idle", Section.CPU_WASTE, "priority_idle_pct"),
        SHIELDED_IDLE("shielded idle", Section.CPU_WASTE, "shielded_idle_pct"),
        HALT_POLL("halt poll", Section.CPU_WASTE, "halt_poll_pct"),
        EXIT("exit", Section.CPU_WASTE, "exit_pct"),
        SPIN("spin", Section.CPU_WASTE, "spin_pct");

        private final String title;
        private final Section section;
        private final String measure;

        Column(String title, Section section, String measure) {
            this.title = title;
            this.section = section;
            this.measure = measure;
        }

        ValidatedFigure of(ValidatedGroup.Pair pair) {
            for (ValidatedFigure figure : pair.validation().figures()) {
                if (figure.subject().section() == section && figure.measure().equals(measure)) {
                    return figure;
                }
            }
            return null;
        }
    }

    private final List<ValidatedGroup> groups;
    private final List<Policy> policies;
    private final String notes;
    private final StringBuilder text = new StringBuilder();

    ValidationMarkdown(List<ValidatedGroup> groups, List<Policy> policies, String notes) {
        this.groups = groups;
        this.policies = policies;
        this.notes = notes;
    }

    String text() {
        line("# Predictions against recordings");
        line("");
        line(
                "Written by `hindsight validate --all DIR`; see README. One load beside one guest was recorded under several");
        line("policies on one target; here each recording is predicted from another one and held against itself.");
        line("");
        line(
                "- **error**: predicted against measured, in percent of the measured value; shares (waste, exceedances) in");
        line(
                "  points. **noise**: `again`, a repeat of `base`, against `base`, in the same way. **beyond noise**: what of the");
        line("  error the noise does not explain.");
        line(
                "- **Calibration**: a host's speed drifts from run to run. Each prediction is made at the speed that both recordings");
        line(
                "  show of themselves (`hindsight query DATASET --named host_speed`): exits by reason handled without leaving the CPU,");
        line(
                "  and the guest's handlers, each by the median ratio of their paths; interrupts, wakeups and switches, which also depend");
        line(
                "  on what a policy makes of them, by the median of all paths, which stands beside each pair. What a path usually takes");
        line("  is scaled, what one took beyond that stays.");
        line(
                "- No number of the model is set for one recording; the rules by which demand and costs are taken from recordings");
        line("  were written with these at hand.");
        line("");
        summary();
        ranking();
        for (ValidatedGroup group : groups) {
            group(group);
        }
        misses();
        if (!notes.isBlank()) {
            line(notes.strip());
            line("");
        }
        policies();
        return text.toString();
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private List<ValidatedGroup.Pair> pairs() {
        List<ValidatedGroup.Pair> all = new ArrayList<>();
        groups.forEach(group -> all.addAll(group.pairs()));
        return all;
    }

    private void summary() {
        line("## Summary");
        line("");
        line("Medians over all pairs; `from base` are those that apply a policy to the recording without one.");
        line("");
        line("| figure | pairs | error | noise | beyond noise | from base | target | met |");
        line("|---|--:|--:|--:|--:|--:|--:|---|");
        for (Column column : Column.values()) {
            List<Double> errors = new ArrayList<>();
            List<Double> noises = new ArrayList<>();
            List<Double> beyond = new ArrayList<>();
            List<Double> fromBase = new ArrayList<>();
            Double target = null;
            ValidatedFigure any = null;
            for (ValidatedGroup.Pair pair : pairs()) {
                ValidatedFigure f = column.of(pair);
                if (f != null && f.error() != null) {
                    any = f;
                    target = f.target();
                    errors.add(f.error());
                    beyond.add(f.beyondNoise());
                    if (f.noise() != null) {
                        noises.add(f.noise());
                    }
                    if (pair.from().equals(RecordedGroup.BASE)) {
                        fromBase.add(f.beyondNoise());
                    }
                }
            }
            if (any != null) {
                Double median = median(beyond);
                line(String.format(
                        Locale.ROOT,
                        "| %s | %d | %s | %s | %s | %s | %s | %s |",
                        column.title,
                        errors.size(),
                        ValidationText.off(any, median(errors)),
                        ValidationText.off(any, median(noises)),
                        ValidationText.off(any, median),
                        ValidationText.off(any, median(fromBase)),
                        target == null ? "" : ValidationText.off(any, target),
                        target == null ? "" : median <= target ? "yes" : "**no**"));
            }
        }
        line("");
    }

    private static Double median(List<Double> values) {
        if (values.isEmpty()) {
            return null;
        }
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        int n = sorted.size();
        return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
    }

    /** Policies in the order that the measurement has, wherever it differs by more than noise. */
    private void ranking() {
        line("## Ranking");
        line("");
        line(
                "Pairs of policies, predicted from base, whose measured difference exceeds the noise, and which of them are");
        line("predicted the other way round, or alike.");
        line("");
        line("| recordings | figure | pairs | as measured | not predicted so |");
        line("|---|---|--:|--:|---|");
        for (ValidatedGroup group : groups) {
            for (Column column : List.of(Column.P50, Column.P90, Column.P99, Column.JOBS, Column.BACKGROUND)) {
                List<RankingCheck.Ranked> ranked = new ArrayList<>();
                ValidatedFigure base = null;
                for (ValidatedGroup.Pair pair : group.pairs()) {
                    ValidatedFigure f = column.of(pair);
                    if (pair.from().equals(RecordedGroup.BASE)
                            && !pair.to().equals(RecordedGroup.AGAIN)
                            && f != null
                            && f.predicted() != null) {
                        ranked.add(new RankingCheck.Ranked(pair.to(), f.predicted(), f.measured()));
                        base = f;
                    }
                }
                if (base == null) {
                    continue;
                }
                if (base.modelled() != null && base.recorded() != null) {
                    ranked.add(new RankingCheck.Ranked(RecordedGroup.BASE, base.modelled(), base.recorded()));
                }
                RankingCheck check = RankingCheck.of(ranked, base.noise() == null ? 0 : base.noise() / 100, true);
                line(String.format(
                        Locale.ROOT,
                        "| %s | %s | %d | %d | %s |",
                        group.group().name(),
                        column.title,
                        check.pairs(),
                        check.pairs() - check.wrong().size(),
                        String.join(", ", check.wrong())));
            }
        }
        line("");
    }

    private void group(ValidatedGroup group) {
        line("## " + group.group().name());
        line("");
        line(
                "Predicted / measured (error). **Bold**: beyond noise and target. Background in CPU-seconds per second, shares in");
        line("percent.");
        line("");
        List<Column> columns = new ArrayList<>();
        for (Column column : Column.values()) {
            if (group.pairs().stream().anyMatch(p -> column.of(p) != null)) {
                columns.add(column);
            }
        }
        StringBuilder head = new StringBuilder("| from | to | host |");
        StringBuilder rule = new StringBuilder("|---|---|--:|");
        for (Column column : columns) {
            head.append(' ').append(column.title).append(" |");
            rule.append("--:|");
        }
        line(head.toString());
        line(rule.toString());
        Map<String, StringBuilder> noiseAndModel = new LinkedHashMap<>();
        for (ValidatedGroup.Pair pair : group.pairs()) {
            StringBuilder row = new StringBuilder(String.format(
                    Locale.ROOT,
                    "| %s | %s | %.2f |",
                    pair.from(),
                    pair.to(),
                    pair.validation().hostSpeed().factor()));
            StringBuilder model = noiseAndModel.computeIfAbsent(
                    pair.from(), from -> new StringBuilder("| " + from + " | its model | |"));
            boolean first = model.indexOf("/") < 0;
            for (Column column : columns) {
                ValidatedFigure f = column.of(pair);
                row.append(' ').append(cell(f)).append(" |");
                if (first) {
                    model.append(' ')
                            .append(
                                    f == null || f.modelled() == null || f.recorded() == null
                                            ? ""
                                            : value(f, f.modelled()) + " / " + value(f, f.recorded()) + " ("
                                                    + ValidationText.off(f, f.modelError()) + ")")
                            .append(" |");
                }
            }
            line(row.toString());
        }
        noiseAndModel.values().forEach(row -> line(row.toString()));
        line("");
        for (ValidatedGroup.Refused refused : group.refused()) {
            line("Not predicted: " + refused.from() + " to " + refused.to() + ", " + refused.reason() + ".");
            line("");
        }
    }

    private static String cell(ValidatedFigure f) {
        if (f == null || f.predicted() == null || f.measured() == null) {
            return f == null ? "" : "- / " + value(f, f.measured());
        }
        String cell = value(f, f.predicted()) + " / " + value(f, f.measured()) + " (" + ValidationText.off(f, f.error())
                + ")";
        return f.misses() ? "**" + cell + "**" : cell;
    }

    private static String value(ValidatedFigure f, Double value) {
        if (value == null) {
            return "-";
        }
        return switch (MeasureUnit.of(f.measure())) {
            case NS ->
                value < 1e6
                        ? String.format(Locale.ROOT, "%.0f us", value / 1e3)
                        : String.format(Locale.ROOT, "%.2f ms", value / 1e6);
            case PER_SECOND, PERCENT, SECONDS -> String.format(Locale.ROOT, "%.2f", value);
            case COUNT -> String.format(Locale.ROOT, "%.0f", value);
        };
    }

    /** What the data itself says beside each miss. */
    private void misses() {
        line("## Misses");
        line("");
        line(
                "Errors beyond noise that are over the target, with what the recordings say of them: the model's own error on the");
        line("recording that was replayed (it can't be better there), how much of the prediction was not observed");
        line(
                "(truncated), how far the two recordings' hosts differed in speed, and for how much of the CPU time each of them was");
        line(
                "stopped (no event though an interrupt was due: by what is below the kernel; a replay repeats what it was made from).");
        line("");
        line(
                "| recordings | from | to | figure | predicted | measured | beyond noise | model's error | truncated | host | stopped |");
        line("|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|");
        Map<String, Integer> byFigure = new TreeMap<>();
        int all = 0;
        for (ValidatedGroup group : groups) {
            for (ValidatedGroup.Pair pair : group.pairs()) {
                for (Column column : Column.values()) {
                    ValidatedFigure f = column.of(pair);
                    if (f == null || f.target() == null || f.error() == null) {
                        continue;
                    }
                    all++;
                    if (f.misses()) {
                        byFigure.merge(column.title, 1, Integer::sum);
                        line(String.format(
                                Locale.ROOT,
                                "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %.2f | %.1f / %.1f %% |",
                                group.group().name(),
                                pair.from(),
                                pair.to(),
                                column.title,
                                value(f, f.predicted()),
                                value(f, f.measured()),
                                ValidationText.off(f, f.beyondNoise()),
                                ValidationText.off(f, f.modelError()),
                                pair.validation().truncated() == null
                                        ? ""
                                        : String.format(
                                                Locale.ROOT,
                                                "%.2f s",
                                                pair.validation().truncated().ns() / 1e9),
                                pair.validation().hostSpeed().factor(),
                                pair.validation().hostSpeed().stoppedPctA(),
                                pair.validation().hostSpeed().stoppedPctB()));
                    }
                }
            }
        }
        line("");
        int missed = byFigure.values().stream().mapToInt(Integer::intValue).sum();
        line(missed + " of " + all + " predictions miss their target"
                + (byFigure.isEmpty() ? "." : ": " + byFigure + "."));
        line("");
    }

    private void policies() {
        line("## Policies");
        line("");
        line("| name | flags |");
        line("|---|---|");
        for (Policy policy : policies) {
            line("| " + policy.name() + " | `" + policy.text().replace("|", "\\|") + "` |");
        }
    }
}
