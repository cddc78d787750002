package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import java.util.Arrays;

/**
 * Puts events, which come in time order, into slices and their records' fields into the blocks of their types. Of
 * whatever file the records are, they have the layout that their formats describe, beginning with the common fields.
 */
public final class SliceBuilder {

    /** Most events of a slice. */
    static final int CAPACITY = 1 << 16;

    /** Heap that blocks may hold before the largest are handed over early. */
    private static final long BLOCK_BUDGET = 192L << 20;

    private final boolean manyInstances;
    private final EventBlocks blocks;
    private final RecordingSink sink;
    private final RingBufferReader.FallingTime falling;

    private final EventSlice slice = new EventSlice();
    private final long[] record = new long[CAPACITY];
    private final short[] instance = new short[CAPACITY];
    private final EventBlocks.Sorted sorted = new EventBlocks.Sorted();
    private int[] nextRow = new int[64];
    private int[] firstRow = new int[64];
    private int[] base = new int[64];
    private int[] active = new int[64];
    private int types;
    private byte[] arena;

    private long lastNs = Long.MIN_VALUE;

    /**
     * Begins a recording.
     *
     * @param bigEndian byte order of the records
     * @param manyInstances whether the events come with the numbers of their ring buffers, see {@link #take}
     */
    public SliceBuilder(
            EventFormats formats,
            boolean bigEndian,
            boolean manyInstances,
            TableSinks tables,
            RecordingSink sink,
            RingBufferReader.FallingTime falling) {
        this.manyInstances = manyInstances;
        this.sink = sink;
        this.falling = falling;
        blocks = new EventBlocks(formats, bigEndian, tables, sink, BLOCK_BUDGET);
        slice.tsNs = new long[CAPACITY];
        slice.cpu = new int[CAPACITY];
        slice.type = new int[CAPACITY];
        slice.row = new int[CAPACITY];
        slice.blocks = new TableBlock[64];
    }

    /** Where events get the indices of their types. */
    public EventIds ids() {
        return blocks;
    }

    /** The table that events of a type go to. */
    public TableSchema table(int type) {
        return blocks.block(type).schema();
    }

    /** Tells the sink of the types met so far, those too of which no event was taken. */
    public void announce() {
        blocks.announce();
    }

    /** Time of the last event so far, Long.MIN_VALUE before the first slice. */
    long lastNs() {
        return lastNs;
    }

    private void growTypes() {
        int known = blocks.known();
        if (known > nextRow.length) {
            int size = Math.max(known, 2 * nextRow.length);
            nextRow = Arrays.copyOf(nextRow, size);
            firstRow = Arrays.copyOf(firstRow, size);
            base = Arrays.copyOf(base, size);
            active = Arrays.copyOf(active, size);
            slice.blocks = Arrays.copyOf(slice.blocks, size);
        }
        types = known;
    }

    /**
     * Takes the events {@code [from, to)} of a window. Their records stay where they are until {@link #flush}.
     *
     * @param window the events in time order
     * @param arena holds the records
     */
    public void take(EventWindow window, int from, int to, byte[] arena) {
        if (types < blocks.known()) {
            growTypes();
        }
        if (arena != this.arena) {
            flush();
            this.arena = arena;
        }
        while (from < to) {
            if (slice.size == CAPACITY) {
                flush();
            }
            int n = takeUntilFull(window, from, Math.min(to, from + CAPACITY - slice.size));
            if (n == from) {
                flush();
            }
            from = n;
        }
    }

    private int takeUntilFull(EventWindow window, int from, int to) {
        int n = slice.size;
        long[] order = window.order;
        long[] ts = window.ts;
        int[] type = window.type;
        int[] cpu = window.cpu;
        long[] records = window.record;
        long[] toTs = slice.tsNs;
        int[] toCpu = slice.cpu;
        int[] toType = slice.type;
        int[] toRow = slice.row;
        long[] toRecord = record;
        int[] rows = nextRow;
        int i = from;
        while (i < to) {
            int p = (int) order[i] & EventWindow.PLACE_MASK;
            int t = type[p];
            int row = rows[t];
            if (row == TableBlock.ROWS) {
                break;
            }
            rows[t] = row + 1;
            toTs[n] = ts[p];
            toCpu[n] = cpu[p];
            toType[n] = t;
            toRow[n] = row;
            toRecord[n] = records[p];
            n++;
            i++;
        }
        if (manyInstances) {
            for (int k = from; k < i; k++) {
                int p = (int) order[k] & EventWindow.PLACE_MASK;
                instance[slice.size + k - from] = window.instance[p];
            }
        }
        slice.size = n;
        return i;
    }

    /** Hands the events over that were taken; their records are no longer needed. */
    public void flush() {
        int size = slice.size;
        if (size == 0) {
            return;
        }
        blocks.announce();
        int actives = 0;
        int start = 0;
        for (int t = 0; t < types; t++) {
            int n = nextRow[t] - firstRow[t];
            if (n > 0) {
                active[actives++] = t;
                base[t] = start - firstRow[t];
                slice.blocks[t] = blocks.block(t);
                start += n;
            }
        }
        sort(size);
        for (int i = 0; i < actives; i++) {
            int t = active[i];
            blocks.append(t, arena, sorted, base[t] + firstRow[t], nextRow[t] - firstRow[t]);
        }
        checkOrder(size);
        sink.slice(slice);
        slice.size = 0;
        blocks.handOver(active, actives);
        for (int i = 0; i < actives; i++) {
            slice.blocks[active[i]] = null;
        }
        for (int t = 0; t < types; t++) {
            firstRow[t] = blocks.rows(t);
            nextRow[t] = firstRow[t];
        }
    }

    /** Hands over all that is held: the recording has ended. */
    public void end() {
        flush();
        blocks.flushAll();
    }

    private void sort(int size) {
        int[] type = slice.type;
        int[] row = slice.row;
        long[] ts = slice.tsNs;
        int[] cpu = slice.cpu;
        long[] toTs = sorted.tsNs;
        int[] toCpu = sorted.cpu;
        int[] toAddress = sorted.address;
        int[] toLength = sorted.length;
        long[] records = record;
        for (int i = 0; i < size; i++) {
            int k = base[type[i]] + row[i];
            toTs[k] = ts[i];
            toCpu[k] = cpu[i];
            toAddress[k] = (int) records[i];
            toLength[k] = (int) (records[i] >>> 32);
        }
        if (manyInstances) {
            for (int i = 0; i < size; i++) {
                sorted.instance[base[type[i]] + row[i]] = instance[i];
            }
        }
    }

    private void checkOrder(int size) {
        long[] ts = slice.tsNs;
        long last = lastNs;
        for (int i = 0; i < size; i++) {
            if (ts[i] < last) {
                falling.fell(slice.cpu[i], last, ts[i]);
            }
            last = ts[i];
        }
        lastNs = last;
    }
}
