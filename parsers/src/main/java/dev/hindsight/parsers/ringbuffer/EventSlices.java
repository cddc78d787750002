package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.TableBlock;
import java.util.List;

/** Merges the events of all CPUs by time into slices and puts their fields into the blocks of their types. */
final class EventSlices {

    /** Most events of a slice. */
    static final int CAPACITY = 1 << 16;

    private final List<CpuPages> cpus;
    private final EventBlocks blocks;
    private final RecordingSink sink;
    private final byte[] arena;
    private final RingBufferReader.FallingTime falling;

    /** CPUs that have a batch, as a heap on (time, place in {@link #cpus}). */
    private final int[] heap;

    private final long[] headNs;
    private int heapSize;

    private final EventSlice slice = new EventSlice();
    private final int[] address = new int[CAPACITY];
    private final int[] length = new int[CAPACITY];
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
            RingBufferReader.FallingTime falling) {
        this.cpus = cpus;
        this.blocks = blocks;
        this.sink = sink;
        this.arena = arena;
        this.falling = falling;
        heap = new int[cpus.size()];
        headNs = new long[cpus.size()];
        slice.tsNs = new long[CAPACITY];
        slice.cpu = new int[CAPACITY];
        slice.type = new int[CAPACITY];
        slice.row = new int[CAPACITY];
        slice.blocks = new TableBlock[64];
    }

    void run() {
        for (int i = 0; i < cpus.size(); i++) {
            if (refill(i)) {
                heap[heapSize++] = i;
            }
        }
        for (int i = heapSize / 2 - 1; i >= 0; i--) {
            siftDown(i);
        }
        if (heapSize > 0) {
            firstNs = headNs[heap[0]];
        }
        started = true;
        for (CpuPages c : cpus) {
            tellLost(c);
        }
        while (heapSize > 0) {
            int top = heap[0];
            CpuPages c = cpus.get(top);
            if (slice.size == CAPACITY) {
                flush();
            }
            takeRun(c, runnerUp(), top);
            if (c.at == c.count && !refill(top)) {
                heap[0] = heap[--heapSize];
            }
            siftDown(0);
        }
        flush();
        for (CpuPages c : cpus) {
            tellLostAtEnd(c);
        }
        blocks.flushAll();
    }

    /** The next batch of a CPU; slices end before its slot is filled anew. */
    private boolean refill(int index) {
        CpuPages c = cpus.get(index);
        while (c.next() == CpuPages.DRY) {
            flush();
            if (!c.fill()) {
                return false;
            }
        }
        headNs[index] = c.ts[0];
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

    private boolean before(int a, int b) {
        long x = headNs[a];
        long y = headNs[b];
        return x < y || (x == y && a < b);
    }

    private void siftDown(int from) {
        int i = from;
        while (true) {
            int child = 2 * i + 1;
            if (child >= heapSize) {
                return;
            }
            if (child + 1 < heapSize && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], heap[i])) {
                return;
            }
            int swap = heap[i];
            heap[i] = heap[child];
            heap[child] = swap;
            i = child;
        }
    }

    private int runnerUp() {
        if (heapSize < 2) {
            return -1;
        }
        return heapSize == 2 || before(heap[1], heap[2]) ? heap[1] : heap[2];
    }

    /** Takes events of the earliest CPU while they come before the next CPU's. */
    private void takeRun(CpuPages c, int runnerUp, int top) {
        long limit = runnerUp < 0 ? Long.MAX_VALUE : headNs[runnerUp];
        boolean ties = runnerUp < 0 || top < runnerUp;
        int at = c.at;
        int count = c.count;
        int n = slice.size;
        long[] fromTs = c.ts;
        int[] fromType = c.type;
        int[] fromAddress = c.address;
        int[] fromLength = c.length;
        long[] toTs = slice.tsNs;
        int[] toCpu = slice.cpu;
        int[] toType = slice.type;
        int[] toRow = slice.row;
        int[] rows = nextRow;
        boolean full = false;
        while (at < count && n < CAPACITY) {
            long ts = fromTs[at];
            if (ts >= limit && (ts > limit || !ties)) {
                break;
            }
            int type = fromType[at];
            int row = rows[type];
            if (row == TableBlock.ROWS) {
                full = true;
                break;
            }
            rows[type] = row + 1;
            toTs[n] = ts;
            toCpu[n] = c.cpu;
            toType[n] = type;
            toRow[n] = row;
            address[n] = fromAddress[at];
            length[n] = fromLength[at];
            instance[n] = (short) c.instance;
            n++;
            at++;
        }
        slice.size = n;
        c.at = at;
        if (at < count) {
            headNs[top] = fromTs[at];
        }
        if (full) {
            flush();
        }
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
        short[] toInstance = sorted.instance;
        for (int i = 0; i < size; i++) {
            int k = base[type[i]] + row[i];
            toTs[k] = ts[i];
            toCpu[k] = cpu[i];
            toAddress[k] = address[i];
            toLength[k] = length[i];
            toInstance[k] = instance[i];
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
