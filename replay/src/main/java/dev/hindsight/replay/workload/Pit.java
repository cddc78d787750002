package dev.hindsight.replay.workload;

/**
 * KVM's in-kernel interval timer as {@code arch/x86/kvm/i8254.c} has it: each expiry counts a pending tick and queues the
 * worker; the worker raises the line if the last one was acknowledged; the acknowledgement takes a pending tick and queues
 * the worker again, so that no tick is lost (reinjection).
 *
 * @param line that it feeds
 * @param worker index of the {@code kvm-pit/PID} thread, or -1 where the timer raises the line itself
 * @param reinject whether ticks that find the line unacknowledged are made up for
 * @param expired samples of the worker's stays that an expiry queued
 * @param again of those that an acknowledgement queued, while caches are warm
 * @param idleNs samples: a run of the worker that asserts nothing
 */
public record Pit(int line, int worker, boolean reinject, Stays expired, Stays again, long[] idleNs) {

    /**
     * What a stay of the worker takes that asserts the line.
     *
     * @param beforeNs samples: CPU time from its begin to the assertion
     * @param afterNs samples: from there to its sleep
     */
    public record Stays(long[] beforeNs, long[] afterNs) {}
}
