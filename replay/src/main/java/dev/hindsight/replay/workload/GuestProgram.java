package dev.hindsight.replay.workload;

/**
 * What the guest on a vCPU does: at start, at each delivery of an interrupt, and when it has nothing to do.
 *
 * <p>The k-th delivery on a line takes the k-th response recorded on it. Its <em>handler</em> runs at once, with further
 * interrupts held off, up to its end of interrupt (ACK) and the entry after it; the <em>work</em> that it gave the guest
 * is appended to what the guest has to do outside of handlers. With nothing left to do the guest is idle.
 *
 * <p>Where the recording shows no interrupts of a guest (other architectures), all of it is the start, with the waits of
 * its thread in it. Waits also come where the monitor sleeps while it handles an exit.
 *
 * @param ops {@link Op#GUEST}, {@link Op#VM_EXIT}, {@link Op#COMPUTE} ... of all responses and of the start
 * @param startTo ops [0, startTo) are what the guest had to do before the first delivery
 * @param line of response r, index in {@link Lines}
 * @param handlerFrom of response r: its handler is ops [handlerFrom, handlerTo)
 * @param workFrom of response r: its work is ops [workFrom, workTo), empty for none
 * @param idle what an idle guest does
 * @param haltOps with {@link Idle#HALT}: the ops of one halt, up to and with {@link Op#HALT}, median costs
 * @param busy whether a guest that spins without any detector is taken for busy: it then never is idle
 */
public record GuestProgram(
        Program ops,
        int startTo,
        int[] line,
        int[] handlerFrom,
        int[] handlerTo,
        int[] workFrom,
        int[] workTo,
        Idle idle,
        Program haltOps,
        boolean busy) {

    /** What an idle guest does. */
    public enum Idle {
        /** Leaves the CPU to the host: HLT, WFI, ceded. */
        HALT,
        /** Runs its idle loop. */
        SPIN
    }

    /** The same steps with other lengths. */
    public GuestProgram with(Program otherOps, Program otherHaltOps) {
        return new GuestProgram(
                otherOps, startTo, line, handlerFrom, handlerTo, workFrom, workTo, idle, otherHaltOps, busy);
    }

    /** Responses recorded. */
    public int responses() {
        return line.length;
    }
}
