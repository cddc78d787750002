package dev.hindsight.replay.engine;

/**
 * Recorded durations of one path, taken in the order of the recording and round again: their spread and order stay, and
 * the same input gives the same output.
 */
final class Samples {

    private final long[] ns;
    private final double scale;
    private int next;

    /**
     * @param ns at least one, in the order of the recording
     * @param scale what each is multiplied with
     */
    Samples(long[] ns, double scale) {
        if (ns.length == 0) {
            throw new IllegalArgumentException("no sample");
        }
        this.ns = ns;
        this.scale = scale;
    }

    long next() {
        long value = ns[next];
        next = next + 1 == ns.length ? 0 : next + 1;
        return scale == 1 ? value : Math.round(value * scale);
    }
}
