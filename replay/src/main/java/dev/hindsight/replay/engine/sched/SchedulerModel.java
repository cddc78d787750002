package dev.hindsight.replay.engine.sched;

/**
 * The numbers of a kernel's scheduler.
 *
 * @param fair algorithm of the fair class
 * @param tickNs period of the scheduler's tick, 1 s / HZ
 * @param latencyNs CFS: period in which each of a few runnable threads runs once (sched_latency_ns)
 * @param minGranularityNs CFS: shortest slice (sched_min_granularity_ns)
 * @param wakeupGranularityNs CFS: how far a woken thread must be behind to preempt (sched_wakeup_granularity_ns)
 * @param baseSliceNs EEVDF: the request of each thread (base_slice_ns)
 * @param migrationCostNs a thread that ran less than this ago is cache hot and not pulled (sched_migration_cost_ns)
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
        if (tickNs <= 0 || latencyNs <= 0 || minGranularityNs <= 0 || baseSliceNs <= 0 || rtPeriodNs <= 0) {
            throw new IllegalArgumentException("scheduler numbers must be positive");
        }
    }

    /**
     * The defaults of a kernel.
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
