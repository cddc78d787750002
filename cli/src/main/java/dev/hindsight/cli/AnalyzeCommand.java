package dev.hindsight.cli;

import dev.hindsight.analyses.Analysis;
import dev.hindsight.analyses.AnalysisOptions;
import dev.hindsight.analyses.AnalysisReport;
import dev.hindsight.analyses.Figures;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.result.QueryResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code hindsight analyze}. */
@Command(
        name = "analyze",
        mixinStandardHelpOptions = true,
        description = {
            "Tells where interrupt latency and CPU time went.",
            "Response by stage with percentiles, the worst deliveries with their blame, real-time jobs, exits,"
                    + " scheduling latency, CPU use and waste, halt polling.",
            "JSON has all figures; CSV has the interrupt response by stage ('query --named' gives any other as CSV)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight analyze trace.dat",
            "  hindsight analyze trace.dat --marker job=pio:0x510 --slo 1ms --worst 5",
            "  hindsight analyze host.dat --guest guest.dat --marker rt=guest_task:cyclictest",
            "  hindsight analyze run1 --format json | jq '.irq_latency[] | {vm, irq, p99_ns}'",
        })
final class AnalyzeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ReadingOptions reading;

    @Mixin
    private MarkerOptions markers;

    @Mixin
    private GuestOptions guests;

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
            names = "--worst",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many of the worst deliveries to show (default: ${DEFAULT-VALUE}).")
    private int worst;

    @Option(
            names = "--run",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "recorded",
            description = "Runs of a dataset to show, as 'replay' named them (default: ${DEFAULT-VALUE}).")
    private List<String> runs = new ArrayList<>();

    @Option(
            names = "--shielded",
            paramLabel = "CPU",
            split = ",",
            description = "CPUs that were kept for virtual CPUs (default: found from what ran where).")
    private List<Integer> shielded = new ArrayList<>();

    @Option(
            names = "--idle-rip",
            paramLabel = "A-B",
            converter = RipRange.class,
            description =
                    "Guest addresses of the idle loop of a guest that spins when idle, for instance 0x1038-0x1040.")
    private AnalysisOptions.IdleLoop idleLoop;

    @Override
    public Integer call() {
        AnalysisOptions options;
        try {
            options = new AnalysisOptions(
                    sloNs == null ? OptionalLong.empty() : OptionalLong.of(sloNs),
                    worst,
                    AnalysisOptions.DEFAULT.starvedNs(),
                    AnalysisOptions.DEFAULT.invertedNs(),
                    shielded,
                    idleLoop);
        } catch (IllegalArgumentException e) {
            throw new WrongUse(e.getMessage());
        }
        PrintWriter out = spec.commandLine().getOut();
        try (Dataset dataset =
                OpenedData.open(data, markers.rules(), guests.files(), reading.read(), false, SqlAccess.CONFINED)) {
            dataset.showOnly(runs);
            switch (output.format()) {
                case TABLE -> {
                    AnalysisReport report = Analysis.of(dataset, options);
                    new ReportText(out, report, options).print(dataset.manifest());
                }
                case JSON -> {
                    Map<String, Object> json = new LinkedHashMap<>();
                    json.put("file", data.toString());
                    json.putAll(Analysis.of(dataset, options).toJson());
                    OutputOptions.json(out, json);
                }
                case CSV -> {
                    Map<String, Object> inputs = new LinkedHashMap<>();
                    inputs.put("slo_ns", sloNs);
                    try (QueryResult rows = dataset.run(Figures.QUERIES, "irq_latency", inputs)) {
                        output.rows(out, rows);
                    }
                }
            }
            return OpenedData.exitCode(dataset.manifest());
        }
    }

    /** Parses {@code 0x1038-0x1040}, the last address included. */
    static final class RipRange implements ITypeConverter<AnalysisOptions.IdleLoop> {

        @Override
        public AnalysisOptions.IdleLoop convert(String text) {
            int dash = text.indexOf('-');
            try {
                if (dash > 0) {
                    return new AnalysisOptions.IdleLoop(rip(text.substring(0, dash)), rip(text.substring(dash + 1)));
                }
            } catch (NumberFormatException e) {
                // Told below, like a missing dash.
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
            throw new TypeConversionException(
                    "'" + text + "' is no range of addresses: give two hexadecimal ones, for instance 0x1038-0x1040");
        }

        private static long rip(String text) {
            return Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16);
        }
    }
}
