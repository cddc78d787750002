package dev.hindsight.replay.bound;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Spans of one kind on one CPU in parallel arrays, with a number and a rank each. */
final class Spans {

    long[] startNs = new long[64];
    long[] endNs = new long[64];
    int[] number = new int[64];
    int[] rank = new int[64];
    int size;

    /** Once merged: the length of all spans before each. */
    private long[] beforeNs;

    void add(long fromNs, long toNs, int n, int r) {
        if (size == startNs.length) {
            startNs = Arrays.copyOf(startNs, 2 * size);
            endNs = Arrays.copyOf(endNs, 2 * size);
            number = Arrays.copyOf(number, 2 * size);
            rank = Arrays.copyOf(rank, 2 * size);
        }
        startNs[size] = fromNs;
        endNs[size] = toNs;
        number[size] = n;
        rank[size++] = r;
    }

    /** By start, or by end; tables have them in one of these orders mostly, and then nothing moves. */
    void sortBy(boolean start) {
        long[] key = start ? startNs : endNs;
        boolean sorted = true;
        for (int i = 1; i < size && sorted; i++) {
            sorted = key[i - 1] <= key[i];
        }
        if (sorted) {
            return;
        }
        int[] order = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingLong(i -> key[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        startNs = longs(startNs, order);
        endNs = longs(endNs, order);
        number = ints(number, order);
        rank = ints(rank, order);
    }

    private static long[] longs(long[] of, int[] order) {
        long[] sorted = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            sorted[i] = of[order[i]];
        }
        return sorted;
    }

    private static int[] ints(int[] of, int[] order) {
        int[] sorted = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            sorted[i] = of[order[i]];
        }
        return sorted;
    }

    /** The first span that starts at or after {@code ns}; sorted by start. */
    int firstFrom(long ns) {
        int i = Arrays.binarySearch(startNs, 0, size, ns);
        return firstOf(startNs, i, ns);
    }

    /** The first span that ends at or after {@code ns}; sorted by end. */
    int firstTo(long ns) {
        int i = Arrays.binarySearch(endNs, 0, size, ns);
        return firstOf(endNs, i, ns);
    }

    private static int firstOf(long[] key, int found, long ns) {
        int i = found < 0 ? -found - 1 : found;
        while (i > 0 && key[i - 1] == ns) {
            i--;
        }
        return i;
    }

    /** Joins spans that overlap or touch; sorted by start before and after. */
    void merge() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (kept > 0 && startNs[i] <= endNs[kept - 1]) {
                endNs[kept - 1] = Math.max(endNs[kept - 1], endNs[i]);
            } else {
                startNs[kept] = startNs[i];
                endNs[kept++] = endNs[i];
            }
        }
        size = kept;
        beforeNs = new long[size + 1];
        for (int i = 0; i < size; i++) {
            beforeNs[i + 1] = beforeNs[i] + endNs[i] - startNs[i];
        }
    }

    /** How much of [{@code fromNs}, {@code toNs}) the merged spans cover. */
    long within(long fromNs, long toNs) {
        return until(toNs) - until(fromNs);
    }

    private long until(long ns) {
        int i = firstFrom(ns);
        return i == 0 ? 0 : beforeNs[i] - Math.max(0, endNs[i - 1] - ns);
    }

    /** How much the merged spans cover of any window of this length: such a window begins or ends with a span. */
    long mostWithin(long windowNs) {
        long most = 0;
        for (int i = 0; i < size; i++) {
            most = Math.max(most, within(startNs[i], startNs[i] + windowNs));
            most = Math.max(most, within(endNs[i] - windowNs, endNs[i]));
        }
        return most;
    }
}
