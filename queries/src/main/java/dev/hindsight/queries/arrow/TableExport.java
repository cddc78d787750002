package dev.hindsight.queries.arrow;

import dev.hindsight.parsers.arrow.ArrowStream;
import dev.hindsight.parsers.recording.ChosenTables;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.Timelines;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.TimelineBuilder;
import dev.hindsight.replay.timeline.TimelineTables;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.TreeSet;

/**
 * One table of a recording as an Arrow IPC stream, written while the recording is read: batches go from the reader, or
 * from the timeline, to the stream; memory stays bounded and no dataset is made.
 */
public final class TableExport {

    private static final BlockSink DROPPED = block -> {};

    private TableExport() {}

    /**
     * Writes a table of raw events ({@code ev_kvm_kvm_exit}) or of the timeline ({@code thread_span}). A table of the
     * timeline that has no rows is a stream of its schema.
     *
     * @param to is not closed
     * @return rows written
     * @throws NoSuchTableException where the recording has no such table; nothing was written then
     * @throws IOException where {@code to} cannot be written
     * @throws dev.hindsight.parsers.fault.TraceException where the recording can't be read
     */
    public static long run(Recording recording, String table, List<MarkerRule> markers, OutputStream to)
            throws IOException {
        for (TableSchema schema : TimelineTables.ALL) {
            if (schema.name().equals(table)) {
                return timeline(recording, schema, markers, to);
            }
        }
        return events(recording, table, to);
    }

    private static long timeline(Recording recording, TableSchema table, List<MarkerRule> markers, OutputStream to)
            throws IOException {
        try (ArrowStream stream = new ArrowStream(table, to)) {
            TableSinks tables = schema -> schema.name().equals(table.name()) ? stream : DROPPED;
            TimelineBuilder timeline = Timelines.recorded(recording.info(), markers, tables);
            recording.read(schema -> DROPPED, timeline);
            timeline.end();
            stream.finish();
            return stream.rows();
        }
    }

    private static long events(Recording recording, String table, OutputStream to) {
        try (EventStream events = new EventStream(table, to)) {
            recording.readChosen(events);
            return events.finish();
        }
    }

    /** Begins the stream when the recording tells of the table: before that nothing tells its columns. */
    private static final class EventStream implements ChosenTables, AutoCloseable {

        private final String table;
        private final OutputStream to;
        private final TreeSet<String> tables = new TreeSet<>();
        private TableSchema schema;
        private QueuedStream stream;
        private boolean begun;

        EventStream(String table, OutputStream to) {
            this.table = table;
            this.to = to;
        }

        @Override
        public void met(EventType type) {
            tables.add(type.table().name());
        }

        @Override
        public boolean chooses(TableSchema of) {
            if (!of.name().equals(table)) {
                return false;
            }
            if (stream == null) {
                schema = of;
                stream = new QueuedStream(of, to);
            }
            return true;
        }

        @Override
        public BlockSink open(TableSchema of) {
            begun = true;
            if (!schema.columns().equals(of.columns())) {
                throw new NoSuchTableException(
                        table + " is of two events with other fields each; 'hindsight ingest' takes them both");
            }
            return stream;
        }

        long finish() {
            if (!begun) {
                TreeSet<String> all = new TreeSet<>(tables);
                TimelineTables.ALL.forEach(t -> all.add(t.name()));
                throw new NoSuchTableException(
                        "there is no table '" + table + "' in it; there are " + String.join(", ", all));
            }
            return stream.finish();
        }

        @Override
        public void close() {
            if (stream != null) {
                stream.close();
            }
        }
    }
}
