package dev.hindsight.queries.arrow;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.SqlQuotes;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.queries.result.ResultFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.duckdb.DuckDBResultSet;

/**
 * One table of a dataset, all recordings and the runs that it shows, with the columns {@code trace} and {@code run}, as a
 * file for other tools.
 */
public final class StoredTableExport {

    private static final int BATCH_ROWS = 122_880;

    private StoredTableExport() {}

    /** As an Arrow IPC stream; {@code to} is not closed. */
    public static void arrow(Dataset dataset, String table, OutputStream to) throws IOException {
        String sql = select(table);
        try (Connection connection = dataset.connectFor(sql);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql);
                RootAllocator allocator = new RootAllocator();
                ArrowReader batches =
                        (ArrowReader) rows.unwrap(DuckDBResultSet.class).arrowExportStream(allocator, BATCH_ROWS);
                ArrowStreamWriter writer = new ArrowStreamWriter(batches.getVectorSchemaRoot(), null, to)) {
            writer.start();
            while (batches.loadNextBatch()) {
                writer.writeBatch();
            }
            writer.end();
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    /** As CSV with a header line; {@code to} is not closed. */
    public static void csv(Dataset dataset, String table, OutputStream to) throws IOException {
        try (QueryResult rows = dataset.query(select(table))) {
            Writer writer = new OutputStreamWriter(to, StandardCharsets.UTF_8);
            ResultFormat.CSV.write(rows, writer);
            writer.flush();
        }
    }

    /**
     * As one Parquet file.
     *
     * @param dataset opened for SQL that may write
     */
    public static void parquet(Dataset dataset, String table, Path to) {
        String sql = "COPY (" + select(table) + ") TO " + SqlQuotes.literal(to.toString())
                + " (FORMAT parquet, COMPRESSION zstd)";
        dataset.query(sql).close();
    }

    private static String select(String table) {
        return "SELECT * FROM " + SqlQuotes.quoted(table);
    }
}
