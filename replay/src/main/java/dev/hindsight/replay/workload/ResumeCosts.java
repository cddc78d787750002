package dev.hindsight.replay.workload;

/**
 * From the switch to a vCPU that was preempted in KVM to its entry, samples as in {@link GuestCosts}. The way is longer where
 * another process had the CPU meanwhile: its memory is mapped, and caches are its own. Threads of the kernel leave the last
 * process's memory mapped.
 *
 * @param keptNs only threads of the kernel ran on the CPU since; no injection
 * @param keptInjectNs the same with an injection
 * @param otherNs another process ran there, or the vCPU comes from another CPU; no injection
 * @param otherInjectNs the same with an injection
 * @param longAwayNs the vCPU was off the CPU for {@link #LONG_AWAY_NS} or more, whoever ran: with an injection or without
 */
public record ResumeCosts(long[] keptNs, long[] keptInjectNs, long[] otherNs, long[] otherInjectNs, long[] longAwayNs) {

    /** Longer than a turn of the scheduler: RT throttling, or many before it. Nothing in the caches is the vCPU's then. */
    public static final long LONG_AWAY_NS = 10_000_000;

    /** Of a machine where who ran meanwhile, and for how long, makes no difference. */
    public static ResumeCosts alike(long[] ns, long[] injectNs) {
        return new ResumeCosts(ns, injectNs, ns, injectNs, injectNs);
    }
}
