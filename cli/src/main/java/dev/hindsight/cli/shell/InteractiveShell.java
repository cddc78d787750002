package dev.hindsight.cli.shell;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.queries.result.ResultFormat;
import dev.hindsight.queries.sql.NamedQueries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The shell on a terminal: editing, history, completion, paging; Ctrl-C ends the query that runs, not the shell. */
public final class InteractiveShell {

    private final Dataset dataset;
    private final NamedQueries queries;
    private final Path history;

    /**
     * @param history file that keeps what was typed, null for none
     */
    public InteractiveShell(Dataset dataset, NamedQueries queries, Path history) {
        this.dataset = dataset;
        this.queries = queries;
        this.history = history;
    }

    /** Talks with the user at this process's terminal until they leave. */
    public void run(ResultFormat format) {
        try (Terminal terminal =
                TerminalBuilder.builder().name("hindsight").system(true).build()) {
            talk(terminal, format);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Talks on a terminal that the caller made. */
    void talk(Terminal terminal, ResultFormat format) {
        LineReader reader = reader(terminal);
        String name = dataset.directory().getFileName().toString();
        try (ShellOutput output = new ShellOutput(terminal.writer(), new ScreenPager(terminal), format)) {
            SqlSession session = new SqlSession(dataset, queries, output);
            output.say(greeting());
            boolean more = true;
            while (more) {
                AtomicBoolean cancelled = new AtomicBoolean();
                try {
                    String input = reader.readLine(name + "> ");
                    Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> {
                        cancelled.set(true);
                        dataset.cancel();
                    });
                    try {
                        more = session.answer(input);
                    } finally {
                        terminal.handle(Terminal.Signal.INT, before);
                    }
                } catch (QueryException e) {
                    output.say(cancelled.get() ? "cancelled" : "error: " + e.getMessage());
                } catch (UserInterruptException e) {
                    output.say("(\\q or Ctrl-D leaves)");
                } catch (EndOfFileException e) {
                    more = false;
                }
            }
        }
    }

    private LineReader reader(Terminal terminal) {
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .appName("hindsight")
                .terminal(terminal)
                .parser(new StatementParser())
                .completer(new SchemaCompleter(dataset.manifest(), queries))
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P  -> ")
                .variable(LineReader.LIST_MAX, 200)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.CASE_INSENSITIVE, true);
        if (history != null) {
            try {
                Files.createDirectories(history.toAbsolutePath().getParent());
                builder.variable(LineReader.HISTORY_FILE, history);
            } catch (IOException e) {
                terminal.writer().println("no history is kept: " + e);
            }
        }
        return builder.build();
    }

    private String greeting() {
        long events = dataset.manifest().traces().stream()
                .mapToLong(trace -> trace.events())
                .sum();
        int traces = dataset.manifest().traces().size();
        return String.format(
                Locale.ROOT,
                "%d recording%s, %,d events. SQL ends with ';', Tab completes, \\d lists tables, \\? helps, \\q"
                        + " leaves.",
                traces,
                traces == 1 ? "" : "s",
                events);
    }
}
