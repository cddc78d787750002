package dev.hindsight.replay.workload;

import java.util.List;

/**
 * Kinds of host interrupt that the workload makes: devices' and timers'. Each costs the CPU that takes it.
 *
 * @param kind {@code hardirq} or {@code vector}
 * @param irq number or vector
 * @param name as in {@code irq_span}
 * @param cpus mask of the CPUs that took it in the recording
 * @param movable whether its CPU can be chosen (a device's; a timer fires where it was armed)
 * @param beforeNs median time from its begin to the wakeup or assertion that it makes
 * @param afterNs median time from there to its end
 * @param softirq number of the softirq that it raised, -1 for none
 * @param softirqNs median time of that softirq, 0 for none
 */
public record IrqKinds(
        List<String> kind,
        int[] irq,
        List<String> name,
        long[] cpus,
        boolean[] movable,
        long[] beforeNs,
        long[] afterNs,
        int[] softirq,
        long[] softirqNs) {

    /** How many. */
    public int size() {
        return irq.length;
    }
}
