package dev.hindsight.replay.workload;

import java.util.Arrays;

/**
 * Times that a CPU spent on something, joined where they touch or nest: on interrupts and gaps (what they steal from the
 * thread that runs there), or on any thread at all.
 */
final class StolenTime {

    private final long[][] startNs;
    private final long[][] endNs;
    /** Stolen before interval i of a CPU. */
    private final long[][] beforeNs;

    private final int[] last;

    /** Rows with a CPU below 0 are none. */
    StolenTime(int cpus, int[] cpu, long[] starts, long[] ends) {
        startNs = new long[cpus][];
        endNs = new long[cpus][];
        beforeNs = new long[cpus][];
        last = new int[cpus];
        Groups byCpu = new Groups(cpu, cpus);
        for (int c = 0; c < cpus; c++) {
            int[] rows = Arrays.copyOfRange(byCpu.row, byCpu.from[c], byCpu.from[c + 1]);
            join(c, RowOrder.take(starts, rows), RowOrder.take(ends, rows));
        }
    }

    private void join(int cpu, long[] starts, long[] ends) {
        int[] order = RowOrder.by(starts);
        long[] start = new long[order.length];
        long[] end = new long[order.length];
        int size = 0;
        for (int row : order) {
            if (ends[row] <= starts[row]) {
                continue;
            }
            if (size > 0 && starts[row] <= end[size - 1]) {
                end[size - 1] = Math.max(end[size - 1], ends[row]);
            } else {
                start[size] = starts[row];
                end[size++] = ends[row];
            }
        }
        startNs[cpu] = Arrays.copyOf(start, size);
        endNs[cpu] = Arrays.copyOf(end, size);
        beforeNs[cpu] = new long[size + 1];
        for (int i = 0; i < size; i++) {
            beforeNs[cpu][i + 1] = beforeNs[cpu][i] + end[i] - start[i];
        }
    }

    private long until(int cpu, long ns) {
        long[] starts = startNs[cpu];
        int i = last[cpu];
        // Questions come mostly in time order: look near the last answer first.
        if (i > 0 && starts[i - 1] >= ns || i < starts.length && starts[i] < ns) {
            if (i < starts.length && starts[i] < ns && (i + 1 == starts.length || starts[i + 1] >= ns)) {
                i++;
            } else {
                i = RowOrder.firstFrom(starts, 0, starts.length, ns);
            }
            last[cpu] = i;
        }
        if (i == 0) {
            return 0;
        }
        return beforeNs[cpu][i - 1] + Math.min(ns, endNs[cpu][i - 1]) - startNs[cpu][i - 1];
    }

    /** What is left of [from, to) on a CPU. */
    long left(int cpu, long from, long to) {
        return to <= from ? 0 : to - from - stolen(cpu, from, to);
    }

    /** What of [from, to) on a CPU is in the intervals. */
    long stolen(int cpu, long from, long to) {
        return cpu < 0 || cpu >= startNs.length || to <= from ? 0 : until(cpu, to) - until(cpu, from);
    }

    /** Begin of the first interval that begins in [from, to), or -1. */
    long firstBegin(int cpu, long from, long to) {
        int i = RowOrder.firstFrom(startNs[cpu], 0, startNs[cpu].length, from);
        return i < startNs[cpu].length && startNs[cpu][i] < to ? startNs[cpu][i] : -1;
    }

    /** End of the last interval that ends in (from, to], or -1. */
    long lastEnd(int cpu, long from, long to) {
        int i = RowOrder.firstFrom(startNs[cpu], 0, startNs[cpu].length, to) - 1;
        if (i >= 0 && endNs[cpu][i] > to) {
            i--;
        }
        return i >= 0 && endNs[cpu][i] > from ? endNs[cpu][i] : -1;
    }
}
