package dev.hindsight.queries.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.queries.result.QueryException;
import dev.hindsight.queries.result.ResultColumn;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedQueriesTest {

    private static final String FOLDER = "dev/hindsight/queries/sql/catalog";

    private static final String LONG_RUNS = """
            -- long_runs: spans longer than a limit.
            --
            -- More about it.
            --
            -- uses span
            -- input limit_ns BIGINT 1000 ns: shorter ones are left out
            -- column tid INTEGER: thread
            -- column length_ns BIGINT ns: how long
            WITH long AS (SELECT * FROM span WHERE length_ns > $limit_ns)
            SELECT tid, length_ns FROM long
            """;

    private static final String SPAN =
            "-- span: spans.\n-- column tid INTEGER: thread\n-- column length_ns BIGINT ns: how long\n"
                    + "SELECT tid, end_ns - start_ns AS length_ns FROM thread_span\n";

    private static NamedQueries catalog() {
        return new NamedQueries(List.of(NamedQuery.parse("long_runs", LONG_RUNS), NamedQuery.parse("span", SPAN)));
    }

    @Test
    void a_header_tells_purpose_inputs_and_columns() {
        NamedQuery query = NamedQuery.parse("long_runs", LONG_RUNS);
        assertThat(query.purpose()).isEqualTo("spans longer than a limit.");
        assertThat(query.doc()).isEqualTo("More about it.");
        assertThat(query.uses()).containsExactly("span");
        assertThat(query.inputs())
                .containsExactly(new NamedQuery.Input("limit_ns", "BIGINT", "1000", "ns", "shorter ones are left out"));
        assertThat(query.columns())
                .containsExactly(
                        new ResultColumn("tid", "INTEGER", "", "thread"),
                        new ResultColumn("length_ns", "BIGINT", "ns", "how long"));
        assertThat(query.sql()).startsWith("WITH long");
    }

    @Test
    void a_used_query_comes_before_the_one_that_uses_it_as_a_table_expression() {
        NamedQueries catalog = catalog();
        assertThat(catalog.expandedSql(catalog.get("long_runs"))
                        .replaceAll("\\s+", " ")
                        .strip())
                .isEqualTo("WITH span AS ( SELECT tid, end_ns - start_ns AS length_ns FROM thread_span ), long AS"
                        + " (SELECT * FROM span WHERE length_ns > $limit_ns) SELECT tid, length_ns FROM long");
        assertThat(catalog.expandedSql(catalog.get("span"))).startsWith("SELECT tid");
    }

    @Test
    void an_unknown_name_is_refused_with_those_there_are() {
        assertThatThrownBy(() -> catalog().get("long_run"))
                .isInstanceOf(QueryException.class)
                .hasMessage("no query is named 'long_run' (did you mean 'long_runs'?); there are long_runs, span");
    }

    @Test
    void a_query_without_what_it_uses_is_refused() {
        assertThatThrownBy(() -> new NamedQueries(List.of(NamedQuery.parse("long_runs", LONG_RUNS))))
                .hasMessage("query long_runs uses span, which is not there");
    }

    @Test
    void queries_that_use_each_other_are_refused() {
        NamedQuery a = NamedQuery.parse("a", "-- a: x.\n-- uses b\n-- column n INTEGER: n\nFROM b");
        NamedQuery b = NamedQuery.parse("b", "-- b: x.\n-- uses a\n-- column n INTEGER: n\nFROM a");
        assertThatThrownBy(() -> new NamedQueries(List.of(a, b))).hasMessageContaining("uses itself");
    }

    @Test
    void an_input_must_be_declared_and_used() {
        NamedQuery undeclared = NamedQuery.parse("a", "-- a: x.\n-- column n INTEGER: n\nSELECT $n AS n");
        assertThatThrownBy(() -> new NamedQueries(List.of(undeclared)))
                .hasMessage("query a declares inputs [] and its SQL has [n]");
        NamedQuery unused =
                NamedQuery.parse("a", "-- a: x.\n-- input n INTEGER 1: n\n-- column n INTEGER: n\nSELECT 1 AS n");
        assertThatThrownBy(() -> new NamedQueries(List.of(unused)))
                .hasMessage("query a declares inputs [n] and its SQL has []");
    }

    @Test
    void a_malformed_header_is_refused_with_the_form_that_is_expected() {
        assertThatThrownBy(() -> NamedQuery.parse("a", "-- b: x.\nSELECT 1")).hasMessageContaining("'-- a: purpose'");
        assertThatThrownBy(() -> NamedQuery.parse("a", "-- a: x.\n-- input n: n\nSELECT 1"))
                .hasMessageContaining("'input NAME TYPE DEFAULT [UNIT]: meaning'");
        assertThatThrownBy(() -> NamedQuery.parse("a", "-- a: x.\n-- column n: n\nSELECT 1"))
                .hasMessageContaining("'column NAME TYPE [UNIT]: meaning'");
        assertThatThrownBy(() -> NamedQuery.parse("a", "-- a: x.\nSELECT 1")).hasMessageContaining("columns");
    }

    @Test
    void an_input_given_as_text_is_taken_by_its_type() {
        assertThat(input("BIGINT").parse("-5")).isEqualTo(-5L);
        assertThat(input("DOUBLE").parse("0.25")).isEqualTo(0.25);
        assertThat(input("BOOLEAN").parse("TRUE")).isEqualTo(true);
        assertThat(input("VARCHAR").parse("5")).isEqualTo("5");
        assertThat(input("VARCHAR").parse("NULL")).isNull();
        assertThatThrownBy(() -> input("BIGINT").parse("1ms"))
                .isInstanceOf(QueryException.class)
                .hasMessage("input n: expected a value of type BIGINT in ns, found '1ms'");
    }

    private static NamedQuery.Input input(String type) {
        return new NamedQuery.Input("n", type, "NULL", "ns", "");
    }

    @Test
    void queries_are_found_in_a_folder_of_the_classpath() {
        NamedQueries found = NamedQueries.onClasspath(NamedQueriesTest.class.getClassLoader(), FOLDER);
        assertThat(found.all()).extracting(NamedQuery::name).containsExactly("thread_time");
    }

    @Test
    void queries_are_found_in_a_jar(@TempDir Path temp) throws IOException {
        Path jar = temp.resolve("queries.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            entries.putNextEntry(new ZipEntry("some/where/"));
            entries.putNextEntry(new ZipEntry("some/where/span.sql"));
            entries.write(SPAN.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            entries.putNextEntry(new ZipEntry("some/where/deeper/other.sql"));
            entries.write("no header".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            NamedQueries found = NamedQueries.onClasspath(loader, "some/where");
            assertThat(found.all()).extracting(NamedQuery::name).containsExactly("span");
        }
    }
}
