package dev.hindsight.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.analyses.Figures;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.result.ResultFormat;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.Parser;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys as a user types them, on a terminal that is a pair of streams. */
final class InteractiveShellTest {

    private static Dataset dataset;

    @TempDir
    Path temp;

    @BeforeAll
    static void open() {
        dataset = Dataset.ofTraces(List.of(SampleTraces.trace("v6-lost")), IngestOptions.DEFAULT, SqlAccess.CONFINED);
    }

    @AfterAll
    static void close() {
        dataset.close();
    }

    /** What the screen shows after these keys; the last of them must leave the shell. */
    private String talked(String keys) throws IOException {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        try (PipedOutputStream keyboard = new PipedOutputStream();
                PipedInputStream typed = new PipedInputStream(keyboard, 1 << 16);
                Terminal terminal = new ExternalTerminal("typed", "ansi", typed, screen, StandardCharsets.UTF_8)) {
            terminal.setSize(new Size(120, 400));
            keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
            new InteractiveShell(dataset, Figures.QUERIES, temp.resolve("state/history"))
                    .talk(terminal, ResultFormat.TABLE);
        }
        return screen.toString(StandardCharsets.UTF_8);
    }

    @Test
    void statements_are_answered_until_the_user_leaves() throws IOException {
        String screen = talked("SELECT 20 + 1 AS sum,\r'x' AS x;\rSELECT nowhere;\rSELECT 2 AS after;\r\\q\r");
        assertThat(screen).contains("21  x", "error: ", "nowhere", "after");
    }

    @Test
    void control_d_leaves_too() throws IOException {
        assertThat(talked("SELECT 1 AS a;\r" + (char) 4)).contains("(1 row)");
    }

    @Test
    void tab_completes_the_word_that_only_one_name_begins_with() throws IOException {
        assertThat(talked("SELECT count(*) AS n FROM halt_\t;\r\\q\r")).contains("halt_poll", "(1 row)");
    }

    @Test
    void what_was_typed_is_kept_for_next_time() throws IOException {
        talked("SELECT 11 AS eleven;\r\\q\r");
        assertThat(Files.readString(temp.resolve("state/history"))).contains("SELECT 11 AS eleven;");
    }

    private static List<String> completions(String before) {
        List<Candidate> candidates = new ArrayList<>();
        new SchemaCompleter(dataset.manifest(), Figures.QUERIES)
                .complete(
                        null,
                        new StatementParser().parse(before, before.length(), Parser.ParseContext.COMPLETE),
                        candidates);
        return candidates.stream().map(Candidate::value).toList();
    }

    @Test
    void behind_from_only_tables_are_offered() {
        assertThat(completions("SELECT * FROM "))
                .contains("vm_exit", "events", "ev_sched_sched_switch")
                .doesNotContain("SELECT", "rip");
    }

    @Test
    void columns_of_the_tables_that_a_statement_names_are_offered() {
        assertThat(completions("SELECT v.r FROM vm_exit v WHERE v."))
                .contains("rip", "reason", "run")
                .doesNotContain("wakee_tid");
        assertThat(completions("SELECT ")).contains("wakee_tid", "rip", "FROM");
        assertThat(completions("select x fr")).contains("from");
    }

    @Test
    void behind_a_backslash_commands_and_what_they_take_are_offered() {
        assertThat(completions("\\")).contains("\\d", "\\timing", "\\run");
        assertThat(completions("\\run ")).contains("irq_latency", "jobs").doesNotContain("vm_exit");
        assertThat(completions("\\run irq_latency ")).contains("slo_ns=").doesNotContain("irq_latency");
        assertThat(completions("\\format ")).containsExactly("table", "json", "csv");
        assertThat(completions("\\d ")).contains("vm_exit", "irq_latency");
    }
}
