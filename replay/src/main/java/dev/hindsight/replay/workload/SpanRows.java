package dev.hindsight.replay.workload;

import dev.hindsight.replay.timeline.TimelineTables;

/** Table {@code thread_span} without idle threads, from the window's begin, per thread in time order. */
final class SpanRows {

    static final byte RUNNING = 0;
    static final byte PREEMPTED = 1;
    static final byte WOKEN = 2;
    static final byte SLEEPING = 3;
    static final byte BLOCKED = 4;

    final int[] thread;
    final int[] cpu;
    final long[] startNs;
    final long[] endNs;
    final byte[] state;
    final int[] priority;
    final Groups byThread;

    SpanRows(TimelineStore store, TidIndex index, int threads, int cpus, long firstNs) {
        StoredTable table = new StoredTable(store, TimelineTables.THREAD_SPAN);
        long[] start = table.longs("start_ns");
        int[] order = RowOrder.by(start);
        startNs = RowOrder.take(start, order);
        endNs = RowOrder.take(table.longs("end_ns"), order);
        thread = RowOrder.take(index.of(table.ints("tid", -1)), order);
        cpu = RowOrder.take(table.ints("cpu", -1), order);
        priority = RowOrder.take(table.ints("prio", -2), order);
        String[] names = table.texts("state");
        state = new byte[order.length];
        for (int i = 0; i < order.length; i++) {
            state[i] = state(names[order[i]]);
            if (cpu[i] >= cpus) {
                cpu[i] = -1;
            }
            startNs[i] = Math.max(startNs[i], firstNs);
            boolean odd = startNs[i] >= endNs[i] || state[i] == RUNNING && cpu[i] < 0;
            if (odd) {
                thread[i] = -1;
            }
        }
        byThread = new Groups(thread, threads);
    }

    /** Whether a thread waits for a CPU at any time of [from, to). */
    boolean waits(int of, long from, long to) {
        int row = to > from ? at(of, from) : -1;
        while (row >= 0) {
            if (state[row] == PREEMPTED || state[row] == WOKEN) {
                return true;
            }
            row = endNs[row] < to ? at(of, endNs[row]) : -1;
        }
        return false;
    }

    private static byte state(String name) {
        return switch (name) {
            case "running" -> RUNNING;
            case "runnable-preempted" -> PREEMPTED;
            case "runnable-woken" -> WOKEN;
            case "blocked" -> BLOCKED;
            default -> SLEEPING;
        };
    }

    /** The span of a thread that holds a time, or -1. */
    int at(int of, long ns) {
        int low = byThread.from[of];
        int high = byThread.from[of + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (startNs[byThread.row[middle]] <= ns) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == byThread.from[of]) {
            return -1;
        }
        int row = byThread.row[low - 1];
        return endNs[row] > ns ? row : -1;
    }

    /** The span of a thread that ends at a time, or -1. */
    int endingAt(int of, long ns) {
        int row = at(of, ns - 1);
        return row >= 0 && endNs[row] == ns ? row : -1;
    }

    boolean isSleep(int row) {
        return state[row] == SLEEPING || state[row] == BLOCKED;
    }
}
