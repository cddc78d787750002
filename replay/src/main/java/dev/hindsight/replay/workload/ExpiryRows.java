package dev.hindsight.replay.workload;

import dev.hindsight.replay.timeline.TimelineTables;
import java.util.HashMap;
import java.util.Map;

/** Table {@code timer_expiry}, in time order, with what the times that each timer was set for have in common. */
final class ExpiryRows {

    /** Times set by a clock on a grid are apart by the same to this; a relative wait is not. */
    private static final long GRID_SLACK_NS = 1_000;

    final int[] cpu;
    final long[] timer;
    final String[] function;
    final long[] armedNs;
    final int[] armedBy;
    final long[] dueNs;
    final long[] expiredNs;
    final long[] returnedNs;
    final Groups byCpu;

    /** Whether the timer's times are on a grid around this one: a period, not a wait from now. */
    final boolean[] onGrid;

    ExpiryRows(TimelineStore store, TidIndex index, int cpus) {
        StoredTable table = new StoredTable(store, TimelineTables.TIMER_EXPIRY);
        int[] order = RowOrder.by(table.longs("expired_ns"));
        expiredNs = RowOrder.take(table.longs("expired_ns"), order);
        returnedNs = RowOrder.take(table.longs("returned_ns"), order);
        cpu = RowOrder.take(table.ints("cpu", -1), order);
        timer = RowOrder.take(table.longs("timer"), order);
        function = RowOrder.take(table.texts("function"), order);
        armedNs = RowOrder.take(table.longs("armed_ns"), order);
        armedBy = RowOrder.take(index.of(table.ints("armed_by_tid", -1)), order);
        dueNs = RowOrder.take(table.longs("due_ns"), order);
        for (int i = 0; i < cpu.length; i++) {
            if (cpu[i] >= cpus) {
                cpu[i] = -1;
            }
            if (returnedNs[i] == StoredTable.NULL) {
                returnedNs[i] = expiredNs[i];
            }
        }
        byCpu = new Groups(cpu, cpus);
        onGrid = grids();
    }

    private boolean[] grids() {
        boolean[] grid = new boolean[timer.length];
        Map<Long, int[]> lastTwo = new HashMap<>();
        for (int i = 0; i < timer.length; i++) {
            if (dueNs[i] == StoredTable.NULL) {
                continue;
            }
            int[] last = lastTwo.computeIfAbsent(timer[i], key -> new int[] {-1, -1});
            if (last[0] >= 0 && isGrid(dueNs[last[1]] - dueNs[last[0]], dueNs[i] - dueNs[last[1]])) {
                grid[i] = true;
                grid[last[0]] = true;
                grid[last[1]] = true;
            }
            last[0] = last[1];
            last[1] = i;
        }
        return grid;
    }

    private static boolean isGrid(long one, long other) {
        long shorter = Math.min(one, other);
        long longer = Math.max(one, other);
        if (shorter <= 0) {
            return false;
        }
        long off = longer % shorter;
        return Math.min(off, shorter - off) <= Math.min(GRID_SLACK_NS, shorter / 100);
    }

    /** The expiry whose callback runs on a CPU at a time, or -1. */
    int at(int onCpu, long ns) {
        if (onCpu < 0 || onCpu >= byCpu.from.length - 1) {
            return -1;
        }
        int low = byCpu.from[onCpu];
        int high = byCpu.from[onCpu + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (expiredNs[byCpu.row[middle]] <= ns) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == byCpu.from[onCpu]) {
            return -1;
        }
        int row = byCpu.row[low - 1];
        return returnedNs[row] >= ns ? row : -1;
    }

    boolean is(int row, String name) {
        return name.equals(function[row]);
    }
}
