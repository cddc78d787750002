package dev.hindsight.queries.tally;

import java.util.Arrays;

/**
 * Who holds one CPU from the trace's first event to its last, as {@code cpu_hold.sql} tells: layers over each other, the
 * upper hides the lower.
 */
final class Holds {

    static final byte HARDIRQ = 0;
    static final byte SOFTIRQ = 1;
    static final byte GUEST = 2;
    static final byte EXIT = 3;
    static final byte HALT_POLL = 4;
    static final byte VMM = 5;
    static final byte THREAD = 6;
    static final byte IDLE = 7;
    static final byte LOST = 8;
    static final byte UNKNOWN = 9;
    static final int KINDS = 10;

    /** Owners of the layer of threads carry the priority in ten bits; this stands for none. */
    private static final int NO_PRIORITY = 1023;

    /** Added to a priority, which may be negative. */
    private static final int BIAS = 512;

    static final int ABSENT = Integer.MIN_VALUE;

    private long[] startNs = new long[1024];
    private long[] endNs = new long[1024];
    private byte[] kind = new byte[1024];
    private int[] tid = new int[1024];
    private int[] prio = new int[1024];
    private int size;

    /** Whether it is a thread's time, whatever that did. */
    static boolean isThreads(int kind) {
        return kind >= GUEST && kind <= THREAD;
    }

    static long threadOwner(int tid, int prio) {
        return tid * 1024L + (prio == ABSENT ? NO_PRIORITY : prio + BIAS);
    }

    /** @param state 0 guest, 1 exit, 2 halt_poll, 3 vmm */
    static long vcpuOwner(int tid, int state) {
        return tid * 4L + state;
    }

    /** Sweeps over the layers of a CPU. */
    static Holds of(Spans threads, Spans vcpus, Spans soft, Spans hard, Spans lost, long firstNs, long lastNs) {
        LayerCursor thread = new LayerCursor(threads);
        LayerCursor vcpu = new LayerCursor(vcpus);
        LayerCursor softirq = new LayerCursor(soft);
        LayerCursor hardirq = new LayerCursor(hard);
        LayerCursor loss = new LayerCursor(lost);
        Holds holds = new Holds();
        long at = Long.MIN_VALUE;
        while (at < lastNs) {
            long next = Math.min(
                    Math.min(Math.min(thread.nextNs(), vcpu.nextNs()), Math.min(softirq.nextNs(), hardirq.nextNs())),
                    loss.nextNs());
            long from = Math.max(at, firstNs);
            long to = Math.min(next, lastNs);
            if (from < to) {
                holds.add(from, to, thread, vcpu, softirq, hardirq, loss);
            }
            if (next == Long.MAX_VALUE) {
                break;
            }
            thread.take(next);
            vcpu.take(next);
            softirq.take(next);
            hardirq.take(next);
            loss.take(next);
            at = next;
        }
        return holds;
    }

    private void add(
            long from,
            long to,
            LayerCursor thread,
            LayerCursor vcpu,
            LayerCursor softirq,
            LayerCursor hardirq,
            LayerCursor loss) {
        int held = thread.isOn() ? (int) (thread.owner() >> 10) : -1;
        int priority = (int) (thread.owner() & NO_PRIORITY);
        byte what;
        if (hardirq.isOn()) {
            what = HARDIRQ;
        } else if (softirq.isOn()) {
            what = SOFTIRQ;
        } else if (held < 0) {
            what = loss.isOn() ? LOST : UNKNOWN;
        } else if (held == 0) {
            what = IDLE;
        } else if (!vcpu.isOn() || vcpu.owner() >> 2 != held) {
            what = THREAD;
        } else {
            what = (byte) (GUEST + (vcpu.owner() & 3));
        }
        if (size == startNs.length) {
            startNs = Arrays.copyOf(startNs, 2 * size);
            endNs = Arrays.copyOf(endNs, 2 * size);
            kind = Arrays.copyOf(kind, 2 * size);
            tid = Arrays.copyOf(tid, 2 * size);
            prio = Arrays.copyOf(prio, 2 * size);
        }
        startNs[size] = from;
        endNs[size] = to;
        kind[size] = what;
        tid[size] = held;
        prio[size++] = held >= 0 && priority != NO_PRIORITY ? priority - BIAS : ABSENT;
    }

    int size() {
        return size;
    }

    long startNs(int i) {
        return startNs[i];
    }

    long endNs(int i) {
        return endNs[i];
    }

    byte kind(int i) {
        return kind[i];
    }

    /** Thread on the CPU, under an interrupt the interrupted one; -1 where none is known. */
    int tid(int i) {
        return tid[i];
    }

    int prio(int i) {
        return prio[i];
    }
}
