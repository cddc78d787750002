package dev.hindsight.cli;

import dev.hindsight.analyses.AnalysisOptions;
import dev.hindsight.analyses.report.Report;
import dev.hindsight.analyses.report.ReportBuilder;
import dev.hindsight.analyses.report.ReportPage;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.OutputException;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.replay.PlannedRun;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.replay.policy.Policy;
import dev.hindsight.replay.timeline.MarkerRule;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hindsight report}. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Writes an HTML file to look at.",
            "The verdict on each virtual machine's interrupt response first, what stands in the way, which of the"
                    + " given policies would mend it by its prediction; then distributions, stages, CPU waste and"
                    + " use, exits, the worst deliveries as timelines, an overview of all CPUs, jobs and warnings.",
            "One file, no network: it can be mailed, archived, printed. Several recordings or datasets stand side"
                    + " by side; policies are predicted from the first. Runs that 'replay -o' kept in a dataset are"
                    + " shown with it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight report trace.dat --slo 1ms",
            "  hindsight report trace.dat --slo 1ms --marker job=pio:0x510 -p policies.yaml -o report.html",
            "  hindsight report trace.dat --slo 1ms --prio vcpu@rtvmm=fifo:80",
            "  hindsight report base.dat shield.dat --slo 1ms -o both.html",
            "  hindsight report what-if --run recorded,modelled,shield --slo 1ms",
        })
final class ReportCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TRACE|DATASET",
            arity = "1..*",
            description = "Recordings, or datasets of 'ingest' and 'replay'.")
    private List<Path> data = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "report.html",
            description = "Where to write it (default: ${DEFAULT-VALUE}).")
    private Path output;

    @Option(
            names = "--slo",
            paramLabel = "DURATION",
            converter = DurationOption.class,
            description = "Longest good response, for instance 1ms: the verdict goes by it.")
    private Long sloNs;

    @Mixin
    private MarkerOptions markers;

    @Mixin
    private GuestOptions guests;

    @Mixin
    private PolicyOptions policy;

    @Mixin
    private ReplayingOptions replaying;

    @Option(
            names = "--worst",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "How many of the worst deliveries of each recording to draw, up to 20 (default: ${DEFAULT-VALUE}).")
    private int worst;

    @Option(names = "--run", paramLabel = "NAME", split = ",", description = "Runs of datasets to show (default: all).")
    private List<String> runs = new ArrayList<>();

    @Mixin
    private ReadingOptions reading;

    @Option(names = "--debug", description = "Show the stack of an error.")
    private boolean debug;

    private volatile double done;

    @Override
    public Integer call() {
        List<Policy> policies = policy.policies();
        AnalysisOptions options = options();
        checkOutput();
        List<PlannedRun> plans = PolicyOptions.plans(policies, replaying.options());
        ReportBuilder builder = new ReportBuilder("hindsight " + ToolVersion.number(), options);
        RecordingLabels labels = new RecordingLabels(data);
        int exitCode = ExitCode.SUCCESS;
        for (int i = 0; i < data.size(); i++) {
            boolean replayed = i == 0 && !policies.isEmpty();
            try (Dataset dataset = replayed ? replay(data.get(i), plans) : open(data.get(i))) {
                add(builder, dataset, labels, i, replayed ? policies : List.of());
                exitCode = Math.max(exitCode, OpenedData.exitCode(dataset.manifest()));
            }
        }
        Report report = builder.build();
        write(report);
        print(report);
        return exitCode;
    }

    private AnalysisOptions options() {
        if (worst > 20) {
            throw new WrongUse("--worst " + worst + ": a report draws 20 deliveries of a recording at most");
        }
        try {
            return new AnalysisOptions(
                    sloNs == null ? OptionalLong.empty() : OptionalLong.of(sloNs),
                    worst,
                    AnalysisOptions.DEFAULT.starvedNs(),
                    AnalysisOptions.DEFAULT.invertedNs(),
                    List.of(),
                    null);
        } catch (IllegalArgumentException e) {
            throw new WrongUse(e.getMessage());
        }
    }

    /** Before the work, not after it. */
    private void checkOutput() {
        Path parent = output.toAbsolutePath().getParent();
        if (Files.isDirectory(output)) {
            throw new WrongUse("-o " + output + " is a directory: name a file in it, for instance "
                    + output.resolve("report.html"));
        } else if (!Files.isDirectory(parent)) {
            throw new OutputException(output.toString(), new NoSuchFileException(parent.toString()));
        }
        for (Path path : data) {
            if (path.toAbsolutePath().normalize().equals(output.toAbsolutePath().normalize())) {
                throw new WrongUse("-o " + output + " is one of the recordings: name another file");
            }
        }
    }

    private Dataset replay(Path path, List<PlannedRun> plans) {
        return new ReplayedData(path, markersOf(path), guests.files(), reading.read(), plans, null, true, sloNs).open();
    }

    private Dataset open(Path path) {
        Dataset dataset = OpenedData.open(
                path,
                markersOf(path),
                path.equals(data.get(0)) ? guests.files() : List.of(),
                reading.read(),
                false,
                SqlAccess.CONFINED);
        try {
            if (!runs.isEmpty() && Dataset.isDataset(path)) {
                dataset.showOnly(runs);
            }
            return dataset;
        } catch (RuntimeException e) {
            dataset.close();
            throw e;
        }
    }

    /** Markers are for the recordings; where there are datasets alone, the usual refusal tells what to do. */
    private List<MarkerRule> markersOf(Path path) {
        boolean anyRecording = data.stream().anyMatch(p -> !Dataset.isDataset(p));
        return anyRecording && Dataset.isDataset(path) ? List.of() : markers.rules();
    }

    private void add(ReportBuilder builder, Dataset dataset, RecordingLabels labels, int input, List<Policy> policies) {
        String work = data.size() == 1 ? "figures" : "figures of " + labels.of(input);
        done = 0;
        try (Connection connection = dataset.connect();
                ProgressOnTerminal bar = new ProgressOnTerminal(work, () -> done)) {
            List<String> shown = new ArrayList<>();
            policies.forEach(p -> shown.add(p.name()));
            shown.addAll(policies.isEmpty() ? runs : List.of());
            dataset.manifest().runs().stream()
                    .filter(run -> !shown.contains(run))
                    .forEach(shown::add);
            builder.add(
                    connection,
                    labels.facts(input, dataset.manifest()),
                    shown,
                    steps -> done = (double) steps / ReportBuilder.STEPS);
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    /** Whole or not at all: what was there stays until the new one is complete. */
    private void write(Report report) {
        try {
            WholeFile.replace(output, part -> {
                try (Writer to = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
                    ReportPage.write(report, to);
                }
            });
        } catch (IOException e) {
            throw new OutputException(output.toString(), e);
        }
    }

    private void print(Report report) {
        PrintWriter out = spec.commandLine().getOut();
        report.verdict().sentences().forEach(out::println);
        try {
            out.printf(
                    Locale.ROOT,
                    "%s: %,d KB, %d %s; open it in a browser%n",
                    output,
                    Files.size(output) / 1000,
                    report.runs().size(),
                    report.runs().size() == 1 ? "run" : "runs");
        } catch (IOException e) {
            throw new WrongUse("-o " + output + ": the report is gone: " + e);
        }
        out.flush();
    }
}
