package dev.hindsight.parsers.ringbuffer;

import java.util.Arrays;

/**
 * Merges what the CPUs have decoded by time, as far as no CPU can have an earlier event to come: up to the last event of
 * the batch that ends first. Ties go by the order of the CPUs, then of their buffers.
 *
 * <p>The segments of the CPUs are copied beside one another and merged in pairs, by one word an event:
 *
 * <pre>
 *   63   62                          24 23                    0
 *  +----+------------------------------+-----------------------+
 *  | 0  | ns since the window's first  | place of the event    |
 *  +----+------------------------------+-----------------------+
 * </pre>
 *
 * Words differ, since places do, and ties in time go by place. Each pair is merged from both ends at once: two chains of
 * loads that don't wait for each other, without a branch that depends on the times.
 */
final class TimeMerge {

    private static final int PLACE_BITS = EventWindow.PLACE_BITS;
    private static final int PLACE_MASK = EventWindow.PLACE_MASK;

    /** A window is shorter than this, 9 minutes. */
    private static final long LONGEST_NS = 1L << 63 - PLACE_BITS;

    /** Fewer steps from both ends are not worth setting up. */
    private static final int FEW = 4;

    private final CpuPages[] cpus;

    /** The events that {@link #next} took. */
    final EventWindow window;

    private final boolean keepsInstance;
    private long[] order;
    private long[] other;
    private final long[] ts;
    private final int[] starts;
    private int segments;

    /** {@code keepsInstance}: the window tells the ring buffers. */
    TimeMerge(CpuPages[] cpus, int batch, boolean keepsInstance) {
        this.cpus = cpus;
        this.keepsInstance = keepsInstance;
        int most = Math.max(1, cpus.length * batch);
        window = new EventWindow(most, keepsInstance);
        order = window.order;
        ts = window.ts;
        other = new long[most];
        starts = new int[cpus.length + 1];
    }

    /**
     * Takes the next window out of the batches.
     *
     * @param live places of CPUs that have events in their batch, ascending
     * @param count how many
     * @return events in the window, at least one
     */
    int next(int[] live, int count) {
        int shortest = 0;
        long limit = Long.MAX_VALUE;
        long firstNs = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            CpuPages c = cpus[live[i]];
            long last = c.ts[c.count - 1];
            if (i == 0 || last < limit) {
                limit = last;
                shortest = i;
            }
            firstNs = Math.min(firstNs, c.ts[c.at]);
        }
        long span = limit - firstNs;
        boolean tooLong = limit > firstNs && (span < 0 || span >= LONGEST_NS);
        if (tooLong) {
            limit = firstNs + LONGEST_NS;
        }
        int n = 0;
        segments = 0;
        boolean sorted = true;
        for (int i = 0; i < count; i++) {
            CpuPages c = cpus[live[i]];
            int end = tooLong || i > shortest ? c.countBelow(limit) : i < shortest ? c.countUpTo(limit) : c.count;
            int size = end - c.at;
            if (size > 0) {
                copy(c, size, n);
                sorted &= words(firstNs, n, n + size);
                starts[segments++] = n;
                n += size;
                c.at = end;
            }
        }
        starts[segments] = n;
        merge(sorted);
        window.order = order;
        return n;
    }

    private void copy(CpuPages c, int size, int to) {
        System.arraycopy(c.ts, c.at, ts, to, size);
        System.arraycopy(c.record, c.at, window.record, to, size);
        System.arraycopy(c.type, c.at, window.type, to, size);
        Arrays.fill(window.cpu, to, to + size, c.cpu);
        if (keepsInstance) {
            Arrays.fill(window.instance, to, to + size, (short) c.instance);
        }
    }

    /** Makes the words of a segment; tells whether they rise and hold their times, which damaged times don't. */
    private boolean words(long firstNs, int from, int to) {
        long[] words = order;
        long[] times = ts;
        long wrong = 0;
        long before = 0;
        for (int i = from; i < to; i++) {
            long ns = times[i] - firstNs;
            wrong |= ns | ns - before | LONGEST_NS - 1 - ns;
            before = ns;
            words[i] = ns << PLACE_BITS | i;
        }
        return wrong >= 0;
    }

    private void merge(boolean sorted) {
        while (segments > 1) {
            int made = 0;
            for (int i = 0; i < segments; i += 2) {
                int start = starts[i];
                int middle = starts[i + 1];
                if (i + 1 == segments) {
                    System.arraycopy(order, start, other, start, middle - start);
                } else if (sorted) {
                    pair(order, start, middle, starts[i + 2], other);
                } else {
                    unsortedPair(start, middle, starts[i + 2]);
                }
                starts[made++] = start;
            }
            starts[made] = starts[segments];
            segments = made;
            long[] swap = order;
            order = other;
            other = swap;
        }
    }

    private static void pair(long[] from, int start, int middle, int end, long[] to) {
        int a = start;
        int aEnd = middle;
        int b = middle;
        int bEnd = end;
        int k = start;
        int kEnd = end;
        int steps = Math.min(aEnd - a, bEnd - b);
        while (steps >= FEW) {
            // In so many steps neither end of one segment is reached, from whichever side.
            for (int i = 0; i < steps; i++) {
                long x = from[a];
                long y = from[b];
                int left = (int) (x - y >>> 63);
                to[k++] = Math.min(x, y);
                a += left;
                b += 1 - left;
                long u = from[aEnd - 1];
                long v = from[bEnd - 1];
                int right = (int) (u - v >>> 63);
                to[--kEnd] = Math.max(u, v);
                bEnd -= right;
                aEnd -= 1 - right;
            }
            steps = Math.min(aEnd - a, bEnd - b);
        }
        while (a < aEnd && b < bEnd) {
            to[k++] = from[a] < from[b] ? from[a++] : from[b++];
        }
        System.arraycopy(from, a, to, k, aEnd - a);
        k += aEnd - a;
        System.arraycopy(from, b, to, k, bEnd - b);
    }

    /** Where times fall within a segment its events keep their order, and the words tell no times. */
    private void unsortedPair(int start, int middle, int end) {
        int a = start;
        int b = middle;
        int k = start;
        while (a < middle && b < end) {
            boolean left = ts[(int) order[a] & PLACE_MASK] <= ts[(int) order[b] & PLACE_MASK];
            other[k++] = left ? order[a++] : order[b++];
        }
        System.arraycopy(order, a, other, k, middle - a);
        k += middle - a;
        System.arraycopy(order, b, other, k, end - b);
    }
}
