package dev.hindsight.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.analyses.Figures;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.queries.result.ResultFormat;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqlSessionTest {

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

    private static String answered(String script) {
        return answered(script, ResultFormat.TABLE);
    }

    private static String answered(String script, ResultFormat format) {
        StringWriter text = new StringWriter();
        PipedShell.run(
                dataset, Figures.QUERIES, new BufferedReader(new StringReader(script)), new PrintWriter(text), format);
        return text.toString();
    }

    @Test
    void a_statement_over_several_lines_is_one_and_several_on_a_line_are_several() {
        assertThat(answered("SELECT 1\n  AS one;\nSELECT 2 AS two; SELECT 3 AS three;"))
                .containsSubsequence("one", "1", "(1 row)", "two", "2", "(1 row)", "three", "3", "(1 row)");
    }

    @Test
    void semicolons_in_strings_and_comments_end_nothing() {
        assertThat(answered("SELECT 'a;b' AS x -- not; here\n, /* nor; here */ 7 AS y;"))
                .contains("a;b  7");
    }

    @Test
    void a_last_statement_needs_no_semicolon() {
        assertThat(answered("SELECT 42 AS answer")).contains("42", "(1 row)");
    }

    @Test
    void the_first_statement_that_fails_ends_a_script() {
        StringWriter text = new StringWriter();
        assertThatThrownBy(() -> PipedShell.run(
                        dataset,
                        Figures.QUERIES,
                        new BufferedReader(new StringReader("SELECT 1 AS a; SELECT nowhere; SELECT 2 AS b;")),
                        new PrintWriter(text),
                        ResultFormat.CSV))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("nowhere");
        assertThat(text.toString()).isEqualTo("a\r\n1\r\n");
    }

    @Test
    void statements_may_not_leave_the_dataset() {
        assertThatThrownBy(() -> answered("COPY (SELECT 1) TO '" + temp.resolve("x.csv") + "';"))
                .isInstanceOf(QueryException.class);
        assertThat(temp.resolve("x.csv")).doesNotExist();
    }

    @Test
    void tables_are_listed_with_rows_and_described_with_meanings() {
        long exits = dataset.manifest().tables().stream()
                .filter(table -> table.name().equals("vm_exit"))
                .findFirst()
                .orElseThrow()
                .rows();
        assertThat(exits).isPositive();
        assertThat(answered("\\d")).containsPattern("vm_exit +" + exits + " +A virtual CPU left the guest");
        assertThat(answered("\\d vm_exit")).containsPattern("rip +uint64 +may be null +guest instruction pointer");
        assertThat(answered("\\d events")).contains("args");
        assertThat(answered("\\d jobs")).contains("slo_ns=").contains("median");
    }

    @Test
    void a_named_query_runs_with_its_inputs() {
        String csv = answered("\\run sched_latency", ResultFormat.CSV);
        assertThat(csv.lines().count()).isGreaterThan(2);
        assertThat(answered("\\format csv\n\\run irq_latency slo_ns=1000000")).startsWith("run,trace,vm,vcpu");
        assertThatThrownBy(() -> answered("\\run irq_latency slo_ns=soon"))
                .hasMessageContaining("slo_ns")
                .hasMessageContaining("soon");
        assertThatThrownBy(() -> answered("\\run irq_latency nosuch=1")).hasMessageContaining("nosuch");
        assertThatThrownBy(() -> answered("\\run nosuch")).hasMessageContaining("irq_latency");
        assertThat(answered("\\show jobs")).contains("FROM job");
    }

    @Test
    void where_nothing_was_replayed_a_query_of_replays_says_how_to_get_some() {
        for (String asked : List.of("\\run replayed_runs", "SELECT policy FROM Replayed_Run;")) {
            assertThatThrownBy(() -> answered(asked))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContainingAll("no replayed runs", "hindsight replay TRACE", "-o DATASET")
                    .hasMessageNotContaining("Catalog Error");
        }
    }

    @Test
    void rows_go_to_a_file_and_back_to_the_screen() throws IOException {
        Path file = temp.resolve("rows.csv");
        String screen = answered("\\format csv\n\\o " + file + "\nSELECT 1 AS a;\n\\o\nSELECT 2 AS b;");
        assertThat(Files.readString(file)).isEqualTo("a\r\n1\r\n");
        assertThat(screen).isEqualTo("b\r\n2\r\n");
    }

    @Test
    void a_file_of_statements_is_run_and_one_that_runs_itself_is_stopped() throws IOException {
        Path file = Files.writeString(temp.resolve("ask.sql"), "SELECT 5\nAS five;\n\\d lost_span\n");
        assertThat(answered("\\i " + file)).contains("five", "5", "A CPU's events were lost");
        Path endless = temp.resolve("endless.sql");
        Files.writeString(endless, "\\i " + endless + "\n");
        assertThatThrownBy(() -> answered("\\i " + endless)).hasMessageContaining("deep");
        assertThatThrownBy(() -> answered("\\i " + temp.resolve("none.sql"))).hasMessageContaining("cannot be read");
    }

    @Test
    void what_a_command_does_not_take_is_told() {
        assertThatThrownBy(() -> answered("\\nosuch")).hasMessageContaining("\\?");
        assertThatThrownBy(() -> answered("\\format xml")).hasMessageContaining("table, json or csv");
        assertThatThrownBy(() -> answered("\\timing maybe")).hasMessageContaining("on or off");
        assertThatThrownBy(() -> answered("\\pager on")).hasMessageContaining("no terminal");
        assertThat(answered("\\?")).contains("\\queries", "\\timing");
    }

    @Test
    void quitting_ends_a_script_at_once() {
        assertThat(answered("SELECT 1 AS a;\n\\q\nSELECT 2 AS b;", ResultFormat.CSV))
                .isEqualTo("a\r\n1\r\n");
    }

    @Test
    void timing_tells_how_long_a_statement_took() {
        assertThat(answered("\\timing on\nSELECT 1;")).containsPattern("Time: \\d+\\.\\d ms");
    }

    @Test
    void an_input_is_whole_at_a_semicolon_outside_of_strings_and_comments() {
        assertThat(StatementParser.isWhole("SELECT 1;")).isTrue();
        assertThat(StatementParser.isWhole("SELECT 1; -- done")).isTrue();
        assertThat(StatementParser.isWhole("\\d vm_exit")).isTrue();
        assertThat(StatementParser.isWhole("   ")).isTrue();
        assertThat(StatementParser.isWhole("SELECT 1")).isFalse();
        assertThat(StatementParser.isWhole("SELECT 1; SELECT 2")).isFalse();
        assertThat(StatementParser.isWhole("SELECT ';'")).isFalse();
        assertThat(StatementParser.isWhole("SELECT $$;$$")).isFalse();
        assertThat(StatementParser.isWhole("SELECT 1 -- ;")).isFalse();
    }
}
