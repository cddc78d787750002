package dev.hindsight.replay.workload;

import dev.hindsight.replay.timeline.TimelineTables;

/** Table {@code virq_edge} in time order. */
final class EdgeRows {

    final long[] tsNs;
    final String[] vm;
    final int[] vcpu;
    final String[] source;
    final int[] irq;
    final int[] by;
    final int[] cpu;
    final boolean[] inTask;
    final Groups byThread;

    EdgeRows(TimelineStore store, TidIndex index, int threads, int cpus) {
        StoredTable table = new StoredTable(store, TimelineTables.VIRQ_EDGE);
        int[] order = RowOrder.by(table.longs("ts_ns"));
        tsNs = RowOrder.take(table.longs("ts_ns"), order);
        vm = RowOrder.take(table.texts("vm"), order);
        vcpu = RowOrder.take(table.ints("vcpu", -1), order);
        source = RowOrder.take(table.texts("source"), order);
        irq = RowOrder.take(table.ints("irq", -1), order);
        by = RowOrder.take(index.of(table.ints("by_tid", -1)), order);
        cpu = RowOrder.take(table.ints("cpu", -1), order);
        String[] context = table.texts("context");
        inTask = new boolean[order.length];
        for (int i = 0; i < order.length; i++) {
            inTask[i] = context[order[i]].equals("task");
            if (cpu[i] >= cpus) {
                cpu[i] = -1;
            }
        }
        byThread = new Groups(by, threads);
    }
}
