package dev.hindsight.cli;

import dev.hindsight.queries.profile.OwnWork;
import dev.hindsight.queries.profile.OwnWorkFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.tracecompass.traceeventlogger.LogUtils.ScopeLog;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code hindsight} command. */
@Command(
        name = "hindsight",
        mixinStandardHelpOptions = true,
        versionProvider = ToolVersion.class,
        description =
                "Where interrupt latency and CPU time went on a machine running KVM guests, from a recording alone.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            AnalyzeCommand.class,
            CompareCommand.class,
            ExportCommand.class,
            InfoCommand.class,
            IngestCommand.class,
            QueryCommand.class,
            RecordCommand.class,
            ReplayCommand.class,
            ReportCommand.class,
            SqlCommand.class,
            ValidateCommand.class,
            CommandLine.HelpCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight analyze trace.dat --marker job=pio:0x510 --slo 1ms",
            "  hindsight compare base.dat shield.dat --marker job=pio:0x510 --slo 1ms",
            "  hindsight ingest trace.dat -o run1",
            "  hindsight query run1 \"SELECT reason, count(*) FROM vm_exit GROUP BY ALL ORDER BY 2 DESC\"",
            "  hindsight replay trace.dat --prio vcpu@rtvmm=fifo:80 --slo 1ms",
            "  hindsight report trace.dat --slo 1ms -p policies.yaml -o report.html",
            "  hindsight record --print",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success",
            "1:internal error; please report it with the output of --debug",
            "2:usage: an option or argument is wrong",
            "3:a recording or dataset can't be read: missing, damaged beyond reading, or of a kind not supported",
            "4:a damaged recording was read up to the damage: the output is partial and says so",
            "5:the SQL was refused or failed",
        })
public final class Hindsight implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Write what Hindsight itself did, and how long each step took, as Chrome trace events for"
                    + " Trace Compass or Perfetto.")
    private Path profile;

    private Hindsight() {}

    /** Runs the command and ends the virtual machine with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The command with its options, converters and error handling. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Hindsight());
        line.setExecutionExceptionHandler(new ErrorLine());
        line.setParameterExceptionHandler(new UsageLine());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(110);
        line.setExecutionStrategy(Hindsight::execute);
        return line;
    }

    private static int execute(ParseResult parsed) {
        Hindsight root = (Hindsight) parsed.commandSpec().userObject();
        if (root.profile == null) {
            return new RunLast().execute(parsed);
        }
        List<String> words = parsed.expandedArgs();
        try (OwnWorkFile file = OwnWorkFile.open(root.profile);
                ScopeLog work = OwnWork.begin("hindsight", "arguments", String.join(" ", words))) {
            return new RunLast().execute(parsed);
        } catch (IOException e) {
            Path folder = root.profile.toAbsolutePath().getParent();
            throw new ParameterException(
                    parsed.commandSpec().commandLine(),
                    "--profile " + root.profile + ": cannot be written: "
                            + (Files.isDirectory(folder)
                                    ? e.toString()
                                    : "there is no directory " + folder + ": make it first"));
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command, for instance: hindsight analyze trace.dat");
    }
}
