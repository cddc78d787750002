package dev.hindsight.replay.workload;

import dev.hindsight.replay.timeline.TimelineTables;

/** Table {@code irq_span}, per CPU in order of begin, the outer before the nested. */
final class IrqRows {

    final int[] cpu;
    final long[] startNs;
    final long[] endNs;
    final String[] kind;
    final int[] irq;
    final String[] name;
    final long[] selfNs;
    /** Thread that is interrupted, or that runs a softirq. */
    final int[] thread;

    final Groups byCpu;

    /** Softirqs that a thread runs as its own work: ksoftirqd, of PREEMPT_RT any. */
    final boolean[] inThread;

    IrqRows(TimelineStore store, TidIndex index, int cpus) {
        StoredTable table = new StoredTable(store, TimelineTables.IRQ_SPAN);
        long[] start = table.longs("start_ns");
        long[] end = table.longs("end_ns");
        long[] keys = new long[start.length];
        // Rows come as spans end, nested ones first: by begin, and the longer first where two begin together.
        for (int i = 0; i < keys.length; i++) {
            keys[i] = -i;
        }
        int[] backwards = RowOrder.by(keys);
        int[] byStart = RowOrder.by(RowOrder.take(start, backwards));
        int[] order = RowOrder.take(backwards, byStart);
        startNs = RowOrder.take(start, order);
        endNs = RowOrder.take(end, order);
        cpu = RowOrder.take(table.ints("cpu", -1), order);
        kind = RowOrder.take(table.texts("kind"), order);
        irq = RowOrder.take(table.ints("irq", -1), order);
        name = RowOrder.take(table.texts("name"), order);
        selfNs = RowOrder.take(table.longs("self_ns"), order);
        thread = RowOrder.take(index.of(table.ints("tid", -1)), order);
        for (int i = 0; i < cpu.length; i++) {
            if (cpu[i] >= cpus) {
                cpu[i] = -1;
            }
        }
        byCpu = new Groups(cpu, cpus);
        inThread = new boolean[cpu.length];
    }

    void findInThread(ThreadRows threads, boolean all) {
        for (int row = 0; row < inThread.length; row++) {
            inThread[row] = !isHard(row) && (all || threads.isKsoftirqd(thread[row]));
        }
    }

    /** Whether a CPU's tick was due at a timer's interrupt: the first of its kind in a period. By row. */
    boolean[] tickDue(long tickNs) {
        boolean[] due = new boolean[cpu.length];
        for (int c = 0; c + 1 < byCpu.from.length; c++) {
            long lastNs = Long.MIN_VALUE;
            for (int i = byCpu.from[c]; i < byCpu.from[c + 1]; i++) {
                int row = byCpu.row[i];
                if (isTimer(row)) {
                    due[row] = lastNs == Long.MIN_VALUE || startNs[row] / tickNs != lastNs / tickNs;
                    lastNs = startNs[row];
                }
            }
        }
        return due;
    }

    /** Place among a CPU's spans ({@link Groups#row}) of the last that begins at {@code ns} or before; below from for none. */
    int lastBegunBy(int onCpu, long ns) {
        int low = byCpu.from[onCpu];
        int high = byCpu.from[onCpu + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (startNs[byCpu.row[middle]] <= ns) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** The innermost span that holds a time on a CPU, or -1: within the last few that began before. */
    int at(int onCpu, long ns) {
        int last = onCpu < 0 || onCpu >= byCpu.from.length - 1 ? -1 : lastBegunBy(onCpu, ns);
        for (int i = last; i >= 0 && last - i < 8 && i >= byCpu.from[onCpu]; i--) {
            int row = byCpu.row[i];
            if (endNs[row] >= ns) {
                return row;
            }
        }
        return -1;
    }

    boolean isHard(int row) {
        return !kind[row].equals("softirq");
    }

    boolean isDevice(int row) {
        return kind[row].equals("hardirq") && !isTimer(row);
    }

    /** The local timer's interrupt: by name, as no architecture's kernel gives it a kind of its own. */
    boolean isTimer(int row) {
        return isHard(row) && name[row] != null && name[row].contains("timer");
    }

    /** An interrupt that one CPU sends another: made again by the engine. */
    boolean isKick(int row) {
        String of = name[row];
        return kind[row].equals("vector")
                && of != null
                && (of.startsWith("reschedule")
                        || of.startsWith("call_function")
                        || of.startsWith("ipi")
                        || of.equals("doorbell"));
    }
}
