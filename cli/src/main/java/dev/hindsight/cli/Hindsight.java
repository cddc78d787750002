package dev.hindsight.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code hindsight} command with all of its commands. */
@Command(
        name = "hindsight",
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
            "6:an output can't be written: no such directory, no space left, no permission",
        })
public final class Hindsight extends RootCommand {

    /** Without commands, for the one that is added. */
    static final class Alone extends RootCommand {}

    private Hindsight() {}

    /** Runs the command and ends the virtual machine with its exit code. */
    public static void main(String[] args) {
        CommandLine line = commandLine(args);
        StandardOutput out = new StandardOutput();
        line.setOut(new PrintWriter(out, true));
        int code = line.execute(args);
        line.getOut().flush();
        System.exit(out.hasFailed() ? out.tell(line.getErr()) : code);
    }

    /** The command with its options, converters and error handling. */
    static CommandLine commandLine() {
        return handled(new CommandLine(new Hindsight()));
    }

    /**
     * As {@link #commandLine()}, for these words: where the first names a command, that alone is made ready, since all of
     * them take longer than a small recording.
     */
    static CommandLine commandLine(String... words) {
        if (words.length > 0) {
            for (Class<?> command : Hindsight.class.getAnnotation(Command.class).subcommands()) {
                String name = command.getAnnotation(Command.class).name();
                if (name.equals(words[0]) && command != CommandLine.HelpCommand.class) {
                    return handled(new CommandLine(new Alone()).addSubcommand(command));
                }
            }
        }
        return commandLine();
    }

    private static CommandLine handled(CommandLine line) {
        line.setExecutionExceptionHandler(new ErrorLine());
        line.setParameterExceptionHandler(new UsageLine());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(110);
        line.setExecutionStrategy(RootCommand::execute);
        return line;
    }
}
