package dev.hindsight.replay.timeline.kvm;

import java.util.Arrays;

/**
 * The states of one vCPU since it last entered the guest: kept until it enters again, since what a stay in KVM was
 * (polling, exit handling) is told only at the end of it.
 */
final class VcpuTrack {

    static final byte UNKNOWN = 0;
    static final byte GUEST = 1;
    static final byte EXIT = 2;
    static final byte HALT_POLL = 3;
    static final byte HALTED = 4;
    static final byte PREEMPTED = 5;
    static final byte VMM = 6;

    /** A vCPU that never enters again must not fill the heap. */
    private static final int MOST_PIECES = 4096;

    byte state = UNKNOWN;
    long sinceNs;
    int cpu;

    /** In the monitor's user code, on a CPU or not. */
    boolean inMonitor;

    /** In a {@code KVM_RUN} or known to be in the monitor: what switching in means is known. */
    boolean contextKnown;

    /** Entered the guest since the last exit. */
    boolean entered;

    /** Time of the last event that told something of this vCPU. */
    long lastSeenNs;

    /** Time of the last event that its thread made in KVM, outside of the guest. */
    long inKvmNs = Long.MIN_VALUE;

    int pieces;
    long[] startNs = new long[16];
    long[] endNs = new long[16];
    int[] cpus = new int[16];
    byte[] states = new byte[16];

    /** Ends the state at a moment and begins another. */
    void change(long tsNs, byte to, int toCpu) {
        if (state == to && cpu == toCpu) {
            return;
        }
        close(tsNs);
        state = to;
        sinceNs = tsNs;
        cpu = toCpu;
    }

    /** Ends the state at a moment; nothing is known from then on. */
    void close(long tsNs) {
        if (state != UNKNOWN && tsNs > sinceNs) {
            push(sinceNs, tsNs, cpu, state);
        }
        state = UNKNOWN;
    }

    /** Forgets what the vCPU did since the last change: it turned out to be a mixture. */
    void drop() {
        state = UNKNOWN;
    }

    /** Whether pieces must be written before more are kept. */
    boolean isFull() {
        return pieces >= MOST_PIECES;
    }

    private void push(long start, long end, int on, byte what) {
        if (pieces == states.length) {
            int to = 2 * pieces;
            startNs = Arrays.copyOf(startNs, to);
            endNs = Arrays.copyOf(endNs, to);
            cpus = Arrays.copyOf(cpus, to);
            states = Arrays.copyOf(states, to);
        }
        startNs[pieces] = start;
        endNs[pieces] = end;
        cpus[pieces] = on;
        states[pieces] = what;
        pieces++;
    }

    /** The first moment at or after {@code from} at which the vCPU was asleep in the kernel; {@code else} at latest. */
    long firstHaltNs(long from, long latest) {
        for (int i = 0; i < pieces; i++) {
            if (states[i] == HALTED && startNs[i] >= from && startNs[i] < latest) {
                return startNs[i];
            }
        }
        return latest;
    }

    /** Makes halt polling of the exit handling within [from, to); returns how long that is. */
    long markPolling(long from, long to) {
        long polledNs = 0;
        int before = pieces;
        for (int i = 0; i < before; i++) {
            long start = Math.max(from, startNs[i]);
            long end = Math.min(to, endNs[i]);
            if (states[i] != EXIT || start >= end) {
                continue;
            }
            polledNs += end - start;
            long wholeEnd = endNs[i];
            if (start == startNs[i]) {
                states[i] = HALT_POLL;
                endNs[i] = end;
            } else {
                endNs[i] = start;
                insert(i + 1, start, end, cpus[i], HALT_POLL);
                before++;
                i++;
            }
            if (end < wholeEnd) {
                insert(i + 1, end, wholeEnd, cpus[i], EXIT);
                before++;
                i++;
            }
        }
        return polledNs;
    }

    private void insert(int at, long start, long end, int on, byte what) {
        push(start, end, on, what);
        for (int i = pieces - 1; i > at; i--) {
            swap(i, i - 1);
        }
    }

    private void swap(int a, int b) {
        long start = startNs[a];
        long end = endNs[a];
        int on = cpus[a];
        byte what = states[a];
        startNs[a] = startNs[b];
        endNs[a] = endNs[b];
        cpus[a] = cpus[b];
        states[a] = states[b];
        startNs[b] = start;
        endNs[b] = end;
        cpus[b] = on;
        states[b] = what;
    }
}
