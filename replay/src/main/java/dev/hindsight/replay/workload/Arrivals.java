package dev.hindsight.replay.workload;

/**
 * Interrupts from outside and timers that nothing in the recording moves, in time order.
 *
 * @param dueNs when the device raised it or the timer is due, absolute
 * @param irq index in {@link IrqKinds}
 * @param cpu that took it in the recording
 * @param follows index of the thread on whose last CPU it fires (a vCPU's timer moves with it), or -1
 * @param wakes index of the thread that it wakes, or -1
 * @param line index of the line that it raises an edge on, or -1
 * @param pit index of the {@link Pit} whose timer it is, or -1
 */
public record Arrivals(long[] dueNs, int[] irq, int[] cpu, int[] follows, int[] wakes, int[] line, int[] pit) {

    /** How many. */
    public int size() {
        return dueNs.length;
    }
}
