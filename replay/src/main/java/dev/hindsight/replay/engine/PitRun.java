package dev.hindsight.replay.engine;

import dev.hindsight.replay.workload.Pit;

/** An in-kernel interval timer while it is run: ticks not yet delivered, and its worker's state. */
final class PitRun {

    static final byte RESTS = 0;
    static final byte BEFORE_ASSERTION = 1;
    static final byte AFTER_ASSERTION = 2;
    static final byte NOTHING_TO_ASSERT = 3;

    final int line;
    final boolean reinject;
    final Stays expired;
    final Stays again;
    final Samples idleNs;

    /** Its worker, or null where the timer raises the line itself. */
    final ThreadRun worker;

    /** Expiries that no acknowledgement has taken. */
    int pending;

    /** Of those that were not asserted yet, when they were due, in that order. */
    private long[] dueNs = new long[4];

    private int firstDue;
    private int dues;

    boolean acknowledged = true;
    boolean queued;
    byte stage = RESTS;

    /** Whether an acknowledgement queued the work. */
    boolean queuedAgain;

    /** What the worker's run takes, and which expiry it asserts. */
    Stays run;

    long runDueNs = -1;

    /** What the worker takes before and after an assertion. */
    record Stays(Samples beforeNs, Samples afterNs) {

        static Stays of(Pit.Stays recorded, double factor) {
            return new Stays(new Samples(recorded.beforeNs(), factor), new Samples(recorded.afterNs(), factor));
        }
    }

    PitRun(Pit of, ThreadRun worker, double factor) {
        line = of.line();
        reinject = of.reinject();
        this.worker = worker;
        expired = Stays.of(of.expired(), factor);
        again = Stays.of(of.again(), factor);
        idleNs = new Samples(of.idleNs(), factor);
    }

    /** An expiry waits for its assertion; without reinjection, the last one alone. */
    void expires(long ns) {
        if (!reinject) {
            dues = 0;
        }
        if (dues == dueNs.length) {
            long[] larger = new long[2 * dues];
            for (int i = 0; i < dues; i++) {
                larger[i] = dueNs[(firstDue + i) & (dues - 1)];
            }
            dueNs = larger;
            firstDue = 0;
        }
        dueNs[(firstDue + dues++) & (dueNs.length - 1)] = ns;
    }

    /** Takes the expiry that an assertion is for: when it was due, or -1 where none waits. */
    long asserts() {
        if (dues == 0) {
            return -1;
        }
        long ns = dueNs[firstDue];
        firstDue = (firstDue + 1) & (dueNs.length - 1);
        dues--;
        return ns;
    }
}
