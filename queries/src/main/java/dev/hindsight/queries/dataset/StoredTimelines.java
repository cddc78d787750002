package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.queries.result.QueryException;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.TimelineStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a timeline back from a dataset, rows in the order in which they were written.
 *
 * <p>DuckDB's driver makes a String of each text that it is asked for; symbols are therefore asked for as codes of an
 * ENUM of the column's distinct values, and become Strings once.
 */
public final class StoredTimelines {

    private StoredTimelines() {}

    /**
     * Reads some tables of one run of one trace into memory.
     *
     * @param tables names of the tables
     * @throws DatasetException where there is no such run, or the dataset is older than a column that is needed
     */
    public static TimelineStore read(Dataset dataset, int trace, String run, Set<String> tables) {
        TimelineStore store = new TimelineStore(tables);
        read(dataset, trace, run, tables, store);
        return store;
    }

    /** Reads all tables of one run of one trace into sinks; otherwise as {@link #read(Dataset, int, String, Set)}. */
    public static void read(Dataset dataset, int trace, String run, TableSinks sinks) {
        Set<String> all = new HashSet<>();
        TimelineTables.ALL.forEach(schema -> all.add(schema.name()));
        read(dataset, trace, run, all, sinks);
    }

    private static void read(Dataset dataset, int trace, String run, Set<String> tables, TableSinks sinks) {
        if (!dataset.manifest().runs().contains(run)) {
            throw new AbsentRunException(
                    dataset.directory().toString(), run, dataset.manifest().runs());
        }
        Map<String, Manifest.Table> stored = new HashMap<>();
        dataset.manifest().tables().forEach(table -> stored.put(table.name(), table));
        try (Connection connection = dataset.connect()) {
            for (TableSchema schema : TimelineTables.ALL) {
                if (tables.contains(schema.name())) {
                    check(dataset, stored.get(schema.name()), schema);
                    read(connection, schema, trace, run, new TableAppender(schema, sinks));
                }
            }
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    private static void check(Dataset dataset, Manifest.Table table, TableSchema schema) {
        for (Column column : schema.columns()) {
            if (table == null
                    || table.columns().stream().noneMatch(c -> c.name().equals(column.name()))) {
                throw new DatasetException(dataset.directory() + ": expected column " + column.name() + " in table "
                        + schema.name() + ", found none: an older version wrote this dataset; ingest the recording"
                        + " again");
            }
        }
    }

    private static void read(Connection connection, TableSchema schema, int trace, String run, TableAppender rows)
            throws SQLException {
        String from = " FROM " + SqlQuotes.quoted(schema.name()) + " WHERE trace = ? AND run = ?";
        List<Column> columns = schema.columns();
        String[][] symbols = new String[columns.size()][];
        List<String> selected = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            String name = SqlQuotes.quoted(columns.get(i).name());
            if (columns.get(i).type() == ColumnType.SYMBOL) {
                symbols[i] = distinct(connection, name, from, trace, run);
            }
            selected.add(select(name, columns.get(i).type(), symbols[i]));
        }
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT " + String.join(", ", selected) + from)) {
            statement.setInt(1, trace);
            statement.setString(2, run);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.addRow();
                    for (int i = 0; i < symbols.length; i++) {
                        if (symbols[i] != null) {
                            long code = result.getLong(i + 1);
                            rows.setText(i, code < 0 ? null : symbols[i][(int) code]);
                        } else if (columns.get(i).type() == ColumnType.TEXT) {
                            rows.setText(i, result.getString(i + 1));
                        } else {
                            rows.set(i, result.getLong(i + 1));
                        }
                    }
                }
            }
        }
        rows.flush();
    }

    private static String[] distinct(Connection connection, String name, String from, int trace, String run)
            throws SQLException {
        String sql = "SELECT DISTINCT " + name + from + " AND " + name + " IS NOT NULL";
        List<String> values = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, trace);
            statement.setString(2, run);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    values.add(result.getString(1));
                }
            }
        }
        return values.toArray(new String[0]);
    }

    /** Every integer as the long that a block holds, null as {@link ColumnData#NULL}; a symbol as its code or -1. */
    private static String select(String name, ColumnType type, String[] symbols) {
        return switch (type) {
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, BOOL ->
                "coalesce(" + name + "::BIGINT, " + ColumnData.NULL + ")";
            case UINT64 ->
                "coalesce(CASE WHEN " + name + " <= " + Long.MAX_VALUE + " THEN " + name + "::HUGEINT ELSE " + name
                        + "::HUGEINT - 18446744073709551616 END::BIGINT, " + ColumnData.NULL + ")";
            case SYMBOL -> {
                List<String> literals = new ArrayList<>();
                for (String symbol : symbols) {
                    literals.add(SqlQuotes.literal(symbol));
                }
                yield symbols.length == 0
                        ? "-1::BIGINT"
                        : "coalesce(enum_code(" + name + "::ENUM(" + String.join(", ", literals) + "))::BIGINT, -1)";
            }
            case TEXT -> name;
            case FLOAT64, BINARY, INT64_LIST ->
                throw new IllegalStateException("a column of type " + type + " in a timeline");
        };
    }
}
