package dev.hindsight.replay.timeline;

import java.util.Arrays;

/**
 * What other CPUs did last for which they ask a CPU to reschedule by an interrupt: queued a thread there ({@code
 * sched_wakeup}), or made an interrupt pending for a vCPU that is in its guest there. Whether one did ask shows in what the
 * CPU does next.
 */
public final class RescheduleRequests {

    /** No thread: a vCPU is to leave its guest. */
    public static final int KICK = -1;

    /** Kept of a CPU; the oldest are given up. */
    private static final int KEPT = 8;

    private static final long NONE = Long.MIN_VALUE;

    private long[] ns = {};
    private int[] tid = {};
    private int[] next = {};

    /** Another CPU did such a thing for a thread, or {@link #KICK}. */
    public void add(int cpu, long tsNs, int forTid) {
        if (cpu >= next.length) {
            reserve(cpu);
        }
        int at = cpu * KEPT + next[cpu];
        next[cpu] = (next[cpu] + 1) % KEPT;
        ns[at] = tsNs;
        tid[at] = forTid;
    }

    private void reserve(int cpu) {
        int from = next.length;
        int to = Math.max(cpu + 1, 2 * from);
        next = Arrays.copyOf(next, to);
        tid = Arrays.copyOf(tid, to * KEPT);
        ns = Arrays.copyOf(ns, to * KEPT);
        Arrays.fill(ns, from * KEPT, to * KEPT, NONE);
    }

    /** The first one for a thread, or {@link #KICK}, within (fromNs, toNs); {@code Long.MIN_VALUE} where there is none. */
    long first(int cpu, long fromNs, long toNs, int forTid) {
        long first = NONE;
        if (cpu < next.length) {
            for (int at = cpu * KEPT; at < (cpu + 1) * KEPT; at++) {
                boolean within = tid[at] == forTid && ns[at] > fromNs && ns[at] < toNs;
                if (within && (first == NONE || ns[at] < first)) {
                    first = ns[at];
                }
            }
        }
        return first;
    }
}
