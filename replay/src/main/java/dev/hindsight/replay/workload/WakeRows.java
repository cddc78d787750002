package dev.hindsight.replay.workload;

import dev.hindsight.replay.timeline.TimelineTables;

/** Table {@code wakeup} in time order. */
final class WakeRows {

    static final byte TASK = 0;
    static final byte HARDIRQ = 1;
    static final byte SOFTIRQ = 2;

    final long[] tsNs;
    final int[] waker;
    final byte[] context;
    final int[] wakee;
    final int[] cpu;
    final int[] wakerCpu;
    final long[] enqueuedNs;
    final Groups byWakee;
    final Groups byWaker;

    WakeRows(TimelineStore store, TidIndex index, int threads, int cpus) {
        StoredTable table = new StoredTable(store, TimelineTables.WAKEUP);
        int[] order = RowOrder.by(table.longs("ts_ns"));
        tsNs = RowOrder.take(table.longs("ts_ns"), order);
        waker = RowOrder.take(index.of(table.ints("waker_tid", -1)), order);
        wakee = RowOrder.take(index.of(table.ints("wakee_tid", -1)), order);
        cpu = RowOrder.take(table.ints("cpu", -1), order);
        wakerCpu = RowOrder.take(table.ints("waker_cpu", -1), order);
        enqueuedNs = RowOrder.take(table.longs("enqueued_ns"), order);
        String[] how = table.texts("context");
        context = new byte[order.length];
        for (int i = 0; i < order.length; i++) {
            String of = how[order[i]];
            context[i] = of.equals("hardirq") ? HARDIRQ : of.equals("softirq") ? SOFTIRQ : TASK;
            if (wakerCpu[i] >= cpus) {
                wakerCpu[i] = -1;
            }
        }
        byWakee = new Groups(wakee, threads);
        byWaker = new Groups(waker, threads);
    }

    /** The wakeup of a thread at exactly a time, or -1. */
    int of(int thread, long ns) {
        int low = byWakee.from[thread];
        int high = byWakee.from[thread + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (tsNs[byWakee.row[middle]] < ns) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < byWakee.from[thread + 1] && tsNs[byWakee.row[low]] == ns ? byWakee.row[low] : -1;
    }

    /** The last wakeup of a thread in [from, to], or -1. */
    int lastOf(int thread, long from, long to) {
        int low = byWakee.from[thread];
        int high = byWakee.from[thread + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (tsNs[byWakee.row[middle]] <= to) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == byWakee.from[thread]) {
            return -1;
        }
        int row = byWakee.row[low - 1];
        return tsNs[row] >= from ? row : -1;
    }

    /** Time from the wakeup to the thread's being queued. */
    long delayNs(int row) {
        return enqueuedNs[row] == StoredTable.NULL ? 0 : Math.max(0, enqueuedNs[row] - tsNs[row]);
    }
}
