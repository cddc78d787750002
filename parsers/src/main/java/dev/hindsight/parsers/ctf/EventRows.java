package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSinks;
import java.util.Arrays;

/**
 * The kinds of events that were met and the block that each is filling. Blocks go to their sink when they are full, or
 * the largest ones when all together pass the budget.
 */
final class EventRows {

    /** Heap that blocks may hold before the largest are handed over early. */
    private static final long BUDGET = 192L << 20;

    private final TableSinks sinks;
    private final RecordingSink listener;

    /** By the place of the class in the metadata. */
    private final int[] indexOf;

    private EventType[] types = new EventType[64];
    private TableBlock[] blocks = new TableBlock[64];
    private BlockSink[] open = new BlockSink[64];
    private long[] bytes = new long[64];
    private int known;
    private int announced;
    private long held;

    EventRows(int classes, TableSinks sinks, RecordingSink listener) {
        this.sinks = sinks;
        this.listener = listener;
        indexOf = new int[classes];
        Arrays.fill(indexOf, -1);
    }

    /** The index of a class of events, in order of discovery. */
    int index(EventLayout layout) {
        int index = indexOf[layout.type.index()];
        return index >= 0 ? index : meet(layout.type);
    }

    private int meet(EventType type) {
        if (known == types.length) {
            types = Arrays.copyOf(types, 2 * known);
            blocks = Arrays.copyOf(blocks, 2 * known);
            open = Arrays.copyOf(open, 2 * known);
            bytes = Arrays.copyOf(bytes, 2 * known);
        }
        int index = known++;
        types[index] = new EventType(index, type.system(), type.name(), type.table());
        blocks[index] = new TableBlock(type.table());
        indexOf[type.index()] = index;
        return index;
    }

    /** Kinds met so far. */
    int known() {
        return known;
    }

    TableBlock block(int index) {
        return blocks[index];
    }

    /** Tells the listener of kinds that were met since the last call. */
    void announce() {
        while (announced < known) {
            listener.type(types[announced++]);
        }
    }

    /** Hands over blocks that are full, and the largest ones while all are over the budget. */
    void handOver() {
        held = 0;
        for (int i = 0; i < known; i++) {
            if (blocks[i].isFull()) {
                flush(i);
                // what filled once will fill again: no growing by steps
                blocks[i].reserve(TableBlock.ROWS);
            }
            bytes[i] = blocks[i].heapBytes();
            held += bytes[i];
        }
        while (held > BUDGET) {
            int largest = 0;
            for (int i = 1; i < known; i++) {
                largest = bytes[i] > bytes[largest] ? i : largest;
            }
            held -= bytes[largest];
            bytes[largest] = 0;
            flush(largest);
        }
    }

    /** Hands over all that is held. */
    void flushAll() {
        for (int i = 0; i < known; i++) {
            flush(i);
        }
    }

    private void flush(int index) {
        TableBlock full = blocks[index];
        blocks[index] = new TableBlock(types[index].table());
        if (full.rows() > 0) {
            if (open[index] == null) {
                open[index] = sinks.open(types[index].table());
            }
            open[index].accept(full);
        }
    }
}
