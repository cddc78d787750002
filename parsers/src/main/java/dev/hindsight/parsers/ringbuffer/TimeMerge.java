package dev.hindsight.parsers.ringbuffer;

import java.util.Arrays;

/**
 * Merges what the CPUs have decoded by time, as far as no CPU can have an earlier event to come: up to the last event of
 * the batch that ends first. Ties go by the order of the CPUs, then of their buffers.
 *
 * <p>The segments of the CPUs are copied beside one another and merged in pairs, without a branch that depends on the
 * times.
 */
final class TimeMerge {

    private final CpuPages[] cpus;

    /** Merged events of the window: times, and where each stands in the arrays below. */
    long[] ts;

    int[] place;

    /** Unmerged: records with their lengths, types, and the CPU as a place in the list of CPUs. */
    final long[] record;

    final int[] type;
    final int[] source;

    private long[] otherTs;
    private int[] otherPlace;
    private int[] starts = new int[16];
    private int segments;

    TimeMerge(CpuPages[] cpus, int batch) {
        this.cpus = cpus;
        int most = Math.max(1, cpus.length * batch);
        ts = new long[most];
        place = new int[most];
        otherTs = new long[most];
        otherPlace = new int[most];
        record = new long[most];
        type = new int[most];
        source = new int[most];
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
        int first = 0;
        long limit = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            CpuPages c = cpus[live[i]];
            long last = c.ts[c.count - 1];
            if (i == 0 || last < limit) {
                limit = last;
                first = i;
            }
        }
        int n = 0;
        segments = 0;
        for (int i = 0; i < count; i++) {
            CpuPages c = cpus[live[i]];
            int end = i == first ? c.count : i < first ? c.countUpTo(limit) : c.countBelow(limit);
            int size = end - c.at;
            if (size > 0) {
                copy(c, live[i], size, n);
                starts[segments++] = n;
                n += size;
                c.at = end;
            }
        }
        starts[segments] = n;
        merge();
        return n;
    }

    private void copy(CpuPages c, int lane, int size, int to) {
        System.arraycopy(c.ts, c.at, ts, to, size);
        System.arraycopy(c.record, c.at, record, to, size);
        System.arraycopy(c.type, c.at, type, to, size);
        Arrays.fill(source, to, to + size, lane);
        for (int i = to; i < to + size; i++) {
            place[i] = i;
        }
    }

    private void merge() {
        while (segments > 1) {
            int made = 0;
            for (int i = 0; i < segments; i += 2) {
                int start = starts[i];
                int middle = starts[i + 1];
                if (i + 1 == segments) {
                    System.arraycopy(ts, start, otherTs, start, middle - start);
                    System.arraycopy(place, start, otherPlace, start, middle - start);
                } else {
                    pair(ts, place, start, middle, starts[i + 2], otherTs, otherPlace);
                }
                starts[made++] = start;
            }
            starts[made] = starts[segments];
            segments = made;
            long[] swapTs = ts;
            ts = otherTs;
            otherTs = swapTs;
            int[] swapPlace = place;
            place = otherPlace;
            otherPlace = swapPlace;
        }
    }

    private static void pair(long[] ts, int[] place, int start, int middle, int end, long[] toTs, int[] toPlace) {
        int a = start;
        int b = middle;
        int k = start;
        while (a < middle && b < end) {
            long x = ts[a];
            long y = ts[b];
            boolean left = x <= y;
            toTs[k] = left ? x : y;
            toPlace[k] = place[left ? a : b];
            int step = left ? 1 : 0;
            a += step;
            b += 1 - step;
            k++;
        }
        System.arraycopy(ts, a, toTs, k, middle - a);
        System.arraycopy(place, a, toPlace, k, middle - a);
        k += middle - a;
        System.arraycopy(ts, b, toTs, k, end - b);
        System.arraycopy(place, b, toPlace, k, end - b);
    }
}
