package dev.hindsight.replay.engine;

import dev.hindsight.replay.timeline.DueTimes;
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
    private final DueTimes pending = new DueTimes();

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

    /** An expiry is counted; without reinjection, the last one alone. */
    void expires(long dueNs) {
        if (!reinject) {
            pending.clear();
        }
        pending.add(dueNs);
    }

    /** When the expiry that an assertion is for was due, or -1 where none is counted. */
    long dueNs() {
        return pending.size() == 0 ? -1 : pending.first();
    }

    /** The guest acknowledges; returns whether the next expiry is to be asserted for that. */
    boolean acknowledges() {
        acknowledged = true;
        if (!reinject || pending.size() == 0) {
            return false;
        }
        pending.removeFirst();
        return pending.size() > 0;
    }
}
