package dev.hindsight.cli;

import dev.hindsight.analyses.AnalysisOptions;
import dev.hindsight.analyses.compare.BlockBootstrap;
import dev.hindsight.analyses.compare.Comparison;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hindsight compare}. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Sets two recordings, datasets, or runs of datasets side by side.",
            "Interrupt response, real-time jobs, CPU time of the background and by role, and each column of CPU waste.",
            "Differences are B - A, with 95 %% intervals by a block bootstrap: blocks of consecutive deliveries,"
                    + " jobs or time windows are drawn again and again from each recording. The intervals tell what"
                    + " these two recordings are sure of; how far two recordings of one policy lie apart, only a"
                    + " third recording tells.",
            "Virtual machines are matched by name, then number of the vCPU, source and interrupt line."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight compare base.dat shield.dat",
            "  hindsight compare base.dat shield.dat --marker job=pio:0x510 --slo 1ms",
            "  hindsight compare what-if what-if --run-a modelled --run-b shield",
            "  hindsight compare base.dat shield.dat --format json | jq '.irq_latency[].difference.p99_ns'",
        })
final class CompareCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOptions output;

    @Mixin
    private ReadingOptions reading;

    @Mixin
    private MarkerOptions markers;

    @Parameters(
            index = "0",
            paramLabel = "A",
            description = "A recording (trace.dat, text, perf.data, CTF) or a dataset.")
    private Path a;

    @Parameters(index = "1", paramLabel = "B", description = "Another one, or the same dataset.")
    private Path b;

    @Option(
            names = "--run-a",
            paramLabel = "RUN",
            defaultValue = "recorded",
            description = "Run of dataset A (default: ${DEFAULT-VALUE}).")
    private String runA;

    @Option(
            names = "--run-b",
            paramLabel = "RUN",
            defaultValue = "recorded",
            description = "Run of dataset B (default: ${DEFAULT-VALUE}).")
    private String runB;

    @Option(
            names = "--trace-a",
            paramLabel = "N",
            defaultValue = "0",
            description = "Trace of dataset A (default: ${DEFAULT-VALUE}).")
    private int traceA;

    @Option(
            names = "--trace-b",
            paramLabel = "N",
            defaultValue = "0",
            description = "Trace of dataset B (default: ${DEFAULT-VALUE}).")
    private int traceB;

    @Option(
            names = "--slo",
            paramLabel = "DURATION",
            converter = DurationOption.class,
            description = "Longest good response, for instance 1ms: counts what exceeds it.")
    private Long sloNs;

    @Option(
            names = "--resamples",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Resamples of the bootstrap (default: ${DEFAULT-VALUE}).")
    private int resamples;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the bootstrap: the same one gives the same intervals (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() {
        AnalysisOptions options;
        BlockBootstrap bootstrap;
        OptionalLong slo = sloNs == null ? OptionalLong.empty() : OptionalLong.of(sloNs);
        try {
            options = sloNs == null ? AnalysisOptions.DEFAULT : AnalysisOptions.DEFAULT.withSloNs(sloNs);
            bootstrap = new BlockBootstrap(resamples, seed);
        } catch (IllegalArgumentException e) {
            throw new WrongUse(e.getMessage());
        }
        ChosenRun ofA = open(a, runA, traceA, options);
        ChosenRun ofB = open(b, runB, traceB, options);
        Comparison comparison =
                Comparison.of(ofA.figures(), ofB.figures(), ofA.speed().to(ofB.speed()), slo, bootstrap);
        PrintWriter out = spec.commandLine().getOut();
        switch (output.format()) {
            case TABLE -> new ComparisonText(out, ofA, ofB, comparison, sloNs != null).print();
            case JSON -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("a", ofA.toJson());
                json.put("b", ofB.toJson());
                json.put("machines_differ", ofA.machineDiffersFrom(ofB));
                json.putAll(comparison.toJson());
                OutputOptions.json(out, json);
            }
            case CSV -> output.rows(out, ComparisonText.rows(comparison));
        }
        return Math.max(ofA.exitCode(), ofB.exitCode());
    }

    private ChosenRun open(Path path, String run, int trace, AnalysisOptions options) {
        return ChosenRun.open(path, run, trace, markers.rules(), reading.read(), options, true);
    }
}
