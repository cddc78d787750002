package dev.hindsight.queries.parquet;

import java.util.Arrays;

/** Finds out whether integers have few distinct values, and gives each a code. */
final class LongDictionary {

    /** More distinct values than this are no dictionary. */
    private static final int MOST = 1 << 12;

    /** Where the first values show this many distinct ones, the rest is not looked at. */
    private static final int MOST_IN_SAMPLE = 256;

    private static final int SAMPLE = 512;
    private static final int SLOTS = MOST * 4;

    private final int[] codeByDistance = new int[MOST];
    private final long[] keys = new long[SLOTS];
    private final int[] codeBySlot = new int[SLOTS];
    private final long[] values = new long[MOST];
    private int size;

    /** Distinct values found. */
    int size() {
        return size;
    }

    /** The values by code. */
    long[] values() {
        return values;
    }

    /** Fills {@code codes} and tells whether there are few distinct values; the codes mean nothing where not. */
    boolean encode(long[] from, int count, long least, long most, int[] codes) {
        size = 0;
        long range = most - least;
        if (range >= 0 && range < MOST) {
            byDistance(from, count, least, (int) range, codes);
            return true;
        }
        Arrays.fill(codeBySlot, -1);
        int sample = Math.min(count, SAMPLE);
        return byHash(from, 0, sample, MOST_IN_SAMPLE, codes) && byHash(from, sample, count, MOST, codes);
    }

    private void byDistance(long[] from, int count, long least, int range, int[] codes) {
        Arrays.fill(codeByDistance, 0, range + 1, -1);
        for (int i = 0; i < count; i++) {
            int distance = (int) (from[i] - least);
            int code = codeByDistance[distance];
            if (code < 0) {
                code = size++;
                codeByDistance[distance] = code;
                values[code] = from[i];
            }
            codes[i] = code;
        }
    }

    private boolean byHash(long[] from, int begin, int end, int most, int[] codes) {
        for (int i = begin; i < end; i++) {
            long value = from[i];
            int slot = (int) (value * 0x9E3779B97F4A7C15L >>> 50);
            while (codeBySlot[slot] >= 0 && keys[slot] != value) {
                slot = slot + 1 & SLOTS - 1;
            }
            int code = codeBySlot[slot];
            if (code < 0) {
                if (size == most) {
                    return false;
                }
                code = size++;
                codeBySlot[slot] = code;
                keys[slot] = value;
                values[code] = value;
            }
            codes[i] = code;
        }
        return true;
    }
}
