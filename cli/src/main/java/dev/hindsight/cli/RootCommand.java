package dev.hindsight.cli;

import dev.hindsight.queries.profile.OwnWork;
import dev.hindsight.queries.profile.OwnWorkFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.tracecompass.traceeventlogger.LogUtils.ScopeLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** What comes before a command's name, whichever it is. */
@Command(name = "hindsight", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class)
abstract sealed class RootCommand implements Runnable permits Hindsight, Hindsight.Alone {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Write what Hindsight itself did, and how long each step took, as Chrome trace events for"
                    + " Trace Compass or Perfetto.")
    private Path profile;

    /** Runs the command that was named. */
    static int execute(ParseResult parsed) {
        RootCommand root = (RootCommand) parsed.commandSpec().userObject();
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
