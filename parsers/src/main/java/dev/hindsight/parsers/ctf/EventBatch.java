package dev.hindsight.parsers.ctf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Events of all streams in the order of time, not yet in columns: what is the same for all, and the bytes behind their
 * headers, copied, so that the streams may go on meanwhile. Used again and again.
 */
final class EventBatch {

    /** Most events. */
    static final int CAPACITY = 1 << 15;

    /** Bytes after which a batch ends; one event may pass it. */
    private static final int MOST_BYTES = 2 << 20;

    /** Bytes behind the last event that may be read in one go with it. */
    private static final int SLACK = 8;

    int size;
    final long[] tsNs = new long[CAPACITY];
    final int[] cpu = new int[CAPACITY];
    final int[] tid = new int[CAPACITY];

    /** {@code common_flags}, as far as interrupts tell them. */
    final byte[] flags = new byte[CAPACITY];

    /** The place of the event's class in the metadata. */
    final int[] event = new int[CAPACITY];

    /** The bit of {@link #bytes} at which what follows the header begins. */
    final int[] at = new int[CAPACITY];

    byte[] bytes = new byte[1 << 16];

    /** Where the values begin, in {@link #registers}, that the event takes from outside; only for those that take some. */
    final int[] outer = new int[CAPACITY];

    long[] registers = {};

    /** Classes of events that are left out, each where it is met first. */
    final List<Integer> leftOut = new ArrayList<>();

    /** Told before the events. */
    final List<Loss> losses = new ArrayList<>();

    private int used;
    private int usedRegisters;

    /** Events of a CPU that were lost between two times; -1 an unknown number. */
    record Loss(int cpu, long startNs, long endNs, long events) {}

    void clear() {
        size = 0;
        used = 0;
        usedRegisters = 0;
        losses.clear();
        leftOut.clear();
    }

    boolean isFull() {
        return size == CAPACITY || used >= MOST_BYTES;
    }

    /** Bits that belong to events. */
    long limit() {
        return (long) used << 3;
    }

    /**
     * Copies the event that a lane found.
     *
     * @param thread that ran, or {@link RunningThreads#UNKNOWN}
     * @param interrupts the flags of the event
     */
    void add(StreamLane lane, int thread, int interrupts) {
        EventLayout layout = lane.event;
        int first = (int) (lane.body >>> 3);
        int length = (int) (lane.at() + 7 >>> 3) - first;
        // what is aligned in the stream is aligned here
        int mask = layout.alignBytes - 1;
        int start = used + (first - used & mask);
        if (start + length + SLACK > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, start + length + SLACK));
        }
        System.arraycopy(lane.bytes(), first, bytes, start, length);
        used = start + length;
        int i = size++;
        tsNs[i] = lane.tsNs;
        cpu[i] = lane.cpu;
        tid[i] = thread;
        flags[i] = (byte) interrupts;
        event[i] = layout.type.index();
        at[i] = (start << 3) + (int) (lane.body & 7);
        if (layout.takesOuter) {
            long[] values = lane.decoder.registers;
            if (usedRegisters + values.length > registers.length) {
                registers = Arrays.copyOf(registers, 2 * registers.length + values.length);
            }
            System.arraycopy(values, 0, registers, usedRegisters, values.length);
            outer[i] = usedRegisters;
            usedRegisters += values.length;
        }
    }
}
