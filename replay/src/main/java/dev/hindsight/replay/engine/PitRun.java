package dev.hindsight.replay.engine;

/** An in-kernel interval timer while it is run: ticks not yet delivered, and its worker's state. */
final class PitRun {

    static final byte RESTS = 0;
    static final byte BEFORE_ASSERTION = 1;
    static final byte AFTER_ASSERTION = 2;
    static final byte NOTHING_TO_ASSERT = 3;

    final int line;
    final boolean reinject;
    final Samples beforeNs;
    final Samples afterNs;
    final Samples idleNs;

    /** Its worker, or null where the timer raises the line itself. */
    final ThreadRun worker;

    int pending;
    boolean acknowledged = true;
    boolean queued;
    byte stage = RESTS;

    /** Expiry that queued the work, or -1 for an acknowledgement. */
    long dueNs = -1;

    long runDueNs = -1;

    PitRun(int line, boolean reinject, ThreadRun worker, Samples beforeNs, Samples afterNs, Samples idleNs) {
        this.line = line;
        this.reinject = reinject;
        this.worker = worker;
        this.beforeNs = beforeNs;
        this.afterNs = afterNs;
        this.idleNs = idleNs;
    }
}
