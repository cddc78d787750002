package dev.hindsight.parsers.recording;

/**
 * How a recording is read.
 *
 * @param strict whether damage ends the reading with a {@link dev.hindsight.parsers.fault.DamagedTraceException};
 *     otherwise everything readable is read and the damage is told in the warnings
 * @param peerClock whether a guest's recording is put on its host's clock, where it says how (as {@code trace-cmd
 *     report} does); otherwise its times stay the guest's own
 * @param decoders threads that decompress ahead of the reader; 0 decompresses on the reading thread
 */
public record ReadOptions(boolean strict, boolean peerClock, int decoders) {

    /** Reads what can be read, on the host's clock, with as many decoders as there are processors. */
    public static final ReadOptions DEFAULT =
            new ReadOptions(false, true, Runtime.getRuntime().availableProcessors());

    public ReadOptions {
        if (decoders < 0 || decoders > 64) {
            throw new IllegalArgumentException("0 to 64 decoders, not " + decoders);
        }
    }

    /** As this, but damage is refused. */
    public ReadOptions refusingDamage() {
        return new ReadOptions(true, peerClock, decoders);
    }

    /** As this, but with another number of threads that decompress. */
    public ReadOptions withDecoders(int threads) {
        return new ReadOptions(strict, peerClock, threads);
    }
}
