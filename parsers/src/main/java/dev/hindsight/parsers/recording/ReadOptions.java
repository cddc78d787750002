package dev.hindsight.parsers.recording;

/**
 * How a recording is read.
 *
 * @param strict whether damage ends the reading with a {@link dev.hindsight.parsers.fault.DamagedTraceException};
 *     otherwise everything readable is read and the damage is told in the warnings
 * @param peerClock whether a guest's recording is put on its host's clock, where it says how (as {@code trace-cmd
 *     report} does); otherwise its times stay the guest's own
 * @param decoders threads that decompress ahead of the reader; 0 decompresses on the reading thread
 * @param ticks makes the host's ns of a guest's raw time stamps, where the reader of both knows better than the guest's
 *     recording; null for what the recording says. Only trace.dat has raw time stamps
 */
public record ReadOptions(boolean strict, boolean peerClock, int decoders, TickClock ticks) {

    /** Reads what can be read, on the host's clock, with as many decoders as there are processors. */
    public static final ReadOptions DEFAULT =
            new ReadOptions(false, true, Runtime.getRuntime().availableProcessors(), null);

    /** A clock that stands in for the recording's own. */
    @FunctionalInterface
    public interface TickClock {

        /**
         * The time of a raw time stamp, which must not fall on a CPU where the time stamps do not.
         *
         * @param cpu CPU of the event
         * @param ticks as the pages have it
         */
        long ns(int cpu, long ticks);
    }

    /** Without a clock that stands in for the recording's own. */
    public ReadOptions(boolean strict, boolean peerClock, int decoders) {
        this(strict, peerClock, decoders, null);
    }

    public ReadOptions {
        if (decoders < 0 || decoders > 64) {
            throw new IllegalArgumentException("0 to 64 decoders, not " + decoders);
        }
    }

    /** As this, but damage is refused. */
    public ReadOptions refusingDamage() {
        return new ReadOptions(true, peerClock, decoders, ticks);
    }

    /** As this, but with another number of threads that decompress. */
    public ReadOptions withDecoders(int threads) {
        return new ReadOptions(strict, peerClock, threads, ticks);
    }

    /** As this, but a guest's times stay its own. */
    public ReadOptions onOwnClock() {
        return new ReadOptions(strict, false, decoders, null);
    }

    /** As this, but with a clock that stands in for the recording's own. */
    public ReadOptions withTicks(TickClock clock) {
        return new ReadOptions(strict, false, decoders, clock);
    }
}
