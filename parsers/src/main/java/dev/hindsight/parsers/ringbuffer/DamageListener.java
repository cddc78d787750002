package dev.hindsight.parsers.ringbuffer;

/** Hears of pages that contradict their format; may throw to end the reading. */
@FunctionalInterface
public interface DamageListener {

    /**
     * Called where the rest of a page is given up.
     *
     * @param instance ring buffer
     * @param cpu whose page it is
     * @param fileOffset of the offending bytes
     */
    void damaged(int instance, int cpu, long fileOffset, String expected, String actual);
}
