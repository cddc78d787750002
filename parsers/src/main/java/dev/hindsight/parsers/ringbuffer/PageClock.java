package dev.hindsight.parsers.ringbuffer;

/** Turns the time stamps of ring-buffer pages into ns. */
public interface PageClock {

    /** Whether time stamps are ns already, so that nothing needs be done. */
    boolean isIdentity();

    /** Converts the first {@code count} time stamps of events of {@code cpu} in place. */
    void toNs(int cpu, long[] ts, int count);
}
