package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.queries.result.QueryException;
import dev.hindsight.queries.result.QueryResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetConfinementTest {

    @TempDir
    static Path temp;

    private static Path directory;
    private static Path outside;
    private static Dataset dataset;

    @BeforeAll
    static void write() throws IOException {
        directory = temp.resolve("dataset");
        outside = Files.writeString(temp.resolve("outside.csv"), "secret\n42\n");
        try (DatasetWriter writer = DatasetWriter.create(directory)) {
            writer.tables(0, "recorded").open(HandMade.NUMBERS).accept(HandMade.numbers(0, 10));
            writer.addTrace(HandMade.trace(0));
            writer.commit(List.of());
        }
        dataset = Dataset.open(directory);
    }

    @AfterAll
    static void close() {
        dataset.close();
    }

    private static void run(Dataset on, String sql) {
        String filled = sql.replace("OUTSIDE", outside.toString())
                .replace("DATASET", directory.toString())
                .replace("TEMP", temp.toString());
        try (QueryResult result = on.query(filled)) {
            while (result.next()) {
                result.value(0);
            }
        }
    }

    /** Every file with its length and time of change. */
    private static Map<String, String> files() throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(temp)) {
            for (Path path : paths.toList()) {
                all.put(path.toString(), Files.size(path) + " " + Files.getLastModifiedTime(path));
            }
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM read_csv('OUTSIDE')",
                "SELECT * FROM 'OUTSIDE'",
                "SELECT * FROM read_text('OUTSIDE')",
                "SELECT * FROM read_blob('OUTSIDE')",
                "SELECT * FROM read_csv('DATASET/../outside.csv')",
                "SELECT * FROM glob('TEMP/*')",
                "SELECT * FROM read_json('/etc/hostname')",
                "SELECT * FROM read_csv('https://example.org/x.csv')",
                "SELECT * FROM parquet_metadata('OUTSIDE')",
                "SELECT * FROM sniff_csv('OUTSIDE')",
                "SELECT * FROM query('COPY numbers TO ''TEMP/new.csv''')",
                "SELECT getenv('HOME')",
            })
    void a_select_reads_no_file_outside_the_dataset(String sql) {
        assertThatThrownBy(() -> run(dataset, sql)).isInstanceOf(QueryException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY numbers TO 'TEMP/new.csv'",
                "COPY numbers TO 'DATASET/new.csv'",
                "COPY numbers TO 'DATASET/manifest.json'",
                "COPY numbers TO 'DATASET/new.parquet' (RETURN_FILES true)",
                "EXPLAIN ANALYZE COPY numbers TO 'DATASET/new.csv'",
                "explain analyze copy numbers to 'DATASET/new.csv'",
                "/* x */ COPY numbers TO 'DATASET/new.csv'",
                "SELECT 1; COPY numbers TO 'DATASET/new.csv'",
                "COPY numbers TO 'DATASET/new.csv'; SELECT 1",
                "WITH x AS (SELECT 1) INSERT INTO numbers FROM x",
                "ATTACH 'DATASET/new.db'",
                "ATTACH 'TEMP/new.db' AS other",
                "EXPORT DATABASE 'DATASET/export'",
                "CREATE TABLE t AS SELECT 1",
                "CREATE OR REPLACE VIEW numbers AS SELECT 1 AS n",
                "DROP VIEW numbers",
                "INSTALL httpfs",
                "LOAD 'TEMP/x.duckdb_extension'",
                "SET enable_external_access = true",
                "SET lock_configuration = false",
                "RESET allowed_directories",
                "PRAGMA enable_profiling",
                "CALL pragma_version()",
                "USE memory",
                "CHECKPOINT",
                "PREPARE p AS COPY numbers TO 'DATASET/new.csv'",
                "BEGIN",
            })
    void nothing_but_a_select_is_run_and_no_file_changes(String sql) throws IOException {
        Map<String, String> before = files();
        assertThatThrownBy(() -> run(dataset, sql)).isInstanceOf(QueryException.class);
        assertThat(files()).isEqualTo(before);
        assertThat(HandMade.values(dataset, "SELECT count(*) FROM numbers")).containsExactly(10L);
    }

    @Test
    void statements_that_only_look_are_run() {
        for (String sql : List.of(
                "SELECT 1",
                "FROM numbers",
                "WITH x AS (SELECT 1 AS n) SELECT * FROM x",
                "VALUES (1)",
                "DESCRIBE numbers",
                "SHOW TABLES",
                "SUMMARIZE numbers",
                "EXPLAIN SELECT * FROM numbers",
                "explain analyze SELECT * FROM numbers",
                "SELECT * FROM (PIVOT numbers ON word IN ('word 1') USING sum(n))",
                "-- a comment\nSELECT n FROM numbers -- another\n",
                "SELECT 1;")) {
            run(dataset, sql);
        }
    }

    @Test
    void errors_are_one_line_with_the_place_and_what_was_perhaps_meant() {
        assertThatThrownBy(() -> run(dataset, "SELECT n\nFROM number"))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("\"numbers\"")
                .hasMessageContaining("(line 2, at 'number')")
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        assertThatThrownBy(() -> run(dataset, "SELECT wort FROM numbers"))
                .hasMessageContaining("\"word\"")
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
        assertThatThrownBy(() -> run(dataset, "SELEC n FROM numbers"))
                .hasMessage("Parser Error: syntax error at or near \"SELEC\" (line 1, at 'SELEC n FROM numbers')");
        assertThatThrownBy(() -> run(dataset, "")).isInstanceOf(QueryException.class);
        assertThatThrownBy(() -> run(dataset, "SELECT word::INTEGER FROM numbers"))
                .isInstanceOf(QueryException.class)
                .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    }

    @Test
    void values_are_bound_and_never_become_sql() {
        Map<String, Object> values = Map.of("word", "word 3' OR '1'='1", "least", 3L);
        try (QueryResult none = dataset.query("SELECT n FROM numbers WHERE word = $word AND n >= $least", values)) {
            assertThat(none.next()).isFalse();
        }
        try (QueryResult one = dataset.query(
                "SELECT n FROM numbers WHERE word = $word AND n >= $least ORDER BY n",
                Map.of("word", "word 3", "least", 3L))) {
            assertThat(one.next()).isTrue();
            assertThat(one.value("n")).isEqualTo(3L);
            assertThat(one.next()).isFalse();
        }
    }

    @Test
    void several_results_may_be_open_at_once() {
        List<Object> pairs = new ArrayList<>();
        try (QueryResult outer = dataset.query("SELECT n FROM numbers WHERE n < 3 ORDER BY n")) {
            while (outer.next()) {
                try (QueryResult inner =
                        dataset.query("SELECT n * 10 FROM numbers WHERE n = $n", Map.of("n", outer.longValue(0)))) {
                    assertThat(inner.next()).isTrue();
                    pairs.add(inner.value(0));
                }
            }
        }
        assertThat(pairs).containsExactly(0L, 10L, 20L);
    }

    @Test
    void unsafe_access_may_do_what_the_process_may() throws IOException {
        try (Dataset unsafe = Dataset.open(directory, SqlAccess.UNSAFE)) {
            assertThat(HandMade.values(unsafe, "SELECT secret FROM read_csv('" + outside + "')"))
                    .containsExactly(42L);
            run(unsafe, "COPY numbers TO 'TEMP/copied.csv'");
            assertThat(Files.readAllLines(temp.resolve("copied.csv"))).hasSize(11);
            Files.delete(temp.resolve("copied.csv"));
        }
    }
}
