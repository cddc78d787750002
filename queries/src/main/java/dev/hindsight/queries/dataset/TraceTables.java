package dev.hindsight.queries.dataset;

import static dev.hindsight.parsers.table.ColumnType.BOOL;
import static dev.hindsight.parsers.table.ColumnType.INT32;
import static dev.hindsight.parsers.table.ColumnType.INT64;
import static dev.hindsight.parsers.table.ColumnType.TEXT;
import static dev.hindsight.parsers.table.ColumnType.UINT64;

import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import java.util.List;

/** What the manifest says of the recordings, as tables. */
public final class TraceTables {

    public static final TableSchema TRACE = new TableSchema(
            "trace",
            "A recording that was ingested.",
            List.of(
                    Column.of("file", TEXT, "path as given"),
                    Column.of("format", TEXT, "trace.dat"),
                    Column.of("version", TEXT, "of the format"),
                    Column.of("bytes", INT64, "of the file"),
                    Column.of("sha256", TEXT, "of the file"),
                    Column.of("arch", TEXT, "of the traced machine, empty where unknown"),
                    Column.of("endianness", TEXT, "little or big"),
                    Column.of("kernel", TEXT, "release of the traced kernel, empty where unknown"),
                    Column.of("uname", TEXT, "the whole line, empty where unknown"),
                    Column.of("clock", TEXT, "trace clock"),
                    Column.of("cpus", INT32, "of the traced machine"),
                    Column.nullable("first_ns", INT64, "first event"),
                    Column.nullable("last_ns", INT64, "last event"),
                    Column.of("events", INT64, "read"),
                    Column.of("lost_events", INT64, "lost, as far as the trace tells how many"),
                    Column.of("losses_uncounted", INT64, "losses of which it does not tell how many"),
                    Column.of("damaged", BOOL, "events were lost to damage of the file"),
                    Column.of("warnings", INT32, "rows in table warning")));

    public static final TableSchema WARNING = new TableSchema(
            "warning",
            "Something that was passed over when the recording was read.",
            List.of(
                    Column.of("code", TEXT, "stable name"),
                    Column.of("message", TEXT, "about the first occurrence"),
                    Column.of("count", INT64, "occurrences"),
                    Column.of("damage", BOOL, "events were lost to damage of the file"),
                    Column.nullable(
                            "file_offset", INT64, "of the first occurrence, bytes from the start of the file")));

    public static final TableSchema EVENT_TYPE = new TableSchema(
            "event_type",
            "A kind of event in the recording.",
            List.of(
                    Column.of("system", TEXT, "for instance kvm"),
                    Column.of("name", TEXT, "for instance kvm_exit"),
                    Column.of("table_name", TEXT, "table that holds them, where raw events were kept"),
                    Column.of("print_fmt", TEXT, "how the kernel prints its fields, empty where unknown"),
                    Column.of("events", INT64, "how many")));

    public static final TableSchema SYMBOL = new TableSchema(
            "symbol",
            "The name of an address that raw events show, where the recording saved the kernel's symbols.",
            List.of(
                    Column.of("address", UINT64, "in the traced kernel"),
                    Column.of("name", TEXT, "of the symbol that it lies in"),
                    Column.of("offset_bytes", INT64, "from the symbol's start to the address")));

    static final List<TableSchema> ALL = List.of(TRACE, WARNING, EVENT_TYPE, SYMBOL);

    private TraceTables() {}

    static void write(Manifest.Trace trace, TableSinks sinks) {
        RecordingInfo info = trace.info();
        TableAppender rows = new TableAppender(TRACE, sinks);
        rows.addRow();
        rows.setText(0, info.file());
        rows.setText(1, info.format());
        rows.setText(2, info.version());
        rows.set(3, trace.bytes());
        rows.setText(4, trace.sha256());
        rows.setText(5, info.arch());
        rows.setText(6, info.endianness());
        rows.setText(7, info.kernel());
        rows.setText(8, info.uname());
        rows.setText(9, info.clock());
        rows.set(10, info.cpus());
        rows.set(11, trace.firstNs() == null ? ColumnData.NULL : trace.firstNs());
        rows.set(12, trace.lastNs() == null ? ColumnData.NULL : trace.lastNs());
        rows.set(13, trace.events());
        rows.set(14, trace.lostEvents());
        rows.set(15, trace.lossesUncounted());
        rows.set(16, trace.damaged() ? 1 : 0);
        rows.set(17, trace.warnings().size());
        rows.flush();
        writeWarnings(trace, sinks);
        TableAppender types = new TableAppender(EVENT_TYPE, sinks);
        for (Manifest.EventCount type : trace.eventTypes()) {
            types.addRow();
            types.setText(0, type.system());
            types.setText(1, type.name());
            types.setText(2, type.table());
            types.setText(3, type.format() == null ? "" : type.format().print());
            types.set(4, type.count());
        }
        types.flush();
    }

    private static void writeWarnings(Manifest.Trace trace, TableSinks sinks) {
        TableAppender rows = new TableAppender(WARNING, sinks);
        for (Warning warning : trace.warnings()) {
            rows.addRow();
            rows.setText(0, warning.code());
            rows.setText(1, warning.message());
            rows.set(2, warning.count());
            rows.set(3, warning.damage() ? 1 : 0);
            rows.set(4, warning.offset() < 0 ? ColumnData.NULL : warning.offset());
        }
        rows.flush();
    }
}
