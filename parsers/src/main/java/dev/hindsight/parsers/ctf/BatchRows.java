package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.TableBlock;
import java.util.Arrays;
import java.util.List;

/** Puts batches of events into the blocks of their types, kind by kind and column by column, and hands on slices of them. */
final class BatchRows {

    private final List<EventLayout> layouts;
    private final EventRows rows;
    private final RecordingSink sink;
    private final FieldDecoder decoder;
    private final EventSlice slice = new EventSlice();

    /** Places in the batch of the events of a slice, type by type. */
    private final int[] order = new int[EventBatch.CAPACITY];

    private final int[] address = new int[EventBatch.CAPACITY];

    /** By type: how many events of it the slice has, their first row, and where they begin in {@link #order}. */
    private int[] count = new int[64];

    private int[] firstRow = new int[64];
    private int[] place = new int[64];

    BatchRows(TraceLayout trace, EventRows rows, RecordingSink sink) {
        layouts = trace.events;
        this.rows = rows;
        this.sink = sink;
        decoder = new FieldDecoder(trace.registers, trace.loops);
        slice.tsNs = new long[EventBatch.CAPACITY];
        slice.cpu = new int[EventBatch.CAPACITY];
        slice.type = new int[EventBatch.CAPACITY];
        slice.row = new int[EventBatch.CAPACITY];
        slice.blocks = new TableBlock[64];
    }

    /** Takes all of a batch: what was lost, then its events. */
    void take(EventBatch batch) {
        for (EventBatch.Loss loss : batch.losses) {
            sink.lost(loss.cpu(), 0, loss.startNs(), loss.endNs(), loss.events());
        }
        for (int event : batch.leftOut) {
            rows.index(layouts.get(event));
        }
        rows.announce();
        int from = 0;
        while (from < batch.size) {
            from = slice(batch, from);
        }
    }

    /** Hands over all rows that are held. */
    void end() {
        rows.flushAll();
    }

    /** Hands on the events from one on, up to where a block is full; tells the first one that is left. */
    private int slice(EventBatch batch, int from) {
        int to = from;
        slice.size = 0;
        while (to < batch.size) {
            int type = rows.index(layouts.get(batch.event[to]));
            if (type >= count.length) {
                grow();
            }
            int row = (count[type] == 0 ? firstRow[type] = rows.block(type).rows() : firstRow[type]) + count[type];
            if (row == TableBlock.ROWS) {
                break;
            }
            count[type]++;
            int i = slice.size++;
            slice.type[i] = type;
            slice.row[i] = row;
            to++;
        }
        System.arraycopy(batch.tsNs, from, slice.tsNs, 0, slice.size);
        System.arraycopy(batch.cpu, from, slice.cpu, 0, slice.size);
        fill(batch, from);
        rows.announce();
        sink.slice(slice);
        Arrays.fill(slice.blocks, null);
        rows.handOver();
        return to;
    }

    private void fill(EventBatch batch, int from) {
        int known = rows.known();
        int begin = 0;
        for (int type = 0; type < known; type++) {
            place[type] = begin;
            begin += count[type];
        }
        for (int i = 0; i < slice.size; i++) {
            order[place[slice.type[i]]++] = from + i;
        }
        for (int type = 0; type < known; type++) {
            int events = count[type];
            if (events > 0) {
                int first = place[type] - events;
                TableBlock block = rows.block(type);
                layouts.get(batch.event[order[first]]).append(batch, order, first, events, block, decoder, address);
                slice.blocks[type] = block;
                count[type] = 0;
            }
        }
    }

    private void grow() {
        int to = Math.max(2 * count.length, rows.known());
        count = Arrays.copyOf(count, to);
        firstRow = Arrays.copyOf(firstRow, to);
        place = Arrays.copyOf(place, to);
        slice.blocks = Arrays.copyOf(slice.blocks, to);
    }
}
