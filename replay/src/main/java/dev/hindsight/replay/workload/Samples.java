package dev.hindsight.replay.workload;

import java.util.Arrays;

/** Samples of what a path took, in the order of the recording. */
final class Samples {

    private static final int FEW = 5;

    private long[] values = new long[32];
    private int size;

    /** Negative ones are none. */
    void add(long value) {
        if (value < 0) {
            return;
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    /** Whether they are too few to tell what a path takes. */
    boolean areFew() {
        return size < FEW;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long[] toArray() {
        return Arrays.copyOf(values, size);
    }

    /** The samples, or the fallback where there are none. */
    long[] or(long... fallback) {
        return size == 0 ? fallback : toArray();
    }

    /** The usual samples; where they are but few, what the related path takes, or their median where that is less. */
    long[] orRelated(long... related) {
        if (!areFew()) {
            return usual();
        }
        return size > 0 && median() < median(related) ? new long[] {median()} : related;
    }

    /** The usual samples, others where they are but few. */
    long[] enoughOr(long[] others) {
        return areFew() ? others : usual();
    }

    /** 0 where there are none. */
    long quantile(double q) {
        if (size == 0) {
            return 0;
        }
        long[] sorted = toArray();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(size - 1, (long) (q * size))];
    }

    /** The sample that so many are below, the largest where there are no more; 0 where there are none. */
    long ranked(int below) {
        return quantile(size == 0 ? 0 : (double) below / size);
    }

    void addAll(Samples others) {
        for (int i = 0; i < others.size; i++) {
            add(others.values[i]);
        }
    }

    /** Those of at most a value. */
    Samples upTo(long limit) {
        Samples to = new Samples();
        for (int i = 0; i < size; i++) {
            if (values[i] <= limit) {
                to.add(values[i]);
            }
        }
        return to;
    }

    /** Each by so much shorter, at least 0. */
    Samples less(long by) {
        Samples to = new Samples();
        for (int i = 0; i < size; i++) {
            to.add(Math.max(0, values[i] - by));
        }
        return to;
    }

    /** Without outliers: those far above the median, which the machine below the host makes. */
    long[] usual() {
        return upTo(HostPaths.OUTLIER * Math.max(1, median())).toArray();
    }

    long median() {
        return quantile(0.5);
    }

    static long median(long[] of) {
        long[] sorted = of.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
