package dev.hindsight.replay.engine;

import java.util.Arrays;

/**
 * What is to happen, in the order (time, sequence of its insertion): a heap of four children a node over parallel arrays.
 * The event that was taken last is read with {@link #kind}, {@link #first}, {@link #second}.
 */
final class EventQueue {

    private long[] timeNs = new long[64];
    private long[] sequence = new long[64];
    private int[] kind = new int[64];
    private int[] first = new int[64];
    private int[] second = new int[64];
    private int size;
    private long inserted;
    private int takenKind;
    private int takenFirst;
    private int takenSecond;

    void add(long atNs, int ofKind, int a, int b) {
        if (size == timeNs.length) {
            grow();
        }
        int hole = size++;
        long number = inserted++;
        while (hole > 0) {
            int parent = (hole - 1) >> 2;
            if (timeNs[parent] <= atNs) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        timeNs[hole] = atNs;
        sequence[hole] = number;
        kind[hole] = ofKind;
        first[hole] = a;
        second[hole] = b;
    }

    /** Time of the next event; {@code Long.MAX_VALUE} when none is left. */
    long nextNs() {
        return size == 0 ? Long.MAX_VALUE : timeNs[0];
    }

    /** Takes the next event out and tells its time. */
    long take() {
        long atNs = timeNs[0];
        takenKind = kind[0];
        takenFirst = first[0];
        takenSecond = second[0];
        int last = --size;
        if (last > 0) {
            sink(last);
        }
        return atNs;
    }

    /** Puts the heap's last element where the taken one was, and lets it sink. */
    private void sink(int last) {
        long atNs = timeNs[last];
        long number = sequence[last];
        int hole = 0;
        while (true) {
            int child = 4 * hole + 1;
            if (child >= last) {
                break;
            }
            int least = child;
            int end = Math.min(child + 4, last);
            for (int other = child + 1; other < end; other++) {
                if (before(other, least)) {
                    least = other;
                }
            }
            if (timeNs[least] > atNs || timeNs[least] == atNs && sequence[least] > number) {
                break;
            }
            move(least, hole);
            hole = least;
        }
        move(last, hole);
    }

    private boolean before(int one, int other) {
        return timeNs[one] < timeNs[other] || timeNs[one] == timeNs[other] && sequence[one] < sequence[other];
    }

    private void move(int from, int to) {
        timeNs[to] = timeNs[from];
        sequence[to] = sequence[from];
        kind[to] = kind[from];
        first[to] = first[from];
        second[to] = second[from];
    }

    private void grow() {
        int to = 2 * size;
        timeNs = Arrays.copyOf(timeNs, to);
        sequence = Arrays.copyOf(sequence, to);
        kind = Arrays.copyOf(kind, to);
        first = Arrays.copyOf(first, to);
        second = Arrays.copyOf(second, to);
    }

    int kind() {
        return takenKind;
    }

    int first() {
        return takenFirst;
    }

    int second() {
        return takenSecond;
    }

    int size() {
        return size;
    }
}
