package dev.hindsight.parsers.recording;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.DoubleData;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that a recording of any format gives, in order, with the contract of slices and blocks checked. */
public final class ReadEvents implements RecordingSink {

    /**
     * One event.
     *
     * @param flags, preempt {@link ColumnData#NULL} where the format has none
     * @param types of its table's own columns, by name in the table's order
     * @param values of these: Long, Double, String, List of Long (of bytes too); null for null
     * @param args its text; null where not asked for
     */
    public record Event(
            String system,
            String name,
            long tsNs,
            int cpu,
            int instance,
            int tid,
            long flags,
            long preempt,
            Map<String, ColumnType> types,
            List<Object> values,
            String args) {

        /** Its own fields. */
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            for (String field : types.keySet()) {
                fields.put(field, values.get(fields.size()));
            }
            return fields;
        }

        /** {@code system:name}. */
        public String key() {
            return system + ":" + name;
        }

        /** A field as text, null for null. */
        public String text(String field) {
            if (!types.containsKey(field)) {
                throw new AssertionError("no field " + field + " in " + this);
            }
            Object value = fields().get(field);
            if (value instanceof Long number && types.get(field) == ColumnType.UINT64) {
                return Long.toUnsignedString(number);
            }
            return value == null ? null : value.toString();
        }

        /** All fields as text. */
        public Map<String, String> texts() {
            Map<String, String> texts = new LinkedHashMap<>();
            types.keySet().forEach(field -> texts.put(field, text(field)));
            return texts;
        }

        /** {@code ns cpu instance tid name}, then the fields. */
        public String line() {
            StringBuilder line = new StringBuilder()
                    .append(tsNs)
                    .append(' ')
                    .append(cpu)
                    .append(' ')
                    .append(instance)
                    .append(' ')
                    .append(tid)
                    .append(' ')
                    .append(name);
            values.forEach(value -> line.append(' ').append(value));
            return line.toString();
        }

        /** {@code ns [cpu] tid system:name: args}. */
        public String printed() {
            return tsNs + " [" + cpu + "] " + tid + ' ' + key() + ": " + args;
        }
    }

    /** What {@link RecordingSink#lost} told. */
    public record Loss(int cpu, int instance, long startNs, long endNs, long events) {}

    public final List<Event> events = new ArrayList<>();

    /** By event, its table. */
    final List<String> tables = new ArrayList<>();

    public final List<Loss> losses = new ArrayList<>();
    public final List<EventType> types = new ArrayList<>();
    private final List<Map<String, ColumnType>> columns = new ArrayList<>();
    private final List<TableBlock> blocks = new ArrayList<>();
    private final List<Integer> lastRow = new ArrayList<>();
    private final EventText text;
    private long rowsInBlocks;

    private ReadEvents(EventText text) {
        this.text = text;
    }

    /** Reads a file. */
    public static ReadEvents of(Path file) throws IOException {
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            return of(recording);
        }
    }

    /** Reads all of a recording. */
    public static ReadEvents of(Recording recording) {
        return new ReadEvents(null).all(recording);
    }

    /** With the events' texts. */
    public static ReadEvents withTexts(Recording recording) {
        return new ReadEvents(recording.text()).all(recording);
    }

    private ReadEvents all(Recording recording) {
        recording.read(schema -> block -> rowsInBlocks += block.rows(), this);
        if (rowsInBlocks != events.size()) {
            throw new AssertionError(rowsInBlocks + " rows of " + events.size() + " events");
        }
        return this;
    }

    /** The events as {@link Event#line}s. */
    public List<String> lines() {
        return events.stream().map(Event::line).toList();
    }

    /** The events as {@link Event#printed}. */
    public List<String> printed() {
        return events.stream().map(Event::printed).toList();
    }

    @Override
    public void type(EventType type) {
        if (type.index() != types.size()) {
            throw new AssertionError("type " + type.index() + " after " + types.size());
        }
        types.add(type);
        Map<String, ColumnType> named = new LinkedHashMap<>();
        List<Column> all = type.table().columns();
        for (Column column : all.subList(EventTables.FIRST_FIELD, all.size())) {
            named.put(column.name(), column.type());
        }
        columns.add(named);
        blocks.add(null);
        lastRow.add(-1);
    }

    @Override
    public void slice(EventSlice slice) {
        for (int i = 0; i < slice.size; i++) {
            int index = slice.type[i];
            EventType type = types.get(index);
            TableBlock block = slice.blocks[index];
            int row = slice.row[i];
            int expected = blocks.set(index, block) == block ? lastRow.get(index) + 1 : 0;
            lastRow.set(index, row);
            if (row != expected) {
                throw new AssertionError("row " + row + " of " + type.name() + " where " + expected + " comes next");
            }
            if (block.get(EventTables.TS_NS, row) != slice.tsNs[i] || block.get(EventTables.CPU, row) != slice.cpu[i]) {
                throw new AssertionError("row " + row + " of " + type.name() + " is not event " + i);
            }
            List<Object> values = new ArrayList<>(columns.get(index).size());
            for (int c = 0; c < columns.get(index).size(); c++) {
                values.add(value(block.column(EventTables.FIRST_FIELD + c), row));
            }
            StringBuilder args = new StringBuilder();
            if (text != null) {
                text.append(type, block, row, args);
            }
            tables.add(type.table().name());
            events.add(new Event(
                    type.system(),
                    type.name(),
                    slice.tsNs[i],
                    slice.cpu[i],
                    (int) block.get(EventTables.INSTANCE, row),
                    (int) block.get(EventTables.TID, row),
                    block.get(EventTables.FLAGS, row),
                    block.get(EventTables.PREEMPT_COUNT, row),
                    columns.get(index),
                    values,
                    text == null ? null : args.toString()));
        }
    }

    static Object value(ColumnData column, int row) {
        return switch (column.column().type()) {
            case TEXT, SYMBOL -> column.getText(row);
            case BINARY -> {
                BinaryData binary = (BinaryData) column;
                int start = binary.run().start(row);
                List<Long> bytes = new ArrayList<>();
                for (int i = start; i < start + binary.run().length(row); i++) {
                    bytes.add(binary.run().bytes()[i] & 0xFFL);
                }
                yield bytes;
            }
            case INT64_LIST -> {
                LongListData list = (LongListData) column;
                List<Long> items = new ArrayList<>();
                for (int i = list.ends()[row]; i < list.ends()[row + 1]; i++) {
                    items.add(list.items()[i]);
                }
                yield items;
            }
            case FLOAT64 -> {
                double value = ((DoubleData) column).values()[row];
                yield column.column().nullable() && Double.isNaN(value) ? null : (Object) value;
            }
            case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> {
                long value = column.getLong(row);
                yield column.column().nullable() && value == ColumnData.NULL ? null : (Object) value;
            }
        };
    }

    @Override
    public void lost(int cpu, int instance, long startNs, long endNs, long count) {
        losses.add(new Loss(cpu, instance, startNs, endNs, count));
    }
}
