package dev.hindsight.analyses;

import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.queries.dataset.TraceTables;
import dev.hindsight.queries.replay.ReplayedRunTable;
import dev.hindsight.replay.timeline.TimelineTables;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A timeline written by hand: the tables of a dataset in memory, empty at first. Rows are of the trace told last. */
final class HandmadeTimeline implements AutoCloseable {

    private final Connection connection;
    private int trace;
    private String run = "recorded";

    HandmadeTimeline() throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = connection.createStatement()) {
            List<TableSchema> tables = new ArrayList<>(TimelineTables.ALL);
            tables.add(TraceTables.TRACE);
            tables.add(TraceTables.WARNING);
            tables.add(ReplayedRunTable.REPLAYED_RUN);
            for (TableSchema table : tables) {
                List<String> columns = new ArrayList<>();
                for (Column column : table.columns()) {
                    columns.add("\"" + column.name() + "\" " + sqlType(column));
                }
                columns.add("trace INTEGER");
                columns.add("run VARCHAR");
                statement.execute("CREATE TABLE " + table.name() + " (" + String.join(", ", columns) + ")");
            }
        }
    }

    private static String sqlType(Column column) {
        return switch (column.type()) {
            case BOOL -> "BOOLEAN";
            case INT32 -> "INTEGER";
            case INT64 -> "BIGINT";
            case UINT64 -> "UBIGINT";
            case TEXT, SYMBOL -> "VARCHAR";
            default -> throw new IllegalArgumentException(column + " in a timeline");
        };
    }

    Connection connection() {
        return connection;
    }

    HandmadeTimeline of(String aRun, int aTrace) {
        run = aRun;
        trace = aTrace;
        return this;
    }

    /** A row: the named columns, apart by spaces, with these values. */
    HandmadeTimeline row(TableSchema table, String columns, Object... values) throws SQLException {
        String[] names = columns.split(" ");
        if (names.length != values.length) {
            throw new IllegalArgumentException(columns + " has other columns than " + List.of(values));
        }
        StringBuilder sql = new StringBuilder("INSERT INTO " + table.name() + " (trace, run");
        StringBuilder marks = new StringBuilder("?, ?");
        for (String name : names) {
            sql.append(", \"").append(name).append('"');
            marks.append(", ?");
        }
        try (PreparedStatement insert = connection.prepareStatement(sql + ") VALUES (" + marks + ")")) {
            insert.setInt(1, trace);
            insert.setString(2, run);
            for (int i = 0; i < values.length; i++) {
                insert.setObject(i + 3, values[i]);
            }
            insert.execute();
        }
        return this;
    }

    HandmadeTimeline cpus(int cpus, long firstNs, long lastNs) throws SQLException {
        for (int cpu = 0; cpu < cpus; cpu++) {
            row(TimelineTables.CPU, "cpu first_ns last_ns events", cpu, firstNs, lastNs, 1000L);
        }
        return this;
    }

    HandmadeTimeline thread(int tid, String comm, String role) throws SQLException {
        return row(TimelineTables.THREAD, "tid comm role", tid, comm, role);
    }

    HandmadeTimeline vcpuThread(int tid, String vm, int vcpu) throws SQLException {
        return row(TimelineTables.THREAD, "tid comm role vm vcpu", tid, "CPU " + vcpu + "/KVM", "vcpu", vm, vcpu);
    }

    /** A thread on a CPU with priority 120; thread 0 is idle. */
    HandmadeTimeline runs(int tid, int cpu, long startNs, long endNs) throws SQLException {
        return state(tid, cpu, startNs, endNs, "running", 120);
    }

    HandmadeTimeline state(int tid, int cpu, long startNs, long endNs, String state, int prio) throws SQLException {
        return row(
                TimelineTables.THREAD_SPAN,
                "tid cpu start_ns end_ns state prio",
                tid,
                cpu,
                startNs,
                endNs,
                state,
                prio);
    }

    HandmadeTimeline vcpu(String vm, int vcpu, int tid, int cpu, long startNs, long endNs, String state)
            throws SQLException {
        return row(
                TimelineTables.VCPU_SPAN,
                "vm vcpu tid cpu start_ns end_ns state",
                vm,
                vcpu,
                tid,
                cpu,
                startNs,
                endNs,
                state);
    }

    HandmadeTimeline irq(String kind, String name, int cpu, long startNs, long endNs) throws SQLException {
        return row(TimelineTables.IRQ_SPAN, "cpu start_ns end_ns kind irq name", cpu, startNs, endNs, kind, 1, name);
    }

    /** A delivery to vCPU 0 of a VM on its PIT; times: due, asserted, runnable, scheduled, entered, handled. */
    HandmadeTimeline delivery(String vm, int assertedCpu, int coalesced, boolean lost, Long... times)
            throws SQLException {
        return row(
                TimelineTables.VIRQ,
                "vm vcpu source irq coalesced lost asserted_cpu due_ns asserted_ns runnable_ns scheduled_ns entered_ns"
                        + " handled_ns",
                vm,
                0,
                "pit",
                0,
                coalesced,
                lost,
                assertedCpu,
                times[0],
                times[1],
                times[2],
                times[3],
                times[4],
                times[5]);
    }

    FigureTable figure(String name) {
        return figure(name, AnalysisOptions.DEFAULT);
    }

    FigureTable figure(String name, AnalysisOptions options) {
        return new Figures(fresh(), options).compute(name);
    }

    AnalysisReport report(AnalysisOptions options) {
        return Analysis.of(fresh(), options);
    }

    /** A connection without the temporary tables of figures computed before. */
    private Connection fresh() {
        try {
            return ((org.duckdb.DuckDBConnection) connection).duplicate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** Some columns of a figure, a line a row, values apart by one space, numbers with three decimals at most. */
    static List<String> lines(FigureTable figure, String... columns) {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < figure.rows().size(); row++) {
            List<String> values = new ArrayList<>();
            for (String column : columns) {
                Object value = figure.value(row, column);
                values.add(
                        value instanceof Double d
                                ? new java.math.BigDecimal(d)
                                        .setScale(3, java.math.RoundingMode.HALF_UP)
                                        .stripTrailingZeros()
                                        .toPlainString()
                                : String.valueOf(value));
            }
            lines.add(String.join(" ", values));
        }
        return lines;
    }
}
