package dev.hindsight.parsers.recording;

import java.util.concurrent.atomic.AtomicLong;

/** How far a reading came, for {@link Recording#progress}. May be asked from any thread. */
public final class ReadProgress {

    private final AtomicLong done = new AtomicLong();
    private volatile long total;

    /** A reading of so many bytes begins. */
    public void begin(long bytes) {
        done.set(0);
        total = bytes;
    }

    /** Where the reading counts the bytes that are done. */
    public AtomicLong done() {
        return done;
    }

    /** The reading is at its end. */
    public void end() {
        done.set(total);
    }

    /** What is done of it, 0 to 1; 0 where there is nothing to read. */
    public double share() {
        long of = total;
        return of <= 0 ? 0 : Math.max(0, Math.min(1, (double) done.get() / of));
    }
}
