package dev.hindsight.replay.guest;

import java.util.Arrays;

/** Longs one after another. */
final class LongRun {

    private long[] values = new long[256];
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

    long get(int index) {
        return values[index];
    }

    /** Keeps every second value. */
    void thin() {
        for (int i = 0; 2 * i < size; i++) {
            values[i] = values[2 * i];
        }
        size = (size + 1) / 2;
    }

    /** How many of the values, which must rise, are below {@code bound}. */
    int countBelow(long bound) {
        int low = 0;
        int high = size;
        while (low < high) {
            int mid = (low + high) >>> 1;
            if (values[mid] < bound) {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        return low;
    }
}
