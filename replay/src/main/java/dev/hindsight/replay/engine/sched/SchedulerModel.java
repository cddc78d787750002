package dev.hindsight.replay.engine.sched;

/**
 * The numbers of a kernel's scheduler.
 *
 * @param fair algorithm of the fair class
 * @param tickNs period of the scheduler's tick, 1 s / HZ
 * @param latencyNs CFS: period in which each of a few runnable threads runs once (sched_latency_ns)
 * @param minGranularityNs CFS: shortest slice (sched_min_granularity_ns)
 * @param wakeupGranularityNs CFS: how far behind a woken thread must be to preempt (sched_wakeup_granularity_ns)
 * @param baseSliceNs EEVDF: the request of each thread (base_slice_ns)
 * @param migrationCostNs a thread that ran less than this ago is cache hot and not pulled (sched_migration_cost_ns)
 * @param newIdleCostNs a CPU whose idle times are shorter on average does not look for work when it turns idle
 * @param busyFactor how many times rarer busy CPUs balance than idle ones
 * @param scanByLoad whether a wakeup looks for fewer idle CPUs the busier the machine is (SIS_UTIL, from Linux 6.0 on)
 * @param deadlineTimer whether a deadline budget ends exactly (HRTICK_DL, off by default); else at the next tick
 * @param rtRuntimeNs real-time time per {@code rtPeriodNs} and CPU; negative: no throttling
 * @param rtPeriodNs period of real-time throttling
 * @param rrSliceNs round robin's slice
 */
public record SchedulerModel(
        Fair fair,
        long tickNs,
        long latencyNs,
        long minGranularityNs,
        long wakeupGranularityNs,
        long baseSliceNs,
        long migrationCostNs,
        long newIdleCostNs,
        int busyFactor,
        boolean scanByLoad,
        boolean deadlineTimer,
        long rtRuntimeNs,
        long rtPeriodNs,
        long rrSliceNs) {

    /** Algorithms of the fair class. */
    public enum Fair {
        /** Completely fair scheduler, before Linux 6.6. */
        CFS,
        /** Earliest eligible virtual deadline first, from Linux 6.6 on. */
        EEVDF
    }

    public SchedulerModel {
        if (tickNs <= 0
                || latencyNs <= 0
                || minGranularityNs <= 0
                || baseSliceNs <= 0
                || rtPeriodNs <= 0
                || rrSliceNs <= 0) {
            throw new IllegalArgumentException("tick, latency, granularity, slices and period must be positive");
        }
        if (wakeupGranularityNs < 0 || migrationCostNs < 0 || newIdleCostNs < 0 || busyFactor < 1) {
            throw new IllegalArgumentException("granularity and costs must not be negative, the factor at least 1");
        }
    }

    /**
     * The defaults of a kernel, as kernel/sched/{core,fair,rt,features} set them.
     *
     * @param release as {@code uname -r} says it, for instance {@code 6.1.0-18-amd64}
     * @param cpus online CPUs: granularities grow with 1 + log2 of up to 8 of them
     * @param tickNs 1 s / HZ
     */
    public static SchedulerModel ofKernel(String release, int cpus, long tickNs) {
        int factor = 1 + (31 - Integer.numberOfLeadingZeros(Math.max(1, Math.min(8, cpus))));
        return new SchedulerModel(
                atLeast(release, 6, 6) ? Fair.EEVDF : Fair.CFS,
                tickNs,
                6_000_000L * factor,
                750_000L * factor,
                1_000_000L * factor,
                750_000L * factor,
                500_000L,
                50_000L,
                atLeast(release, 5, 10) ? 16 : 32,
                atLeast(release, 6, 0),
                false,
                950_000_000L,
                1_000_000_000L,
                100_000_000L);
    }

    /** The same with another algorithm for the fair class. */
    public SchedulerModel withFair(Fair other) {
        return new SchedulerModel(
                other,
                tickNs,
                latencyNs,
                minGranularityNs,
                wakeupGranularityNs,
                baseSliceNs,
                migrationCostNs,
                newIdleCostNs,
                busyFactor,
                scanByLoad,
                deadlineTimer,
                rtRuntimeNs,
                rtPeriodNs,
                rrSliceNs);
    }

    /** The same with other bounds for real-time threads: as /proc/sys/kernel/sched_rt_{runtime,period}_us say. */
    public SchedulerModel withRealtimeBandwidth(long runtimeNs, long periodNs) {
        return new SchedulerModel(
                fair,
                tickNs,
                latencyNs,
                minGranularityNs,
                wakeupGranularityNs,
                baseSliceNs,
                migrationCostNs,
                newIdleCostNs,
                busyFactor,
                scanByLoad,
                deadlineTimer,
                runtimeNs,
                periodNs,
                rrSliceNs);
    }

    /** The same with deadline budgets that end exactly, or at ticks. */
    public SchedulerModel withDeadlineTimer(boolean exact) {
        return new SchedulerModel(
                fair,
                tickNs,
                latencyNs,
                minGranularityNs,
                wakeupGranularityNs,
                baseSliceNs,
                migrationCostNs,
                newIdleCostNs,
                busyFactor,
                scanByLoad,
                exact,
                rtRuntimeNs,
                rtPeriodNs,
                rrSliceNs);
    }

    private static boolean atLeast(String release, int major, int minor) {
        int[] version = new int[2];
        int part = 0;
        for (int i = 0; i < release.length() && part < 2; i++) {
            char c = release.charAt(i);
            if (c >= '0' && c <= '9') {
                version[part] = Math.min(9999, version[part] * 10 + (c - '0'));
            } else if (c == '.') {
                part++;
            } else {
                break;
            }
        }
        return version[0] > major || version[0] == major && version[1] >= minor;
    }
}
