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

    /**
     * Begins with the events of another window from place {@code first} of its order on, which stays as it is, and copies their
     * texts to other memory; tells how many bytes they take there.
     */
    int keepFrom(LineWindow other, int first, byte[] from, byte[] to) {
        size = 0;
        int used = 0;
        for (int i = first; i < other.size; i++) {
            int at = other.order[i];
            int start = other.start(at);
            int length = other.tailEnd[at] - start;
            System.arraycopy(from, start, to, used, length);
            int by = used - start;
            used += length;
            if (size == tsNs.length) {
                grow();
            }
            int n = size++;
            tsNs[n] = other.tsNs[at];
            cpu[n] = other.cpu[at];
            tid[n] = other.tid[at];
            instance[n] = other.instance[at];
            flags[n] = other.flags[at];
            preempt[n] = other.preempt[at];
            kind[n] = other.kind[at];
            systemStart[n] = other.systemStart[at] + by;
            systemEnd[n] = other.systemEnd[at] + by;
            nameStart[n] = other.nameStart[at] + by;
            nameEnd[n] = other.nameEnd[at] + by;
            argsStart[n] = other.argsStart[at] + by;
            argsEnd[n] = other.argsEnd[at] + by;
            tailEnd[n] = other.tailEnd[at] + by;
            offset[n] = other.offset[at];
            lost[n] = other.lost[at];
        }
        return used;
    }
}
