package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventText;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import java.util.ArrayList;
import java.util.List;

/** All that a recording gives, in order, with the contract of slices and blocks checked. */
final class ReadSamples implements RecordingSink {

    /** An event; {@code name} with its system. */
    record Event(long tsNs, int cpu, int tid, String name, String args) {

        @Override
        public String toString() {
            return tsNs + " [" + cpu + "] " + tid + ' ' + name + ": " + args;
        }
    }

    /** What {@link RecordingSink#lost} told. */
    record Loss(int cpu, long startNs, long endNs, long events) {}

    final List<Event> events = new ArrayList<>();
    final List<Loss> losses = new ArrayList<>();
    private final List<EventType> types = new ArrayList<>();
    private final EventText text;
    private long rowsInBlocks;

    private ReadSamples(Recording recording) {
        text = recording.text();
    }

    static ReadSamples of(Recording recording) {
        ReadSamples samples = new ReadSamples(recording);
        recording.read(schema -> block -> samples.rowsInBlocks += block.rows(), samples);
        if (samples.rowsInBlocks != samples.events.size()) {
            throw new AssertionError(samples.rowsInBlocks + " rows of " + samples.events.size() + " events");
        }
        return samples;
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
            EventType type = types.get(slice.type[i]);
            TableBlock block = slice.blocks[slice.type[i]];
            int row = slice.row[i];
            if (block.column(EventTables.TS_NS).getLong(row) != slice.tsNs[i]
                    || block.column(EventTables.CPU).getLong(row) != slice.cpu[i]) {
                throw new AssertionError("row " + row + " of " + type.name() + " is not event " + i);
            }
            StringBuilder args = new StringBuilder();
            text.append(type, block, row, args);
            events.add(new Event(
                    slice.tsNs[i],
                    slice.cpu[i],
                    (int) block.column(EventTables.TID).getLong(row),
                    type.system() + ':' + type.name(),
                    args.toString()));
        }
    }

    @Override
    public void lost(int cpu, int instance, long startNs, long endNs, long count) {
        losses.add(new Loss(cpu, startNs, endNs, count));
    }
}
