package dev.hindsight.analyses.report;

import dev.hindsight.analyses.FigureWarning;
import dev.hindsight.analyses.compare.ReplayedRun;
import dev.hindsight.analyses.report.Verdict.Standing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Judges the recorded runs of a report, and what their replays say. */
final class VerdictMaker {

    private static final int BLAMED = 3;

    private final OptionalLong sloNs;
    private final List<ReportRun> runs;
    private final ReportTable latency;
    private final ReportTable blame;
    private final Map<Integer, List<String>> vms;
    private final Map<Integer, List<FigureWarning>> warnings;
    private final Set<RecordingFacts> empty;
    private final PolicyJudge judge;

    /**
     * @param latency table irq_latency, machines under their labels
     * @param blame table blame_by_holder
     * @param vms labels of the virtual machines of each run
     * @param warnings of each run
     * @param empty recordings without events, which have no run
     */
    VerdictMaker(
            OptionalLong sloNs,
            List<ReportRun> runs,
            ReportTable latency,
            ReportTable blame,
            Map<Integer, List<String>> vms,
            Map<Integer, List<FigureWarning>> warnings,
            Set<RecordingFacts> empty,
            PolicyJudge judge) {
        this.sloNs = sloNs;
        this.runs = runs;
        this.latency = latency;
        this.blame = blame;
        this.vms = vms;
        this.warnings = warnings;
        this.empty = empty;
        this.judge = judge;
    }

    Verdict make() {
        List<Verdict.OfVm> judged = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (ReportRun run : runs) {
            if (run.kind() != ReplayedRun.Kind.RECORDED || run.guest()) {
                continue;
            }
            List<String> here = vms.getOrDefault(run.id(), List.of());
            for (String vm : here) {
                judged.add(ofVm(run, vm));
            }
            if (here.isEmpty()) {
                notes.add(run.recording().label()
                        + " shows no virtual machine, so there is no interrupt response to judge: the report"
                        + " has what its CPUs and threads did.");
            }
            for (FigureWarning warning : warnings.getOrDefault(run.id(), List.of())) {
                if (warning.code().equals("response-to-entry")) {
                    notes.add(run.recording().label() + ": " + warning.message() + ".");
                }
            }
            if (run.recording().damaged()) {
                notes.add(run.recording().label() + " is damaged: everything here covers what could be read of it.");
            }
            if (!run.recording().lost().equals("none lost")) {
                notes.add("Events are missing from " + run.recording().label() + " ("
                        + run.recording().lost() + "): no figure is computed across a loss, see the warnings.");
            }
        }
        for (RecordingFacts recording : empty) {
            notes.add(recording.label() + " has no events"
                    + (recording.damaged() ? " that could be read, for it is damaged" : "")
                    + ": nothing of it can be shown."
                    + (recording.damaged()
                            ? ""
                            : " Were the events enabled, and tracing on? 'hindsight record --print' prints a command that"
                                    + " records all that is needed."));
        }
        if (sloNs.isEmpty() && !judged.isEmpty()) {
            notes.add(
                    "No SLO was given, so nothing is called good or bad: --slo 1ms would judge every response by it.");
        }
        return new Verdict(judged, notes);
    }

    /** Interrupts of a virtual machine in a run, taken together. */
    static final class Responses {
        long measured;
        long unmeasured;
        long over;
        Long worstNs;
        Long p99Ns;
        String line;
        String slowLine;
        Long slowP99Ns;

        Double overPct() {
            return measured == 0 ? null : (Double) (100.0 * over / measured);
        }
    }

    /** Sums up table irq_latency over the lines of a virtual machine. */
    static Responses responses(ReportTable latency, int run, String vm) {
        Responses sum = new Responses();
        for (List<Object> row : latency.rows()) {
            if (latency.number(row, "run") != run
                    || !latency.text(row, "stage").equals("response")
                    || !vm.equals(latency.text(row, "vm"))) {
                continue;
            }
            sum.measured += latency.number(row, "count");
            sum.unmeasured += latency.number(row, "lost") + latency.number(row, "unhandled");
            Long over = (Long) latency.value(row, "over_slo");
            sum.over += over == null ? 0 : over;
            Long max = (Long) latency.value(row, "max_ns");
            Long p99 = (Long) latency.value(row, "p99_ns");
            if (max != null && (sum.worstNs == null || max > sum.worstNs)) {
                sum.worstNs = max;
                sum.p99Ns = p99;
                sum.line = line(latency, row);
            }
            if (p99 != null && (sum.slowP99Ns == null || p99 > sum.slowP99Ns)) {
                sum.slowP99Ns = p99;
                sum.slowLine = line(latency, row);
            }
        }
        return sum;
    }

    static String line(ReportTable latency, List<Object> row) {
        return "vCPU " + latency.value(row, "vcpu") + " " + latency.value(row, "source") + " "
                + latency.value(row, "irq");
    }

    private Verdict.OfVm ofVm(ReportRun run, String vm) {
        Responses sum = responses(latency, run.id(), vm);
        Standing standing = sum.measured == 0
                ? Standing.UNSEEN
                : sloNs.isEmpty() ? Standing.NO_SLO : sum.over == 0 ? Standing.MEETS : Standing.MISSES;
        List<String> summary = new ArrayList<>();
        summary.add(first(run, vm, sum, standing));
        List<String> blamed = standing == Standing.UNSEEN || standing == Standing.MEETS ? List.of() : blamed(run, vm);
        List<Verdict.OfPolicy> policies =
                standing == Standing.UNSEEN ? List.of() : judge.policies(run, vm, sum.slowLine);
        summary.addAll(judge.words(policies, standing));
        return new Verdict.OfVm(
                run.id(),
                vm,
                standing,
                sum.measured,
                sum.unmeasured,
                sloNs.isEmpty() ? null : sum.over,
                sloNs.isEmpty() ? null : sum.overPct(),
                sum.worstNs,
                sum.line,
                sloNs.isEmpty() ? sum.slowLine : null,
                sloNs.isEmpty() ? sum.slowP99Ns : sum.p99Ns,
                blamed,
                policies,
                summary);
    }

    private String first(ReportRun run, String vm, Responses sum, Standing standing) {
        String where = runs.stream()
                                .filter(r -> r.kind() == ReplayedRun.Kind.RECORDED && !r.guest())
                                .count()
                        > 1
                ? " in " + run.recording().label()
                : "";
        return switch (standing) {
            case UNSEEN ->
                vm + where + ": no interrupt response could be measured"
                        + (sum.unmeasured == 0
                                ? ", the recording shows no interrupt on its way to it ('hindsight record --print' tells"
                                        + " which events that takes)."
                                : "; " + PlainWords.count(sum.unmeasured, "delivery was", "deliveries were")
                                        + " lost or never seen handled.");
            case NO_SLO ->
                vm + where + ": " + PlainWords.count(sum.measured, "interrupt response", "interrupt responses")
                        + " measured, the longest took " + PlainWords.duration(sum.worstNs) + " (" + sum.line + ").";
            case MEETS ->
                vm + where + " meets the SLO of " + PlainWords.given(sloNs.getAsLong()) + ": none of its "
                        + PlainWords.count(sum.measured, "measured interrupt response", "measured interrupt responses")
                        + " is over it, the longest took " + PlainWords.duration(sum.worstNs) + " (" + sum.line + ").";
            case MISSES ->
                vm + where + " misses the SLO of " + PlainWords.given(sloNs.getAsLong()) + ": "
                        + PlainWords.count(sum.over) + " of its "
                        + PlainWords.count(sum.measured, "measured interrupt response", "measured interrupt responses")
                        + " (" + PlainWords.percent(sum.overPct()) + ") "
                        + (sum.over == 1 ? "is" : "are") + " over it, the longest took "
                        + PlainWords.duration(sum.worstNs) + " (" + sum.line + ").";
        };
    }

    /** Who held the CPU most while late ones waited. */
    private List<String> blamed(ReportRun run, String vm) {
        Map<String, Double> byWords = new LinkedHashMap<>();
        for (List<Object> row : blame.rows()) {
            if (blame.number(row, "run") == run.id() && vm.equals(blame.text(row, "vm"))) {
                byWords.merge(
                        HolderWords.of(
                                blame.text(row, "kind"),
                                blame.text(row, "holder"),
                                blame.text(row, "stage"),
                                blame.number(row, "threads")),
                        (Double) blame.value(row, "share_pct"),
                        Double::sum);
            }
        }
        List<Map.Entry<String, Double>> most = new ArrayList<>(byWords.entrySet());
        most.sort(Map.Entry.<String, Double>comparingByValue().reversed());
        List<String> words = new ArrayList<>();
        for (Map.Entry<String, Double> entry : most.subList(0, Math.min(BLAMED, most.size()))) {
            words.add(PlainWords.percent(entry.getValue()) + ": " + entry.getKey());
        }
        return words;
    }
}
