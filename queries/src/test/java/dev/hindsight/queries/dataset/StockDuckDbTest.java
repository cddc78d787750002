package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dataset in a DuckDB that knows nothing of Hindsight, by way of {@code views.sql}. */
final class StockDuckDbTest {

    @TempDir
    Path temp;

    private static List<String> rows(Connection database, String sql) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    @Test
    void every_table_has_the_rows_that_hindsight_counts_and_events_read_the_same() throws Exception {
        Path dataset = temp.resolve("it's a run");
        Ingest.run(List.of(SampleTraces.trace("v6-lost")), dataset, IngestOptions.DEFAULT);
        Path moved = Files.move(dataset, temp.resolve("moved"));
        try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = database.createStatement();
                Dataset open = Dataset.open(moved)) {
            statement.execute("SET file_search_path = '" + moved + "'");
            statement.execute(Files.readString(moved.resolve("views.sql")));
            for (Manifest.Table table : open.manifest().tables()) {
                assertThat(rows(database, "SELECT count(*) FROM " + SqlQuotes.quoted(table.name())))
                        .as(table.name())
                        .containsExactly(Long.toString(table.rows()));
            }
            String sql = "SELECT ts_ns || ' ' || cpu || ' ' || name || ' ' || args AS line FROM events ORDER BY ALL";
            List<String> here = new ArrayList<>();
            try (QueryResult result = open.query(sql)) {
                while (result.next()) {
                    here.add((String) result.value(0));
                }
            }
            assertThat(rows(database, sql)).hasSizeGreaterThan(10_000).isEqualTo(here);
            assertThat(rows(database, "SELECT DISTINCT run || '/' || trace FROM vm_exit"))
                    .containsExactly("recorded/0");
        }
    }

    @Test
    void all_recordings_of_a_dataset_are_in_the_views() throws Exception {
        Path dataset = temp.resolve("one");
        Ingest.run(
                List.of(SampleTraces.trace("v6-lost"), SampleTraces.trace("arm64-load-other")),
                dataset,
                IngestOptions.DEFAULT);
        try (Connection database = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = database.createStatement()) {
            statement.execute("SET file_search_path = '" + dataset + "'");
            statement.execute(Files.readString(dataset.resolve("views.sql")));
            assertThat(rows(database, "SELECT DISTINCT trace FROM thread_span ORDER BY 1"))
                    .containsExactly("0", "1");
        }
    }

    @Test
    void duckdbs_own_package_for_node_opens_a_dataset() throws Exception {
        String packages = System.getProperty("hindsight.duckdb.node");
        assumeTrue(packages != null, "give -Dhindsight.duckdb.node=DIR with the npm package @duckdb/node-api in it");
        assertSameRows(List.of("node", "src/test/duckdb/ask.mjs", packages));
    }

    @Test
    void duckdbs_own_module_for_python_opens_a_dataset() throws Exception {
        String python = System.getProperty("hindsight.duckdb.python", "python3");
        assumeTrue(runs(python, "-c", "import duckdb"), python + " has no module duckdb (pip install duckdb)");
        assertSameRows(List.of(python, "src/test/duckdb/ask.py"));
    }

    /** Every table's rows and a digest of all events, as a client says them and as Hindsight does. */
    private void assertSameRows(List<String> client) throws Exception {
        Path dataset = temp.resolve("it's a run");
        Ingest.run(List.of(SampleTraces.trace("v6-lost")), dataset, IngestOptions.DEFAULT);
        try (Dataset open = Dataset.open(dataset)) {
            StringBuilder sql = new StringBuilder();
            for (Manifest.Table table : open.manifest().tables()) {
                sql.append(sql.isEmpty() ? "" : " UNION ALL ")
                        .append("SELECT ")
                        .append(SqlQuotes.literal(table.name()))
                        .append(" AS name, CAST(count(*) AS VARCHAR) AS value FROM ")
                        .append(SqlQuotes.quoted(table.name()));
            }
            sql.append(" UNION ALL SELECT 'digest', md5(string_agg(ts_ns || ' ' || cpu || ' ' || name || ' ' || args,"
                    + " chr(10) ORDER BY ts_ns, cpu, name, args)) FROM events ORDER BY 1");
            List<List<String>> here = new ArrayList<>();
            try (QueryResult result = open.query(sql.toString())) {
                while (result.next()) {
                    here.add(List.of((String) result.value(0), (String) result.value(1)));
                }
            }
            JsonNode there = asked(client, dataset, sql.toString());
            System.out.println("read by DuckDB " + there.path(0).asText() + ", " + client.get(0));
            List<List<String>> rows = new ArrayList<>();
            there.path(1)
                    .forEach(row ->
                            rows.add(List.of(row.path(0).asText(), row.path(1).asText())));
            assertThat(rows).hasSizeGreaterThan(20).isEqualTo(here);
        }
    }

    private JsonNode asked(List<String> client, Path dataset, String sql) throws Exception {
        List<String> command = new ArrayList<>(client);
        command.add(dataset.toString());
        command.add(sql);
        Path answer = temp.resolve("answer.json");
        Process process = new ProcessBuilder(command)
                .redirectOutput(answer.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        return new ObjectMapper().readTree(answer.toFile());
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
