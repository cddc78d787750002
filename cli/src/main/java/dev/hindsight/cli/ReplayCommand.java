package dev.hindsight.cli;

import dev.hindsight.analyses.AnalysisOptions;
import dev.hindsight.analyses.FigureWarning;
import dev.hindsight.analyses.Figures;
import dev.hindsight.analyses.compare.Explanation;
import dev.hindsight.analyses.compare.ReplayReport;
import dev.hindsight.analyses.compare.ReplayedRun;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.Manifest;
import dev.hindsight.queries.replay.PlannedRun;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.queries.result.ResultFormat;
import dev.hindsight.replay.policy.Policy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hindsight replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Predicts a recording under other scheduling policies.",
            "Interrupt response, real-time jobs, CPU time of the background and CPU waste, beside what was recorded"
                    + " and what the model makes of the recorded policy: how far that is off is the model's error,"
                    + " and no smaller change is called one.",
            "The flags together are one policy; each policy of a file is another one. All run in parallel.",
            "SELECTOR: a role (vcpu, kvm-pit, irq, user, ...), ROLE@VM (its name, or the monitor's process id),"
                    + " comm=GLOB or tid=N.",
            "Assumed, since no event tells: fair threads share a CPU by nice alone, whatever weight or quota their"
                    + " control groups have; RT throttling is Linux's default, 950 of 1000 ms; a thread recorded at"
                    + " SCHED_DEADLINE runs as fifo:99 until a policy gives it a runtime and a period."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight replay trace.dat --prio vcpu@rtvmm=fifo:80 --prio kvm-pit=fifo:85 --slo 1ms",
            "  hindsight replay trace.dat --shield 1=vcpu@rtvmm --prio vcpu@rtvmm=fifo:80 --name shieldprio --explain"
                    + " 1",
            "  hindsight replay trace.dat --marker job=pio:0x510 --cosched vcpu@rtvmm=fifo:80/other,detect=marker:job",
            "  hindsight replay trace.dat -p policies.yaml -o what-if",
            "  hindsight replay trace.dat -p policies.yaml --format json | jq '.runs[] | {policy, irq_latency}'",
        })
final class ReplayCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private PolicyOptions policy;

    @Mixin
    private ReplayingOptions replaying;

    @Mixin
    private MarkerOptions markers;

    @Mixin
    private GuestOptions guests;

    @Mixin
    private ReadingOptions reading;

    @Mixin
    private OutputOptions output;

    @Parameters(
            paramLabel = "TRACE|DATASET",
            description = "A recording (trace.dat, text, perf.data, CTF) or a dataset of 'ingest'.")
    private Path data;

    @Option(
            names = "--slo",
            paramLabel = "DURATION",
            converter = DurationOption.class,
            description = "Longest good response, for instance 1ms: counts what exceeds it.")
    private Long sloNs;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Keep all runs as a dataset, for 'query', 'analyze' and 'compare'. A dataset that is there is"
                    + " replaced, anything else is refused.")
    private Path dataset;

    @Option(
            names = "--explain",
            paramLabel = "N",
            description =
                    "Tell the chain of the N-th worst predicted delivery: what was different in the recording, who no"
                            + " longer stands in the way, or for less time, who now does, or for longer.")
    private Integer explain;

    @Override
    public Integer call() {
        List<Policy> policies = policy.policies();
        if (explain != null && explain < 1) {
            throw new WrongUse("--explain " + explain + ": expected 1 for the worst delivery, 2 for the next, ...");
        }
        if (explain != null && output.format() == ResultFormat.CSV) {
            throw new WrongUse("--explain has no csv: take table or json");
        }
        AnalysisOptions options;
        try {
            options = sloNs == null ? AnalysisOptions.DEFAULT : AnalysisOptions.DEFAULT.withSloNs(sloNs);
        } catch (IllegalArgumentException e) {
            throw new WrongUse(e.getMessage());
        }
        List<PlannedRun> plans = PolicyOptions.plans(policies, replaying.options());
        ReplayedData replayed = new ReplayedData(
                data, markers.rules(), guests.files(), reading.read(), plans, dataset, explain != null, sloNs);
        try (Dataset runs = replayed.open()) {
            List<FigureWarning> warnings =
                    ReplayWarnings.of(runs.manifest().traces().get(0), replayed.unansweredVcpus());
            ReplayReport report = new ReplayReport(replayed.runs());
            print(runs, report, warnings, explain == null ? List.of() : explanations(runs, report, options));
            return OpenedData.exitCode(runs.manifest());
        }
    }

    private List<Explanation> explanations(Dataset runs, ReplayReport report, AnalysisOptions options) {
        boolean modelAlone = report.runs().size() == 2;
        List<Explanation> explanations = new ArrayList<>();
        try (Connection connection = runs.connect()) {
            Figures figures = new Figures(connection, options);
            for (ReplayedRun run : report.runs()) {
                if (run.kind() == ReplayedRun.Kind.POLICY || modelAlone && run.kind() == ReplayedRun.Kind.FLOOR) {
                    explanations.add(Explanation.of(figures, run.policy(), explain));
                    figures = figures.with(Map.of());
                }
            }
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
        return explanations;
    }

    private void print(
            Dataset runs, ReplayReport report, List<FigureWarning> warnings, List<Explanation> explanations) {
        PrintWriter out = spec.commandLine().getOut();
        switch (output.format()) {
            case TABLE -> {
                ReplayText text = new ReplayText(
                        out, report, sloNs != null, replaying.options().extendHungry());
                text.print(runs.manifest());
                for (Explanation explanation : explanations) {
                    new ExplanationText(out, explanation).print();
                }
                text.warnings(warnings);
                out.flush();
            }
            case JSON -> {
                Map<String, Object> json = new LinkedHashMap<>();
                Manifest.Trace trace = runs.manifest().traces().get(0);
                json.put("file", data.toString());
                json.put("lost_events", trace.lostEvents());
                json.put("losses_uncounted", trace.lossesUncounted());
                json.put(
                        "warnings", warnings.stream().map(FigureWarning::toJson).toList());
                json.putAll(report.toJson());
                if (explain != null) {
                    json.put(
                            "explain",
                            explanations.stream().map(Explanation::toJson).toList());
                }
                OutputOptions.json(out, json);
            }
            case CSV -> output.rows(out, ReplayText.rows(report));
        }
    }
}
