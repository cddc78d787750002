package dev.hindsight.replay.workload;

/**
 * When CPUs did not run at all: the recorded gaps, each from the earliest time that a timer of its CPU, or its tick, was set
 * for and that only came after it. A gap begins where the recording is sure of it; a timer that was due some microseconds before and did
 * not come shows that the CPU had stopped by then, and a replay in which it came first would let another CPU run ahead. So
 * does a thread that another CPU left to it to queue, and that it queued only after.
 */
final class FrozenTimes {

    private static final long MOST_BEFORE_NS = 1_000_000;
    private static final long MOST_BEHIND_TICK_NS = 200_000;

    private FrozenTimes() {}

    static Workload.Gaps of(Recorded of) {
        int[] cpu = of.gaps.cpu();
        long[] end = of.gaps.endNs();
        long[] start = of.gaps.startNs().clone();
        for (int gap = 0; gap < cpu.length; gap++) {
            start[gap] = begin(of, cpu[gap], start[gap], end[gap]);
        }
        int[] order = RowOrder.by(start);
        return new Workload.Gaps(RowOrder.take(cpu, order), RowOrder.take(start, order), RowOrder.take(end, order));
    }

    private static long begin(Recorded of, int cpu, long startNs, long endNs) {
        ExpiryRows expiries = of.expiries;
        int to = expiries.byCpu.from[cpu + 1];
        int low = expiries.byCpu.from[cpu];
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (expiries.expiredNs[expiries.byCpu.row[middle]] < endNs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        long begin = startNs;
        for (int i = low; i < to && expiries.expiredNs[expiries.byCpu.row[i]] < endNs + MOST_BEFORE_NS; i++) {
            long due = expiries.dueNs[expiries.byCpu.row[i]];
            if (due != StoredTable.NULL && due < begin && due > startNs - MOST_BEFORE_NS) {
                begin = due;
            }
        }
        begin = Math.min(begin, asked(of, cpu, startNs, endNs));
        long tick = Math.floorDiv(startNs, of.tickNs) * of.tickNs;
        if (startNs - tick < MOST_BEHIND_TICK_NS) {
            begin = Math.min(begin, tick);
        }
        return Math.max(begin, lastServed(of, cpu, startNs));
    }

    /** The first time since the last tick that another CPU asked it to queue a thread, which it only did after the gap. */
    private static long asked(Recorded of, int cpu, long startNs, long endNs) {
        WakeRows wakes = of.wakes;
        int row = RowOrder.firstFrom(wakes.tsNs, 0, wakes.tsNs.length, startNs - of.tickNs);
        for (; row < wakes.tsNs.length && wakes.tsNs[row] < startNs; row++) {
            long queued = wakes.enqueuedNs[row];
            boolean waits = wakes.cpu[row] == cpu && queued != StoredTable.NULL && queued >= endNs;
            if (waits && queued < endNs + MOST_BEFORE_NS && of.isQueuedByTarget(row)) {
                return wakes.tsNs[row];
            }
        }
        return startNs;
    }

    /** End of the last interrupt of a CPU before a time: until then it ran. */
    private static long lastServed(Recorded of, int cpu, long ns) {
        int last = of.irqs.lastBegunBy(cpu, ns - 1);
        long end = last < of.irqs.byCpu.from[cpu] ? Long.MIN_VALUE : of.irqs.endNs[of.irqs.byCpu.row[last]];
        return end > ns ? ns : end;
    }
}
