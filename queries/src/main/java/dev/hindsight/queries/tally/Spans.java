package dev.hindsight.queries.tally;

import java.util.Arrays;
import java.util.Comparator;

/** Spans with an owner each, sorted by their begin; those of no length are not taken. */
final class Spans {

    private long[] startNs = new long[64];
    private long[] endNs = new long[64];
    private long[] owner = new long[64];
    private int size;
    private boolean sorted = true;

    void add(long start, long end, long ownerOf) {
        if (start >= end) {
            return;
        }
        if (size == startNs.length) {
            startNs = Arrays.copyOf(startNs, 2 * size);
            endNs = Arrays.copyOf(endNs, 2 * size);
            owner = Arrays.copyOf(owner, 2 * size);
        }
        sorted &= size == 0 || startNs[size - 1] <= start;
        startNs[size] = start;
        endNs[size] = end;
        owner[size++] = ownerOf;
    }

    /** Spans come nearly sorted, an outer one behind those in it: insertion has little to move. */
    void sort() {
        if (sorted) {
            return;
        }
        for (int i = 1; i < size; i++) {
            long start = startNs[i];
            long end = endNs[i];
            long of = owner[i];
            int at = i;
            while (at > 0 && startNs[at - 1] > start) {
                startNs[at] = startNs[at - 1];
                endNs[at] = endNs[at - 1];
                owner[at] = owner[at - 1];
                at--;
            }
            startNs[at] = start;
            endNs[at] = end;
            owner[at] = of;
        }
        sorted = true;
    }

    /** The same in order of begin, where they came in any order. */
    Spans ordered() {
        if (sorted) {
            return this;
        }
        long[] order = new long[size];
        int bits = 64 - Long.numberOfLeadingZeros(size);
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (int i = 0; i < size; i++) {
            least = Math.min(least, startNs[i]);
            most = Math.max(most, startNs[i]);
        }
        if (most - least >= 0 && most - least < 1L << 63 - bits) {
            for (int i = 0; i < size; i++) {
                order[i] = startNs[i] - least << bits | i;
            }
            Arrays.sort(order);
            for (int i = 0; i < size; i++) {
                order[i] &= (1L << bits) - 1;
            }
        } else {
            Integer[] boxed = new Integer[size];
            Arrays.setAll(boxed, i -> i);
            Arrays.sort(boxed, Comparator.comparingLong(i -> startNs[i]));
            Arrays.setAll(order, i -> boxed[i]);
        }
        Spans ordered = new Spans();
        for (long i : order) {
            ordered.add(startNs[(int) i], endNs[(int) i], owner[(int) i]);
        }
        return ordered;
    }

    int size() {
        return size;
    }

    long startNs(int i) {
        return startNs[i];
    }

    long endNs(int i) {
        return endNs[i];
    }

    long owner(int i) {
        return owner[i];
    }

    /** All ends, ascending. */
    long[] ends() {
        long[] ends = Arrays.copyOf(endNs, size);
        Arrays.sort(ends);
        return ends;
    }

    /** One after the other: overlapping and touching spans as one. */
    Spans union() {
        sort();
        Spans union = new Spans();
        int i = 0;
        while (i < size) {
            long start = startNs[i];
            long end = endNs[i];
            while (++i < size && startNs[i] <= end) {
                end = Math.max(end, endNs[i]);
            }
            union.add(start, end, 0);
        }
        return union;
    }
}
