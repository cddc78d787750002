package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.TableBlock;
import java.util.List;

/** Merges the events of all CPUs by time into slices and puts their fields into the blocks of their types. */
final class EventSlices {

    /** Most events of a slice. */
    static final int CAPACITY = 1 << 16;

    private final CpuPages[] cpus;
    private final boolean manyInstances;
    private final EventBlocks blocks;
    private final RecordingSink sink;
    private final byte[] arena;
    private final RingBufferReader.FallingTime falling;

    private final TimeMerge merge;

    /** Places in {@link #cpus} of those that have events to come, ascending. */
    private final int[] live;

    private int liveCount;

    private final EventSlice slice = new EventSlice();
    private final long[] record = new long[CAPACITY];
    private final short[] instance = new short[CAPACITY];
    private final EventBlocks.Sorted sorted = new EventBlocks.Sorted();
    private int[] nextRow = new int[64];
    private int[] firstRow = new int[64];
    private int[] base = new int[64];
    private int[] active = new int[64];
    private int types;

    private long firstNs;
    private boolean started;
    private long lastNs = Long.MIN_VALUE;

    EventSlices(
            List<CpuPages> cpus,
            EventBlocks blocks,
            RecordingSink sink,
            byte[] arena,
            int batch,
            RingBufferReader.FallingTime falling) {
        this.cpus = cpus.toArray(new CpuPages[0]);
        boolean many = false;
        for (CpuPages c : cpus) {
            many |= c.instance != 0;
        }
        manyInstances = many;
        this.blocks = blocks;
        this.sink = sink;
        this.arena = arena;
        this.falling = falling;
        merge = new TimeMerge(this.cpus, batch, many);
        live = new int[cpus.size()];
        slice.tsNs = new long[CAPACITY];
        slice.cpu = new int[CAPACITY];
        slice.type = new int[CAPACITY];
        slice.row = new int[CAPACITY];
        slice.blocks = new TableBlock[64];
    }

    void run() {
        for (int i = 0; i < cpus.length; i++) {
            if (refill(i)) {
                firstNs = liveCount == 0 ? cpus[i].ts[0] : Math.min(firstNs, cpus[i].ts[0]);
                live[liveCount++] = i;
            }
        }
        started = true;
        for (CpuPages c : cpus) {
            tellLost(c);
        }
        while (liveCount > 0) {
            take(merge.next(live, liveCount));
            int left = 0;
            for (int i = 0; i < liveCount; i++) {
                CpuPages c = cpus[live[i]];
                if (c.at < c.count || refill(live[i])) {
                    live[left++] = live[i];
                }
            }
            liveCount = left;
        }
        flush();
        for (CpuPages c : cpus) {
            tellLostAtEnd(c);
        }
        blocks.flushAll();
    }

    /** The next batch of a CPU; slices end before its slot is filled anew. */
    private boolean refill(int index) {
        CpuPages c = cpus[index];
        while (c.next() == CpuPages.DRY) {
            flush();
            if (!c.fill()) {
                return false;
            }
        }
        if (types < blocks.known()) {
            growTypes();
        }
        if (c.lostBefore != 0 && started) {
            flush();
            tellLost(c);
        }
        return true;
    }

    private void tellLost(CpuPages c) {
        if (c.lostBefore != 0) {
            long start = c.lostAfterSome ? c.lostAfterNs : Math.min(firstNs, c.ts[0]);
            sink.lost(c.cpu, c.instance, start, c.ts[0], c.lostBefore);
            c.lostBefore = 0;
        }
    }

    private void tellLostAtEnd(CpuPages c) {
        if (c.lostAtEnd() != 0) {
            long end = lastNs == Long.MIN_VALUE ? 0 : lastNs;
            sink.lost(c.cpu, c.instance, c.hadEvents() ? c.lastNs() : firstNs, end, c.lostAtEnd());
        }
    }

    private void growTypes() {
        int known = blocks.known();
        if (known > nextRow.length) {
            int size = Math.max(known, 2 * nextRow.length);
            nextRow = java.util.Arrays.copyOf(nextRow, size);
            firstRow = java.util.Arrays.copyOf(firstRow, size);
            base = java.util.Arrays.copyOf(base, size);
            active = java.util.Arrays.copyOf(active, size);
            slice.blocks = java.util.Arrays.copyOf(slice.blocks, size);
        }
        types = known;
    }

    /** Puts the merged window into slices, which end where a block is full. */
    private void take(int count) {
        int from = 0;
        while (from < count) {
            if (slice.size == CAPACITY) {
                flush();
            }
            int n = takeUntilFull(from, Math.min(count, from + CAPACITY - slice.size));
            if (n == from) {
                flush();
            }
            from = n;
        }
    }

    private int takeUntilFull(int from, int to) {
        int n = slice.size;
        long[] order = merge.order;
        long[] ts = merge.ts;
        int[] type = merge.type;
        int[] cpu = merge.cpu;
        long[] records = merge.record;
        long[] toTs = slice.tsNs;
        int[] toCpu = slice.cpu;
        int[] toType = slice.type;
        int[] toRow = slice.row;
        long[] toRecord = record;
        int[] rows = nextRow;
        int i = from;
        while (i < to) {
            int p = (int) order[i] & TimeMerge.PLACE_MASK;
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
                int p = (int) order[k] & TimeMerge.PLACE_MASK;
                instance[slice.size + k - from] = (short) cpus[merge.source[p]].instance;
            }
        }
        slice.size = n;
        return i;
    }

    private void flush() {
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
