package dev.hindsight.cli;

import dev.hindsight.analyses.Figures;
import dev.hindsight.cli.shell.InteractiveShell;
import dev.hindsight.cli.shell.PipedShell;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.SqlAccess;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hindsight sql}. */
@Command(
        name = "sql",
        mixinStandardHelpOptions = true,
        description = {
            "An SQL shell on a dataset or a recording, with history, completion and paging.",
            "Statements from a pipe or file are answered without prompts; the first that fails ends it (exit code 5)."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hindsight sql run1",
            "  hindsight sql run1 --format csv < questions.sql",
            "  echo '\\run irq_latency slo_ns=1000000' | hindsight sql run1",
        })
final class SqlCommand implements Callable<Integer> {

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

    @Parameters(index = "0", paramLabel = "TRACE|DATASET", description = "What to ask.")
    private Path data;

    @Option(names = "--unsafe", description = "Let the SQL touch other files, and write.")
    private boolean unsafe;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Where to keep what was typed (default: hindsight/sql_history in $XDG_STATE_HOME or"
                    + " ~/.local/state).")
    private Path history;

    @Override
    public Integer call() {
        SqlAccess access = unsafe ? SqlAccess.UNSAFE : SqlAccess.CONFINED;
        try (Dataset dataset = OpenedData.open(data, markers.rules(), guests.files(), reading.read(), true, access)) {
            WarningLines.print(spec.commandLine().getErr(), OpenedData.warnings(dataset.manifest()));
            if (Terminal.isInteractive()) {
                new InteractiveShell(dataset, Figures.QUERIES, history == null ? usualHistory() : history)
                        .run(output.format());
            } else {
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
                PipedShell.run(dataset, Figures.QUERIES, in, spec.commandLine().getOut(), output.format());
            }
            return OpenedData.exitCode(dataset.manifest());
        }
    }

    private static Path usualHistory() {
        String state = System.getenv("XDG_STATE_HOME");
        Path base = state == null || state.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(state);
        return base.resolve("hindsight").resolve("sql_history");
    }
}
