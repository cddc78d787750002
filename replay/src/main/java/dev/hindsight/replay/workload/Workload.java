package dev.hindsight.replay.workload;

import java.util.List;

/**
 * A recording's demand, whole.
 *
 * @param kernel release of the recorded kernel, or null
 * @param cpus host CPUs, numbered from 0, at most 64
 * @param firstNs begin of the window: every CPU is covered from here
 * @param lastNs end of the window, exclusive
 * @param threads who needs CPU
 * @param lines virtual interrupts
 * @param pits interval timers of KVM
 * @param timers of guests
 * @param arrivals from outside
 * @param irqs kinds of host interrupt
 * @param softirqs where softirqs run
 * @param exits kinds of exit
 * @param markers names of markers, by {@code b} of {@link Op#MARK}
 * @param host costs of the host kernel
 * @param guest costs of KVM
 * @param gaps times in which a CPU did not run at all (firmware, the host below): cpu, from, to; they stay
 */
public record Workload(
        String kernel,
        int cpus,
        long firstNs,
        long lastNs,
        Threads threads,
        Lines lines,
        List<Pit> pits,
        GuestTimers timers,
        Arrivals arrivals,
        IrqKinds irqs,
        Softirqs softirqs,
        ExitReasons exits,
        List<String> markers,
        HostCosts host,
        GuestCosts guest,
        Gaps gaps) {

    /**
     * @param cpu which CPU
     * @param startNs from
     * @param endNs to, exclusive
     */
    public record Gaps(int[] cpu, long[] startNs, long[] endNs) {}
}
