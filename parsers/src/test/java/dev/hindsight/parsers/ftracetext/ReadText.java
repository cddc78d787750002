package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.TableBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All events of a recording with all their fields, for comparison; with the contract of slices checked. */
final class ReadText implements RecordingSink {

    /** One event; values are Long, String, List of Long or List of Byte. */
    record Event(
            String system,
            String name,
            long tsNs,
            int cpu,
            int tid,
            long flags,
            long preempt,
            int instance,
            Map<String, Object> fields,
            Map<String, ColumnType> types) {

        String key() {
            return system + ":" + name;
        }
    }

    final List<Event> events = new ArrayList<>();
    final List<String> losses = new ArrayList<>();
    final List<EventType> types = new ArrayList<>();
    long rowsInBlocks;
    private final List<Map<String, ColumnType>> columns = new ArrayList<>();

    static ReadText of(Path file) throws IOException {
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            return of(recording);
        }
    }

    static ReadText of(Recording recording) {
        ReadText all = new ReadText();
        recording.read(schema -> block -> all.rowsInBlocks += block.rows(), all);
        if (all.rowsInBlocks != all.events.size()) {
            throw new AssertionError(all.rowsInBlocks + " rows of " + all.events.size() + " events");
        }
        return all;
    }

    @Override
    public void type(EventType type) {
        if (type.index() != types.size()) {
            throw new AssertionError("type " + type.index() + " after " + types.size());
        }
        types.add(type);
        Map<String, ColumnType> named = new LinkedHashMap<>();
        for (int c = EventTables.FIRST_FIELD; c < type.table().columns().size(); c++) {
            named.put(
                    type.table().columns().get(c).name(),
                    type.table().columns().get(c).type());
        }
        columns.add(named);
    }

    @Override
    public void slice(EventSlice slice) {
        for (int i = 0; i < slice.size; i++) {
            EventType type = types.get(slice.type[i]);
            TableBlock block = slice.blocks[slice.type[i]];
            int row = slice.row[i];
            if (block.get(EventTables.TS_NS, row) != slice.tsNs[i] || block.get(EventTables.CPU, row) != slice.cpu[i]) {
                throw new AssertionError("row " + row + " of " + type.name() + " is not event " + i);
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            int c = EventTables.FIRST_FIELD;
            for (String name : columns.get(slice.type[i]).keySet()) {
                fields.put(name, value(block.column(c++), row));
            }
            events.add(new Event(
                    type.system(),
                    type.name(),
                    slice.tsNs[i],
                    slice.cpu[i],
                    (int) block.get(EventTables.TID, row),
                    block.get(EventTables.FLAGS, row),
                    block.get(EventTables.PREEMPT_COUNT, row),
                    (int) block.get(EventTables.INSTANCE, row),
                    fields,
                    columns.get(slice.type[i])));
        }
    }

    private static Object value(ColumnData column, int row) {
        return switch (column.column().type()) {
            case TEXT, SYMBOL -> column.getText(row);
            case BINARY -> {
                BinaryData binary = (BinaryData) column;
                int start = binary.run().start(row);
                List<Long> bytes = new ArrayList<>();
                for (byte b : Arrays.copyOfRange(
                        binary.run().bytes(), start, start + binary.run().length(row))) {
                    bytes.add(b & 0xFFL);
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
            case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, FLOAT64 -> column.getLong(row);
        };
    }

    @Override
    public void lost(int cpu, int instance, long startNs, long endNs, long lost) {
        losses.add(cpu + " " + instance + " " + startNs + " " + endNs + " " + lost);
    }
}
