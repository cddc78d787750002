package dev.hindsight.cli;

import dev.hindsight.analyses.recording.RecordedEvent;
import dev.hindsight.analyses.recording.RecordingPlan;
import dev.hindsight.analyses.recording.TargetArch;
import dev.hindsight.queries.result.ListedRows;
import dev.hindsight.queries.result.ResultColumn;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hindsight record --print}. */
@Command(
        name = "record",
        mixinStandardHelpOptions = true,
        description = "Prints the trace-cmd command line that records what the figures need, and what each event buys.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight record --print",
            "  hindsight record --print --arch arm64 -o target.dat -- sleep 30",
        })
final class RecordCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private OutputOptions output;

    @Option(names = "--print", required = true, description = "Print the command; Hindsight itself traces nothing.")
    private boolean print;

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description = "Architecture of the target: x86, arm64 or ppc64 (default: this machine's).")
    private String arch = System.getProperty("os.arch");

    @Option(
            names = "--clock",
            paramLabel = "CLOCK",
            defaultValue = "mono",
            description = "Trace clock (default: ${DEFAULT-VALUE}, the clock that timers are due in).")
    private String clock;

    @Option(
            names = "--buffer-kb",
            paramLabel = "KB",
            defaultValue = "16384",
            description = "Ring buffer of each CPU in KiB (default: ${DEFAULT-VALUE}).")
    private int bufferKb;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "trace.dat",
            description = "File that trace-cmd writes (default: ${DEFAULT-VALUE}).")
    private String file;

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "What to run while recording, after '--'.")
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() {
        RecordingPlan plan;
        try {
            plan = new RecordingPlan(TargetArch.of(arch), clock, bufferKb, file, command);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        PrintWriter out = spec.commandLine().getOut();
        switch (output.format()) {
            case TABLE -> {
                out.println(plan.shellLine());
                out.println();
                for (RecordedEvent event : plan.events()) {
                    out.printf("%-32s %s%n", event.event(), event.buys());
                }
            }
            case JSON -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("command", plan.words());
                json.put("shell", plan.shellLine());
                json.put("events", plan.events());
                OutputOptions.json(out, json);
            }
            case CSV -> {
                List<List<Object>> rows = new ArrayList<>();
                for (RecordedEvent event : plan.events()) {
                    rows.add(List.of(event.event(), event.buys()));
                }
                output.rows(
                        out,
                        new ListedRows(
                                List.of(
                                        ResultColumn.undescribed("event", "VARCHAR"),
                                        ResultColumn.undescribed("buys", "VARCHAR")),
                                rows));
            }
        }
        out.flush();
        return ExitCode.SUCCESS;
    }
}
