package dev.hindsight.parsers.ftracetext;

import java.util.Arrays;

/**
 * Heads of the events of some consecutive lines, so that lines a little out of order can be put right: the places of
 * their text are in the memory of {@link LineBytes}.
 */
final class LineWindow {

    long[] tsNs = new long[1 << 12];
    int[] cpu = new int[1 << 12];
    int[] tid = new int[1 << 12];
    short[] instance = new short[1 << 12];
    byte[] flags = new byte[1 << 12];
    byte[] preempt = new byte[1 << 12];
    byte[] kind = new byte[1 << 12];
    int[] systemStart = new int[1 << 12];
    int[] systemEnd = new int[1 << 12];
    int[] nameStart = new int[1 << 12];
    int[] nameEnd = new int[1 << 12];
    int[] argsStart = new int[1 << 12];
    int[] argsEnd = new int[1 << 12];

    /** End of lines behind the event that belong to it; {@link #argsEnd} where there are none. */
    int[] tailEnd = new int[1 << 12];

    /** Where the event's line begins in the file. */
    long[] offset = new long[1 << 12];

    /** Events lost on the CPU before this one: 0 none, -1 unknown how many. */
    long[] lost = new long[1 << 12];

    int size;

    /** Places of the events in the order of their times. */
    int[] order = new int[1 << 12];

    private long[] spare = new long[0];

    void add(EventLine line, int instanceIndex, long at, long lostBefore) {
        if (size == tsNs.length) {
            grow();
        }
        int n = size++;
        tsNs[n] = line.tsNs;
        cpu[n] = line.cpu;
        tid[n] = line.tid;
        instance[n] = (short) instanceIndex;
        flags[n] = (byte) line.flags;
        preempt[n] = (byte) line.preempt;
        kind[n] = (byte) line.kind.ordinal();
        systemStart[n] = line.systemStart;
        systemEnd[n] = line.systemEnd;
        nameStart[n] = line.nameStart;
        nameEnd[n] = line.nameEnd;
        argsStart[n] = line.argsStart;
        argsEnd[n] = line.argsEnd;
        tailEnd[n] = line.argsEnd;
        offset[n] = at;
        lost[n] = lostBefore;
    }

    private void grow() {
        int to = 2 * size;
        tsNs = Arrays.copyOf(tsNs, to);
        cpu = Arrays.copyOf(cpu, to);
        tid = Arrays.copyOf(tid, to);
        instance = Arrays.copyOf(instance, to);
        flags = Arrays.copyOf(flags, to);
        preempt = Arrays.copyOf(preempt, to);
        kind = Arrays.copyOf(kind, to);
        systemStart = Arrays.copyOf(systemStart, to);
        systemEnd = Arrays.copyOf(systemEnd, to);
        nameStart = Arrays.copyOf(nameStart, to);
        nameEnd = Arrays.copyOf(nameEnd, to);
        argsStart = Arrays.copyOf(argsStart, to);
        argsEnd = Arrays.copyOf(argsEnd, to);
        tailEnd = Arrays.copyOf(tailEnd, to);
        offset = Arrays.copyOf(offset, to);
        lost = Arrays.copyOf(lost, to);
        order = Arrays.copyOf(order, to);
    }

    /** Orders the events by time, those of the same time as they stand; tells whether they already were. */
    boolean sort() {
        boolean ordered = true;
        for (int i = 0; i < size; i++) {
            order[i] = i;
            ordered &= i == 0 || tsNs[i - 1] <= tsNs[i];
        }
        if (!ordered) {
            mergeSort();
        }
        return ordered;
    }

    private void mergeSort() {
        int[] from = Arrays.copyOf(order, size);
        int[] to = new int[size];
        for (int width = 1; width < size; width *= 2) {
            for (int start = 0; start < size; start += 2 * width) {
                int middle = Math.min(start + width, size);
                int stop = Math.min(start + 2 * width, size);
                int i = start;
                int j = middle;
                for (int k = start; k < stop; k++) {
                    boolean first = i < middle && (j >= stop || tsNs[from[i]] <= tsNs[from[j]]);
                    to[k] = first ? from[i++] : from[j++];
                }
            }
            int[] swap = from;
            from = to;
            to = swap;
        }
        System.arraycopy(from, 0, order, 0, size);
    }

    /** Bytes that the texts of the events from place {@code first} of the order on take. */
    int bytesFrom(int first) {
        int sum = 0;
        for (int i = first; i < size; i++) {
            int at = order[i];
            sum += tailEnd[at] - start(at);
        }
        return sum;
    }

    private int start(int at) {
        return systemEnd[at] > systemStart[at] ? systemStart[at] : Math.min(nameStart[at], argsStart[at]);
    }

    /** Keeps the events from place {@code first} of the order on, and moves their texts to other memory. */
    int keepFrom(int first, byte[] from, byte[] to) {
        int left = size - first;
        int used = 0;
        for (int i = first; i < size; i++) {
            int at = order[i];
            int start = start(at);
            int length = tailEnd[at] - start;
            System.arraycopy(from, start, to, used, length);
            int by = used - start;
            systemStart[at] += by;
            systemEnd[at] += by;
            nameStart[at] += by;
            nameEnd[at] += by;
            argsStart[at] += by;
            argsEnd[at] += by;
            tailEnd[at] += by;
            used += length;
        }
        permute(first, left);
        size = left;
        return used;
    }

    private void permute(int first, int left) {
        if (spare.length < left) {
            spare = new long[left];
        }
        permute(tsNs, first, left);
        permute(offset, first, left);
        permute(lost, first, left);
        for (int[] ints :
                new int[][] {cpu, tid, systemStart, systemEnd, nameStart, nameEnd, argsStart, argsEnd, tailEnd}) {
            for (int i = 0; i < left; i++) {
                spare[i] = ints[order[first + i]];
            }
            for (int i = 0; i < left; i++) {
                ints[i] = (int) spare[i];
            }
        }
        for (byte[] bytes : new byte[][] {flags, preempt, kind}) {
            for (int i = 0; i < left; i++) {
                spare[i] = bytes[order[first + i]];
            }
            for (int i = 0; i < left; i++) {
                bytes[i] = (byte) spare[i];
            }
        }
        for (int i = 0; i < left; i++) {
            spare[i] = instance[order[first + i]];
        }
        for (int i = 0; i < left; i++) {
            instance[i] = (short) spare[i];
        }
    }

    private void permute(long[] values, int first, int left) {
        for (int i = 0; i < left; i++) {
            spare[i] = values[order[first + i]];
        }
        System.arraycopy(spare, 0, values, 0, left);
    }
}
