package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import java.util.ArrayList;
import java.util.List;

/** All that a recording gives, as lines that a test can compare, with the contract of slices and blocks checked. */
final class ReadEvents implements RecordingSink {

    /** {@code ns cpu instance tid name}, then the own integer and text fields. */
    final List<String> lines = new ArrayList<>();

    /** {@code cpu instance startNs endNs events}. */
    final List<String> losses = new ArrayList<>();

    final List<EventType> types = new ArrayList<>();
    long rowsInBlocks;
    int blocks;

    static ReadEvents of(Recording recording) {
        ReadEvents events = new ReadEvents();
        recording.read(
                schema -> block -> {
                    events.rowsInBlocks += block.rows();
                    events.blocks++;
                },
                events);
        if (events.rowsInBlocks != events.lines.size()) {
            throw new AssertionError(events.rowsInBlocks + " rows of " + events.lines.size() + " events");
        }
        return events;
    }

    @Override
    public void type(EventType type) {
        if (type.index() != types.size()) {
            throw new AssertionError("type " + type.index() + " after " + types.size());
        }
        types.add(type);
    }

    @Override
    public void slice(EventSlice slice) {
        for (int i = 0; i < slice.size; i++) {
            TableBlock block = slice.blocks[slice.type[i]];
            EventType type = types.get(slice.type[i]);
            int row = slice.row[i];
            if (block.column(EventTables.TS_NS).getLong(row) != slice.tsNs[i]
                    || block.column(EventTables.CPU).getLong(row) != slice.cpu[i]) {
                throw new AssertionError("row " + row + " of " + type.name() + " is not event " + i);
            }
            StringBuilder line = new StringBuilder()
                    .append(slice.tsNs[i])
                    .append(' ')
                    .append(slice.cpu[i])
                    .append(' ')
                    .append(block.column(EventTables.INSTANCE).getLong(row))
                    .append(' ')
                    .append(block.column(EventTables.TID).getLong(row))
                    .append(' ')
                    .append(type.name());
            for (int c = EventTables.FIRST_FIELD; c < type.table().columns().size(); c++) {
                line.append(' ');
                switch (type.table().columns().get(c).type()) {
                    case TEXT, SYMBOL -> line.append(block.column(c).getText(row));
                    case BINARY, INT64_LIST -> line.append('*');
                    case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, FLOAT64 ->
                        line.append(block.column(c).getLong(row));
                }
            }
            lines.add(line.toString());
        }
    }

    @Override
    public void lost(int cpu, int instance, long startNs, long endNs, long events) {
        losses.add(cpu + " " + instance + " " + startNs + " " + endNs + " " + events);
    }
}
