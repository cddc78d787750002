package dev.hindsight.replay.workload;

/**
 * The steps of a {@link Program}. Each has an operand {@code a} (long) and {@code b} (int); those not named are 0.
 *
 * <p>Time between ops passes only in {@link #COMPUTE}, {@link #GUEST} and the waits; the others happen at an instant.
 */
public final class Op {

    /** The thread needs {@code a} ns of CPU in the host (user or kernel; for a vCPU: handling an exit). */
    public static final byte COMPUTE = 0;

    /** The vCPU needs {@code a} ns in the guest; beginning it is an entry. */
    public static final byte GUEST = 1;

    /** The vCPU leaves the guest by itself; {@code b}: index in {@link ExitReasons}; {@code a}: guest rip. */
    public static final byte VM_EXIT = 2;

    /** Wakes thread {@code b} (index); {@code a}: delay in ns after which the wakee is queued (sched_wakeup). */
    public static final byte WAKE = 3;

    /** Raises an edge on line {@code b}, see {@link Lines}. */
    public static final byte ASSERT = 4;

    /** The guest acknowledges or ends line {@code b}: the next edge can be delivered. */
    public static final byte ACK = 5;

    /**
     * First sign of the guest's handler of line {@code b} (the handled time); {@code a}: 1 pio, 2 ack, 3 eoi, 4 marker,
     * 5 msr, 6 mmio, 7 hypercall, 8 instruction, 9 guest.
     */
    public static final byte HANDLED = 6;

    /** A marker of kind {@code b} with value {@code a}. */
    public static final byte MARK = 7;

    /** Sleeps until woken by a {@link #WAKE} (one that came before it began ends it at once); {@code b}: 1 uninterruptible. */
    public static final byte WAIT_WOKEN = 8;

    /**
     * Sleeps {@code a} ns from its begin: a device's answer, a relative timer, or a wait whose end nobody explains. {@code
     * b}: index in {@link IrqKinds} of the interrupt that ends it, or -1 for none (its cost is part of the ticks').
     */
    public static final byte WAIT_FOR = 9;

    /** Sleeps until {@code a}, absolute ns; no wait where that has passed. {@code b} as in {@link #WAIT_FOR}. */
    public static final byte WAIT_UNTIL = 10;

    /** The recording shows the thread with kernel priority {@code a} (0..139) from here on. */
    public static final byte SET_PRIORITY = 11;

    /** Creates (fork) thread {@code b}: it becomes runnable here. */
    public static final byte FORK = 12;

    /** The thread is gone. */
    public static final byte END = 13;

    /** The vCPU blocks in KVM until an interrupt is pending for it (HLT, WFI); woken by injection, not by a {@link #WAKE}. */
    public static final byte HALT = 14;

    /** The vCPU's thread goes to the monitor's user code ({@code b} 1) or comes back ({@code b} 0). */
    public static final byte VMM = 15;

    /** The guest has nothing to do from here on ({@code b} 1), or has again ({@code b} 0): told by its own recording. */
    public static final byte GUEST_TURNS = 16;

    /** The thread takes what contended wait {@code b} is for, see {@link #WAIT_HELD}. */
    public static final byte HOLD = 17;

    /** It releases that; {@code a}: delay in ns after which the waiter, if it waits, is queued. */
    public static final byte RELEASE = 18;

    /** Sleeps until contended wait {@code b} is released; no wait where nobody holds it (not yet, or no more). */
    public static final byte WAIT_HELD = 19;

    private Op() {}
}
