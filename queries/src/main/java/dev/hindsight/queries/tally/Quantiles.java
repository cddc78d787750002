package dev.hindsight.queries.tally;

import java.util.Arrays;

/** Exact quantiles, interpolated and rounded as the figures have them. */
final class Quantiles {

    private long[] values = new long[64];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    /** To be called before the others. */
    void sort() {
        Arrays.sort(values, 0, size);
    }

    /** An interpolated quantile, null of nothing. */
    Double exact(double q) {
        if (size == 0) {
            return null;
        }
        double at = q * (size - 1);
        int below = (int) Math.floor(at);
        int above = (int) Math.ceil(at);
        double low = values[below];
        return below == above ? (Double) low : (Double) (low + (at - below) * (values[above] - low));
    }

    /** The same in whole ns. */
    Long rounded(double q) {
        Double exact = exact(q);
        return exact == null ? null : (Long) Math.round(exact);
    }

    Long max() {
        return size == 0 ? null : (Long) values[size - 1];
    }

    /** How many are longer. */
    long over(double limit) {
        long over = 0;
        for (int i = 0; i < size; i++) {
            over += values[i] > limit ? 1 : 0;
        }
        return over;
    }
}
