package dev.hindsight.replay.engine.sched;

/**
 * How much of each period real-time threads may take of a CPU (sched_rt_runtime_us of sched_rt_period_us, kernel/sched/rt.c
 * without group scheduling and with RT_RUNTIME_SHARE off). What is over is looked at when a thread is charged, hence at ticks;
 * the excess counts in the next period. The period's timer runs while there is real-time work; it begins with a fresh account.
 */
final class RealtimeThrottling {

    private final long runtimeNs;
    private final long periodNs;
    private final long[] ranNs;
    private final boolean[] throttled;
    private boolean active;
    private boolean anew;
    private long expiresNs = Long.MAX_VALUE;

    RealtimeThrottling(int cpus, SchedulerModel model) {
        runtimeNs = model.rtRuntimeNs() >= model.rtPeriodNs() ? -1 : model.rtRuntimeNs();
        periodNs = model.rtPeriodNs();
        ranNs = new long[cpus];
        throttled = new boolean[cpus];
    }

    boolean throttled(int cpu) {
        return throttled[cpu];
    }

    /** There is real-time work: the period's timer runs from now on. */
    void start(long nowNs) {
        if (runtimeNs >= 0 && !active) {
            active = true;
            anew = true;
            expiresNs = nowNs;
        }
    }

    /** Charges a CPU's real-time work; true if it is throttled by that. */
    boolean charge(int cpu, long ns, long nowNs) {
        if (runtimeNs < 0) {
            return false;
        }
        ranNs[cpu] += ns;
        if (throttled[cpu] || ranNs[cpu] <= runtimeNs) {
            return false;
        }
        throttled[cpu] = true;
        start(nowNs);
        return true;
    }

    /** Deadline threads take of the same account, but are not stopped by it. */
    void chargeDeadline(int cpu, long ns) {
        if (runtimeNs >= 0 && (active || ranNs[cpu] < runtimeNs)) {
            ranNs[cpu] += ns;
        }
    }

    /** When {@link #expire} is due. */
    long nextNs() {
        return expiresNs;
    }

    /**
     * The period's timer.
     *
     * @param queued number of real-time threads of each CPU
     * @return mask of the CPUs that are no longer throttled
     */
    long expire(int[] queued, long nowNs) {
        long periods = anew ? 1 : 1 + (nowNs - expiresNs) / periodNs;
        anew = false;
        expiresNs += periods * periodNs;
        long released = 0;
        boolean busy = false;
        for (int cpu = 0; cpu < ranNs.length; cpu++) {
            if (ranNs[cpu] > 0) {
                ranNs[cpu] -= Math.min(ranNs[cpu], periods * runtimeNs);
                if (throttled[cpu] && ranNs[cpu] < runtimeNs) {
                    throttled[cpu] = false;
                    released |= 1L << cpu;
                }
            }
            busy |= ranNs[cpu] > 0 || queued[cpu] > 0;
        }
        if (!busy) {
            active = false;
            expiresNs = Long.MAX_VALUE;
        }
        return released;
    }
}
