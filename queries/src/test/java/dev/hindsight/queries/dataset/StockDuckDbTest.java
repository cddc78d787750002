package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.sampletraces.SampleTraces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
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
}
