package dev.hindsight.replay.timeline;

import java.util.Arrays;

/**
 * By how much the trace's clock is ahead of the kernel's monotonic one, by CPU, from events that carry a reading of the
 * latter.
 *
 * <p>The reading is older than the event, mostly by less than a microsecond; now and then by much, where an interrupt or
 * the hypervisor below came in between. The least difference of the last half to whole second is taken, in which the
 * clocks hardly drift.
 */
final class ClockDifference {

    private static final long HALF_NS = 500_000_000;

    private long[] beganNs = {};
    private long[] leastNs = {};
    private long[] leastBeforeNs = {};

    /** An event of the trace's time {@code tsNs} says that it was {@code nowNs}; the difference as known by then. */
    long told(int cpu, long tsNs, long nowNs) {
        reserve(cpu);
        long difference = tsNs - nowNs;
        if (leastNs[cpu] == Long.MAX_VALUE || tsNs - beganNs[cpu] >= 2 * HALF_NS) {
            leastBeforeNs[cpu] = Long.MAX_VALUE;
            leastNs[cpu] = difference;
            beganNs[cpu] = tsNs;
        } else if (tsNs - beganNs[cpu] >= HALF_NS) {
            leastBeforeNs[cpu] = leastNs[cpu];
            leastNs[cpu] = difference;
            beganNs[cpu] = tsNs;
        } else {
            leastNs[cpu] = Math.min(leastNs[cpu], difference);
        }
        return Math.min(leastNs[cpu], leastBeforeNs[cpu]);
    }

    private void reserve(int cpu) {
        int from = leastNs.length;
        if (cpu >= from) {
            int to = Math.max(cpu + 1, 2 * from);
            beganNs = Arrays.copyOf(beganNs, to);
            leastNs = Arrays.copyOf(leastNs, to);
            leastBeforeNs = Arrays.copyOf(leastBeforeNs, to);
            Arrays.fill(leastNs, from, to, Long.MAX_VALUE);
            Arrays.fill(leastBeforeNs, from, to, Long.MAX_VALUE);
        }
    }
}
