package dev.hindsight.analyses.compare;

import java.util.Arrays;

/**
 * What the figures of one subject were computed from, in order of time: values (the quantiles' samples), or sums over
 * equal windows of the run (what a rate is made of).
 */
public final class Samples {

    private long[] values;
    private int size;

    /** None yet. */
    public Samples() {
        values = new long[64];
    }

    /** These. */
    public static Samples of(long... values) {
        Samples samples = new Samples();
        samples.values = values.clone();
        samples.size = values.length;
        return samples;
    }

    /** {@code count} zeros, to be added to. */
    static Samples windows(int count) {
        Samples samples = new Samples();
        samples.values = new long[count];
        samples.size = count;
        return samples;
    }

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    void addTo(int window, long value) {
        values[window] += value;
    }

    /** How many. */
    public int size() {
        return size;
    }

    /** One of them. */
    public long at(int index) {
        return values[index];
    }

    /** A copy. */
    public long[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
