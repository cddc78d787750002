package dev.hindsight.analyses.report;

import dev.hindsight.analyses.compare.ReplayReport;
import dev.hindsight.analyses.compare.ReplayedRun;
import dev.hindsight.analyses.compare.RunFigures;
import dev.hindsight.analyses.compare.Section;
import dev.hindsight.analyses.report.Verdict.Effect;
import dev.hindsight.analyses.report.Verdict.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What policies would do, by their predictions: a change counts where it is larger than what the model of the recorded
 * policy is off by.
 */
final class PolicyJudge {

    /** Policies that a sentence names; the table has them all. */
    private static final int NAMED = 6;

    private final OptionalLong sloNs;
    private final List<ReportRun> runs;
    private final ReportTable latency;
    private final Map<Integer, RunFigures> figures;

    /**
     * @param latency table irq_latency, machines under their labels
     * @param figures of runs that have replays, by number of the run
     */
    PolicyJudge(OptionalLong sloNs, List<ReportRun> runs, ReportTable latency, Map<Integer, RunFigures> figures) {
        this.sloNs = sloNs;
        this.runs = runs;
        this.latency = latency;
        this.figures = new LinkedHashMap<>(figures);
    }

    /**
     * The policies that were predicted from a recording, the best first.
     *
     * @param line of the virtual machine, by whose 99th percentile they are judged where there is no SLO
     */
    List<Verdict.OfPolicy> policies(ReportRun recorded, String vm, String line) {
        ReportRun model = null;
        for (ReportRun run : runs) {
            if (run.kind() == ReplayedRun.Kind.FLOOR && run.sameRecording(recorded)) {
                model = run;
            }
        }
        List<Verdict.OfPolicy> policies = new ArrayList<>();
        for (ReportRun run : runs) {
            if (run.kind() == ReplayedRun.Kind.POLICY && run.sameRecording(recorded)) {
                policies.add(judge(recorded, model, run, vm, line));
            }
        }
        policies.sort(Comparator.comparing(Verdict.OfPolicy::effect)
                .thenComparing(p -> p.predicted() == null ? Double.MAX_VALUE : p.predicted())
                .thenComparing(p -> p.worstNs() == null ? Long.MAX_VALUE : p.worstNs())
                .thenComparing(Verdict.OfPolicy::run));
        return policies;
    }

    private Verdict.OfPolicy judge(ReportRun recorded, ReportRun model, ReportRun policy, String vm, String line) {
        Double was = measure(recorded, vm, line);
        Double modelled = model == null ? null : measure(model, vm, line);
        Double predicted = measure(policy, vm, line);
        Double error = was == null || modelled == null ? null : (Double) Math.abs(modelled - was);
        return new Verdict.OfPolicy(
                policy.id(),
                effect(modelled, predicted, error),
                sloNs.isPresent() ? "over_slo_pct" : "p99_ns",
                was,
                modelled,
                predicted,
                error,
                VerdictMaker.responses(latency, policy.id(), vm).worstNs,
                costs(recorded, model, policy));
    }

    private Effect effect(Double modelled, Double predicted, Double error) {
        if (modelled == null || predicted == null || error == null) {
            return Effect.UNKNOWN;
        }
        if (Math.abs(predicted - modelled) <= error) {
            return Effect.WITHIN_ERROR;
        } else if (predicted > modelled) {
            return Effect.WORSE;
        } else if (sloNs.isEmpty()) {
            return Effect.BETTER;
        }
        return predicted == 0 ? Effect.MEETS : predicted <= error ? Effect.NEARLY_MEETS : Effect.BETTER;
    }

    private Double measure(ReportRun run, String vm, String line) {
        if (sloNs.isPresent()) {
            return VerdictMaker.responses(latency, run.id(), vm).overPct();
        }
        for (List<Object> row : latency.rows()) {
            if (latency.number(row, "run") == run.id()
                    && latency.text(row, "stage").equals("response")
                    && vm.equals(latency.text(row, "vm"))
                    && VerdictMaker.line(latency, row).equals(line)) {
                Long p99 = (Long) latency.value(row, "p99_ns");
                return p99 == null ? null : (Double) p99.doubleValue();
            }
        }
        return null;
    }

    /** What gets worse, beyond the model's error, of what users pay with. */
    private List<String> costs(ReportRun recorded, ReportRun model, ReportRun policy) {
        RunFigures was = figures.get(recorded.id());
        RunFigures floor = model == null ? null : figures.get(model.id());
        RunFigures what = figures.get(policy.id());
        List<String> costs = new ArrayList<>();
        if (was == null || floor == null || what == null) {
            return costs;
        }
        ReplayedRun replayed = replayed(policy, what);
        ReplayReport report = new ReplayReport(List.of(replayed(recorded, was), replayed(model, floor), replayed));
        for (ReplayReport.Change change : report.changes(replayed)) {
            if (!change.isBeyondModelError()) {
                continue;
            }
            Section section = change.subject().section();
            if (section == Section.BACKGROUND && change.change() < 0 && change.floor() > 0) {
                costs.add("the background gets " + PlainWords.percent(-100 * change.change() / change.floor())
                        + " less CPU time");
            } else if (section == Section.CPU_WASTE && change.measure().equals("total_pct") && change.change() > 0) {
                costs.add("CPU waste grows by " + PlainWords.points(change.change()) + " of capacity");
            } else if (section == Section.JOBS && change.measure().equals("p99_ns") && change.change() > 0) {
                costs.add("the p99 of " + change.subject().words() + " grows to "
                        + PlainWords.duration(change.predicted()));
            }
        }
        longest(was, floor, what, costs);
        return costs;
    }

    /** The longest response stands in no headline of a replay, being one delivery; it is told here. */
    private static void longest(RunFigures was, RunFigures floor, RunFigures what, List<String> costs) {
        floor.figures().forEach((subject, of) -> {
            Double recorded = was.value(subject, "max_ns");
            Double modelled = of.value("max_ns");
            Double predicted = what.value(subject, "max_ns");
            if (subject.section() == Section.IRQ_LATENCY
                    && recorded != null
                    && modelled != null
                    && predicted != null
                    && predicted > modelled
                    && predicted - modelled > Math.abs(modelled - recorded)) {
                costs.add("the longest response of " + subject.words() + " grows to " + PlainWords.duration(predicted));
            }
        });
    }

    private static ReplayedRun replayed(ReportRun run, RunFigures of) {
        return new ReplayedRun(run.run(), run.flags(), run.kind(), of, run.truncated());
    }

    /** What it comes to, in sentences. */
    List<String> words(List<Verdict.OfPolicy> policies, Standing standing) {
        List<String> words = new ArrayList<>();
        if (policies.isEmpty()) {
            return words;
        }
        Map<Effect, List<Verdict.OfPolicy>> by = new LinkedHashMap<>();
        policies.forEach(
                p -> by.computeIfAbsent(p.effect(), e -> new ArrayList<>()).add(p));
        int judged =
                policies.size() - by.getOrDefault(Effect.UNKNOWN, List.of()).size();
        if (standing == Standing.MISSES) {
            if (by.containsKey(Effect.MEETS)) {
                words.add("By its prediction " + names(by.get(Effect.MEETS)) + " would meet the SLO"
                        + error(by.get(Effect.MEETS).get(0)) + ".");
            } else if (judged == 1) {
                words.add("By its prediction the given policy would not meet the SLO.");
            } else if (judged > 1) {
                words.add("By the predictions, none of the " + judged + " given policies would meet the SLO.");
            }
        }
        List<Verdict.OfPolicy> better = new ArrayList<>(by.getOrDefault(Effect.NEARLY_MEETS, List.of()));
        better.addAll(by.getOrDefault(Effect.BETTER, List.of()));
        if (!better.isEmpty()) {
            String which = by.containsKey(Effect.MEETS) ? "The best of the others is " : "The best is ";
            words.add((policies.size() == 1 ? "" : which) + best(better));
        }
        if (by.containsKey(Effect.WITHIN_ERROR)) {
            words.add("Within the model's error, so no change can be claimed: " + names(by.get(Effect.WITHIN_ERROR))
                    + ".");
        }
        if (by.containsKey(Effect.WORSE)) {
            words.add("Worse: " + names(by.get(Effect.WORSE)) + ".");
        }
        if (by.containsKey(Effect.UNKNOWN)) {
            words.add("Without a model of the recorded policy there is no error to measure against: "
                    + names(by.get(Effect.UNKNOWN)) + ".");
        }
        return words;
    }

    private String best(List<Verdict.OfPolicy> better) {
        Verdict.OfPolicy first = better.get(0);
        List<Verdict.OfPolicy> alike = new ArrayList<>();
        for (Verdict.OfPolicy other : better.subList(1, better.size())) {
            if (other.predicted() - first.predicted() <= Objects.requireNonNullElse(first.modelError(), 0.0)) {
                alike.add(other);
            }
        }
        String value = sloNs.isPresent()
                ? PlainWords.percent(first.predicted()) + " over the SLO instead of "
                        + PlainWords.percent(first.modelled())
                : "a p99 of " + PlainWords.duration(first.predicted()) + " instead of "
                        + PlainWords.duration(first.modelled());
        return name(first) + ": " + value + error(first)
                + (first.effect() == Effect.NEARLY_MEETS ? ", which is within that error of meeting it" : "") + "."
                + (alike.isEmpty() ? "" : " Not to be told apart from it by the model: " + names(alike) + ".");
    }

    private String error(Verdict.OfPolicy policy) {
        if (policy.modelError() == null) {
            return "";
        }
        return " (the model's error is "
                + (sloNs.isPresent()
                        ? PlainWords.points(policy.modelError())
                        : PlainWords.duration(policy.modelError()))
                + ")";
    }

    private String name(Verdict.OfPolicy policy) {
        return runs.get(policy.run()).run();
    }

    private String names(List<Verdict.OfPolicy> policies) {
        List<String> names = new ArrayList<>();
        policies.subList(0, Math.min(NAMED, policies.size())).forEach(p -> names.add(name(p)));
        return String.join(", ", names)
                + (policies.size() > NAMED ? " and " + (policies.size() - NAMED) + " more" : "");
    }
}
