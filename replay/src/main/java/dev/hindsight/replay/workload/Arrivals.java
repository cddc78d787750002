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
 * @param afterNs of a guest's own timer: from the entry that handled the one before, where the guest armed it, to its due,
 *     or of a relative one, from the due of the one before; -1 for one that coalesced
 * @param passedOver of a guest's own timer with a period, what the guest left out: {@link #NONE_BEFORE}, {@link
 *     #OTHERS_BEFORE}, {@link #DUE_BEFORE}
 */
public record Arrivals(
        long[] dueNs,
        int[] irq,
        int[] cpu,
        int[] follows,
        int[] wakes,
        int[] line,
        int[] pit,
        long[] afterNs,
        byte[] passedOver) {

    /** As the guest set it, or no guest's timer. */
    public static final byte NONE_BEFORE = 0;

    /** The guest got no CPU to set the timer for what would have been due before. */
    public static final byte OTHERS_BEFORE = 1;

    /** Due when the vCPU had no CPU, nobody knows since when: its time is that at which the vCPU got one. */
    public static final byte DUE_BEFORE = 2;

    /** How many. */
    public int size() {
        return dueNs.length;
    }
}
