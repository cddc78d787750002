package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.DoubleData;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableBlock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All events of a recording with their fields as text, and its losses; checks what every reader promises of slices. */
final class CtfRows implements RecordingSink {

    /**
     * An event.
     *
     * @param fields all columns but time and CPU, null where the event has none
     */
    record Row(long tsNs, int cpu, String event, Map<String, String> fields) {

        String field(String name) {
            if (!fields.containsKey(name)) {
                throw new AssertionError("no field " + name + " in " + this);
            }
            return fields.get(name);
        }
    }

    /** A loss. */
    record Loss(int cpu, long startNs, long endNs, long events) {}

    final List<Row> rows = new ArrayList<>();
    final List<Loss> losses = new ArrayList<>();
    private final List<EventType> types = new ArrayList<>();
    private final Map<Integer, Integer> rowsInBlock = new LinkedHashMap<>();
    private final Map<Integer, TableBlock> blocks = new LinkedHashMap<>();

    static CtfRows of(Recording recording) {
        CtfRows rows = new CtfRows();
        recording.read(schema -> block -> {}, rows);
        return rows;
    }

    @Override
    public void type(EventType type) {
        if (type.index() != types.size()) {
            throw new AssertionError("index " + type.index() + " of type number " + types.size());
        }
        types.add(type);
    }

    @Override
    public void slice(EventSlice slice) {
        for (int i = 0; i < slice.size; i++) {
            int type = slice.type[i];
            TableBlock block = slice.blocks[type];
            int expected = blocks.put(type, block) == block ? rowsInBlock.get(type) + 1 : 0;
            rowsInBlock.put(type, slice.row[i]);
            if (slice.row[i] != expected) {
                throw new AssertionError("row " + slice.row[i] + " where " + expected + " comes next");
            }
            EventType of = types.get(type);
            Map<String, String> fields = new LinkedHashMap<>();
            List<Column> columns = of.table().columns();
            for (int c = 2; c < columns.size(); c++) {
                fields.put(columns.get(c).name(), text(block.column(c), columns.get(c), slice.row[i]));
            }
            if (block.column(0).getLong(slice.row[i]) != slice.tsNs[i]
                    || block.column(1).getLong(slice.row[i]) != slice.cpu[i]) {
                throw new AssertionError("slice and block tell different times or CPUs");
            }
            rows.add(new Row(slice.tsNs[i], slice.cpu[i], of.system() + ":" + of.name(), fields));
        }
    }

    @Override
    public void lost(int cpu, int instance, long startNs, long endNs, long events) {
        losses.add(new Loss(cpu, startNs, endNs, events));
    }

    private static String text(ColumnData data, Column column, int row) {
        return switch (column.type()) {
            case TEXT, SYMBOL -> data.getText(row);
            case FLOAT64 -> {
                double value = ((DoubleData) data).values()[row];
                yield column.nullable() && Double.isNaN(value) ? null : Double.toString(value);
            }
            case INT64_LIST -> {
                LongListData list = (LongListData) data;
                List<Long> items = new ArrayList<>();
                for (int i = list.ends()[row]; i < list.ends()[row + 1]; i++) {
                    items.add(list.items()[i]);
                }
                yield items.toString();
            }
            default -> {
                long value = data.getLong(row);
                yield column.nullable() && value == ColumnData.NULL
                        ? null
                        : column.type() == ColumnType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
            }
        };
    }
}
