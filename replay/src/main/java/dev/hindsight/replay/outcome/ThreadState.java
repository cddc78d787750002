package dev.hindsight.replay.outcome;

/** Why a thread leaves its CPU. */
public final class ThreadState {

    /** It could have gone on: preempted, yielded, throttled. */
    public static final byte RUNNABLE = 0;

    /** It waits interruptibly. */
    public static final byte SLEEPING = 1;

    /** It waits uninterruptibly. */
    public static final byte BLOCKED = 2;

    /** It is gone. */
    public static final byte DEAD = 3;

    private ThreadState() {}
}
