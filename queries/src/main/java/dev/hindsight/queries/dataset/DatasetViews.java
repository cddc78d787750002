package dev.hindsight.queries.dataset;

import static dev.hindsight.queries.dataset.SqlQuotes.literal;
import static dev.hindsight.queries.dataset.SqlQuotes.quoted;

import dev.hindsight.parsers.format.PrintFormat;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.TimelineTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tables of a dataset in SQL: a view over Parquet each, and {@code events} over all events.
 *
 * <p>DuckDB reads the files of a view when that is made, so a view is made when SQL first names it: a dataset has a
 * hundred tables and a query reads few.
 */
final class DatasetViews {

    private static final String EVENTS = "events";

    /** What the view of all events reads beside the tables of events. */
    private static final Set<String> EVENTS_USE = Set.of("thread", "symbol");

    /** SQL that tells of tables without naming them. */
    private static final Pattern NAMES_ALL = Pattern.compile(
            "\\b(SHOW|DESCRIBE|DESC|SUMMARIZE|duckdb_\\w+|information_schema|sqlite_master|pg_\\w+|query|query_table)\\b",
            Pattern.CASE_INSENSITIVE);

    private final Path dataset;
    private final Manifest manifest;
    private final Map<String, Manifest.Table> missing = new LinkedHashMap<>();
    private boolean eventsMissing = true;

    /** Runs that the views show; null for all. */
    private List<String> only;

    private boolean anyMade;

    /**
     * Of a dataset; none is made yet.
     *
     * @throws DatasetException where a table that has rows has no files
     */
    DatasetViews(Path dataset, Manifest manifest) {
        this.dataset = dataset;
        this.manifest = manifest;
        for (Manifest.Table table : manifest.tables()) {
            if (table.rows() != 0 && !Files.isDirectory(dataset.resolve(table.name()))) {
                throw new DatasetException(dataset + ": table " + table.name() + " has " + table.rows()
                        + " rows in the manifest and no files; ingest the trace again");
            }
            missing.put(table.name(), table);
        }
        for (TableSchema schema : TimelineTables.ALL) {
            // A dataset of an older version is one without rows in the tables that it does not know.
            missing.computeIfAbsent(schema.name(), name -> empty(schema));
        }
    }

    private static Manifest.Table empty(TableSchema schema) {
        List<Manifest.ColumnEntry> columns = new ArrayList<>();
        schema.columns().forEach(column -> columns.add(Manifest.ColumnEntry.of(column)));
        return new Manifest.Table(schema.name(), schema.doc(), 0, true, columns);
    }

    /** Makes the views that the SQL may read, all that it names or seems to. */
    synchronized void make(String sql, Connection connection) throws SQLException {
        if (NAMES_ALL.matcher(sql).find()) {
            makeAll(connection);
            return;
        }
        String lower = sql.toLowerCase(Locale.ROOT);
        if (eventsMissing && lower.contains(EVENTS)) {
            makeEvents(connection);
        }
        for (Manifest.Table table : List.copyOf(missing.values())) {
            if (lower.contains(table.name().toLowerCase(Locale.ROOT))) {
                make(table, connection);
            }
        }
    }

    /** Makes those of the timeline, all but raw events. */
    synchronized void makeTimeline(Connection connection) throws SQLException {
        for (Manifest.Table table : List.copyOf(missing.values())) {
            if (!table.isEvents()) {
                make(table, connection);
            }
        }
    }

    /** Makes all that are not there yet; tells whether any was missing. */
    synchronized boolean makeAll(Connection connection) throws SQLException {
        boolean any = eventsMissing || !missing.isEmpty();
        for (Manifest.Table table : List.copyOf(missing.values())) {
            make(table, connection);
        }
        if (eventsMissing) {
            makeEvents(connection);
        }
        return any;
    }

    private void makeEvents(Connection connection) throws SQLException {
        for (Manifest.Table table : List.copyOf(missing.values())) {
            if (table.isEvents() || EVENTS_USE.contains(table.name())) {
                make(table, connection);
            }
        }
        execute("CREATE VIEW events AS " + events(manifest), connection);
        eventsMissing = false;
    }

    /** Shows some runs only; before the first view is made. */
    synchronized void showOnly(Collection<String> runs) {
        if (anyMade) {
            throw new IllegalStateException("the dataset has been asked already");
        }
        only = List.copyOf(runs);
    }

    private void make(Manifest.Table table, Connection connection) throws SQLException {
        anyMade = true;
        String select = select(dataset.resolve(table.name()).toString(), table);
        if (only != null && table.rows() != 0) {
            select += " WHERE run IN (" + only.stream().map(SqlQuotes::literal).collect(Collectors.joining(", ")) + ")";
        }
        execute("CREATE VIEW " + quoted(table.name()) + " AS " + select, connection);
        if (!table.doc().isEmpty()) {
            execute("COMMENT ON VIEW " + quoted(table.name()) + " IS " + literal(table.doc()), connection);
        }
        missing.remove(table.name());
    }

    private static void execute(String sql, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /**
     * Definitions of all views for any DuckDB, as a script: file names are relative to the dataset's directory, which
     * must be the current one or on DuckDB's {@code file_search_path}.
     */
    static String script(Manifest manifest) {
        StringBuilder script = new StringBuilder();
        for (Manifest.Table table : manifest.tables()) {
            script.append("CREATE OR REPLACE VIEW ")
                    .append(quoted(table.name()))
                    .append(" AS ")
                    .append(select(table.name(), table))
                    .append(";\n");
            if (!table.doc().isEmpty()) {
                script.append("COMMENT ON VIEW ")
                        .append(quoted(table.name()))
                        .append(" IS ")
                        .append(literal(table.doc()))
                        .append(";\n");
            }
        }
        return script.append("CREATE OR REPLACE VIEW events AS ")
                .append(events(manifest))
                .append(";\n")
                .toString();
    }

    /**
     * @param folder of the table's files
     */
    private static String select(String folder, Manifest.Table table) {
        StringBuilder columns = new StringBuilder();
        if (table.rows() == 0) {
            for (Manifest.ColumnEntry column : table.columns()) {
                columns.append("NULL::")
                        .append(sqlType(column.type()))
                        .append(" AS ")
                        .append(quoted(column.name()))
                        .append(", ");
            }
            return "SELECT " + columns + "NULL::INTEGER AS trace, NULL::VARCHAR AS run WHERE false";
        }
        for (Manifest.ColumnEntry column : table.columns()) {
            columns.append(quoted(column.name())).append(", ");
        }
        String files = folder + "/trace=*/run=*/part-*.parquet";
        return "SELECT " + columns + "trace, run FROM read_parquet(" + literal(files)
                + ", hive_partitioning = true, hive_types = {'trace': INTEGER, 'run': VARCHAR}, union_by_name = "
                + !table.uniform() + ")";
    }

    private static String events(Manifest manifest) {
        List<String> selects = new ArrayList<>();
        for (Manifest.Table table : manifest.tables()) {
            if (table.isEvents()) {
                addEvents(manifest, table, selects);
            }
        }
        if (selects.isEmpty()) {
            return "SELECT NULL::INTEGER AS trace, NULL::VARCHAR AS run, NULL::BIGINT AS ts_ns, NULL::INTEGER AS cpu,"
                    + " NULL::INTEGER AS tid, NULL::VARCHAR AS comm, NULL::VARCHAR AS name, NULL::VARCHAR AS args"
                    + " WHERE false";
        }
        return "SELECT e.trace, e.run, e.ts_ns, e.cpu, e.tid, t.comm, e.name, e.args FROM ("
                + String.join(" UNION ALL ", selects)
                + ") AS e LEFT JOIN thread AS t ON t.trace = e.trace AND t.run = e.run AND t.tid = e.tid";
    }

    /** How the events of a table read: an expression and what it needs to stand behind the table in FROM. */
    private record Reading(String args, String joins) {}

    /** One SELECT for each way in which the traces print the events of a table; kernels differ. */
    private static void addEvents(Manifest manifest, Manifest.Table table, List<String> selects) {
        boolean symbols = manifest.tables().stream().anyMatch(t -> t.name().equals("symbol"));
        Map<Reading, String> names = new LinkedHashMap<>();
        Map<Reading, List<String>> traces = new LinkedHashMap<>();
        for (Manifest.Trace trace : manifest.traces()) {
            for (Manifest.EventCount type : trace.eventTypes()) {
                if (type.table().equals(table.name())) {
                    Reading reading = reading(table, type, symbols);
                    names.putIfAbsent(reading, type.name());
                    traces.computeIfAbsent(reading, r -> new ArrayList<>()).add(Integer.toString(trace.number()));
                }
            }
        }
        for (Map.Entry<Reading, String> e : names.entrySet()) {
            Reading reading = e.getKey();
            String where = names.size() == 1 ? "" : " WHERE trace IN (" + String.join(", ", traces.get(reading)) + ")";
            selects.add("SELECT trace, run, ts_ns, cpu, tid, " + literal(e.getValue()) + " AS name, " + reading.args()
                    + " AS args FROM " + quoted(table.name()) + reading.joins() + where);
        }
    }

    private static Reading reading(Manifest.Table table, Manifest.EventCount type, boolean symbols) {
        if (type.format() == null) {
            return new Reading(fields(table), "");
        }
        PrintFormat print = PrintFormat.parse(type.format());
        if (!symbols) {
            return new Reading(ArgsSql.of(print), "");
        }
        SymbolJoins joins = new SymbolJoins();
        String args = ArgsSql.of(print, joins);
        return new Reading(args, joins.sql());
    }

    /** The fields as {@code name=value}, binary ones in hex: where a recording does not tell how they are printed. */
    private static String fields(Manifest.Table table) {
        StringBuilder args = new StringBuilder("concat_ws(' '");
        List<Manifest.ColumnEntry> columns = table.columns();
        for (int i = EventTables.FIRST_FIELD; i < columns.size(); i++) {
            Manifest.ColumnEntry column = columns.get(i);
            String value = quoted(column.name());
            args.append(", ")
                    .append(literal(column.name() + "="))
                    .append(" || ")
                    .append(column.type() == ColumnType.BINARY ? "lower(hex(" + value + "))" : value + "::VARCHAR");
        }
        return columns.size() <= EventTables.FIRST_FIELD
                ? "''"
                : args.append(")").toString();
    }

    static String sqlType(ColumnType type) {
        return switch (type) {
            case BOOL -> "BOOLEAN";
            case INT8 -> "TINYINT";
            case INT16 -> "SMALLINT";
            case INT32 -> "INTEGER";
            case INT64 -> "BIGINT";
            case UINT8 -> "UTINYINT";
            case UINT16 -> "USMALLINT";
            case UINT32 -> "UINTEGER";
            case UINT64 -> "UBIGINT";
            case FLOAT64 -> "DOUBLE";
            case TEXT, SYMBOL -> "VARCHAR";
            case BINARY -> "BLOB";
            case INT64_LIST -> "BIGINT[]";
        };
    }
}
