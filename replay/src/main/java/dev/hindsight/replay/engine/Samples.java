package dev.hindsight.replay.engine;

import java.util.Arrays;

/**
 * Recorded durations of one path, taken in the order of the recording and round again: their spread and order stay, and
 * the same input gives the same output.
 */
final class Samples {

    private final long[] ns;
    private int next;

    /**
     * @param ns at least one, in the order of the recording
     * @param factor on what is usual of each, as {@link PathFactors#scaled} has it
     */
    Samples(long[] ns, double factor) {
        if (ns.length == 0) {
            throw new IllegalArgumentException("no sample");
        }
        this.ns = factor == 1 ? ns : scaled(ns, factor);
    }

    long next() {
        long value = ns[next];
        next = next + 1 == ns.length ? 0 : next + 1;
        return value;
    }

    private static long[] scaled(long[] ns, double factor) {
        long usualNs = median(ns);
        long[] to = new long[ns.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = PathFactors.scaled(ns[i], factor, usualNs);
        }
        return to;
    }

    static long median(long[] ns) {
        long[] sorted = ns.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
