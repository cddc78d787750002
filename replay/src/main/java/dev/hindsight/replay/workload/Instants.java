package dev.hindsight.replay.workload;

import java.util.Arrays;

/** What a thread does at instants of its time, in time order: steps of {@link Op} that take none. */
final class Instants {

    long[] tsNs = new long[16];
    byte[] op = new byte[16];
    long[] a = new long[16];
    int[] b = new int[16];
    int size;

    void add(long ns, byte step, long first, int second) {
        if (size == tsNs.length) {
            tsNs = Arrays.copyOf(tsNs, 2 * size);
            op = Arrays.copyOf(op, 2 * size);
            a = Arrays.copyOf(a, 2 * size);
            b = Arrays.copyOf(b, 2 * size);
        }
        tsNs[size] = ns;
        op[size] = step;
        a[size] = first;
        b[size++] = second;
    }

    void clear() {
        size = 0;
    }

    /** Wakeups, releases and edges that a thread makes in its own context. */
    void addMadeBy(int thread, Recorded of, WaitEnds waits) {
        WakeRows wakes = of.wakes;
        for (int i = wakes.byWaker.from[thread]; i < wakes.byWaker.from[thread + 1]; i++) {
            int row = wakes.byWaker.row[i];
            boolean ends = waits.how[row] == WaitEnds.BY_THREAD || waits.how[row] == WaitEnds.BEGINS;
            if (ends && wakes.tsNs[row] >= of.firstNs) {
                int held = waits.contended.of[row];
                byte step = held >= 0 ? Op.RELEASE : waits.how[row] == WaitEnds.BEGINS ? Op.FORK : Op.WAKE;
                add(wakes.tsNs[row], step, of.queueingNs(row), held >= 0 ? held : wakes.wakee[row]);
            }
        }
        EdgeRows edges = of.edges;
        for (int i = edges.byThread.from[thread]; i < edges.byThread.from[thread + 1]; i++) {
            int row = edges.byThread.row[i];
            if (edges.tsNs[row] >= of.firstNs && isOwn(of, row)) {
                add(edges.tsNs[row], Op.ASSERT, 0, of.lineOfEdge[row]);
            }
        }
    }

    /** Whether an edge is a step of the thread that ran there: raised in its context, and not by its own vCPU's timer. */
    static boolean isOwn(Recorded of, int edge) {
        EdgeRows edges = of.edges;
        int by = edges.by[edge];
        if (!edges.inTask[edge] || by < 0 || of.lineOfEdge[edge] < 0 || isOwnTimer(of, edge)) {
            return false;
        }
        int running = of.spans.at(by, edges.tsNs[edge]);
        return running >= 0 && of.spans.state[running] == SpanRows.RUNNING;
    }

    /** Whether it is of a vCPU's own timer (LAPIC, GIC, decrementer): that made it, not the thread where it was seen. */
    static boolean isOwnTimer(Recorded of, int edge) {
        EdgeRows edges = of.edges;
        return edges.source[edge].equals("lapic-timer")
                || edges.source[edge].equals("arch-timer")
                || edges.source[edge].equals("decrementer")
                || edges.source[edge].equals("lapic")
                        && edges.by[edge] == of.lines.vcpuThread()[of.lineOfEdge[edge]];
    }

    void sort() {
        int[] order = RowOrder.by(tsNs, size);
        byte[] steps = new byte[tsNs.length];
        for (int i = 0; i < size; i++) {
            steps[i] = op[order[i]];
        }
        op = steps;
        long[] ts = RowOrder.take(tsNs, order);
        long[] firsts = RowOrder.take(a, order);
        int[] seconds = RowOrder.take(b, order);
        System.arraycopy(ts, 0, tsNs, 0, size);
        System.arraycopy(firsts, 0, a, 0, size);
        System.arraycopy(seconds, 0, b, 0, size);
    }
}
