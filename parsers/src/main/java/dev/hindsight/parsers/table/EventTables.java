package dev.hindsight.parsers.table;

import java.util.List;

/** What all event tables have in common. */
public final class EventTables {

    public static final int TS_NS = 0;
    public static final int CPU = 1;
    public static final int TID = 2;
    public static final int FLAGS = 3;
    public static final int PREEMPT_COUNT = 4;
    public static final int INSTANCE = 5;

    /** First column that is a field of the event itself. */
    public static final int FIRST_FIELD = 6;

    /** The columns that every event table begins with, at the places above. */
    public static final List<Column> COMMON = List.of(
            Column.of("ts_ns", ColumnType.INT64, "when, ns on the trace's clock"),
            Column.of("cpu", ColumnType.INT32, "on which CPU"),
            Column.of("tid", ColumnType.INT32, "thread that ran there (common_pid)"),
            Column.of("flags", ColumnType.UINT8, "common_flags: irqs off 1, need-resched 4, hardirq 8, softirq 16"),
            Column.of("preempt_count", ColumnType.UINT8, "common_preempt_count"),
            Column.of("instance", ColumnType.INT16, "ring buffer: 0 the top one, then as listed in the trace"));

    private EventTables() {}

    /** The table of an event; characters that SQL would want quoted become underscores. */
    public static String tableName(String system, String event) {
        return "ev_" + (system + "_" + event).replaceAll("[^A-Za-z0-9_]", "_");
    }
}
