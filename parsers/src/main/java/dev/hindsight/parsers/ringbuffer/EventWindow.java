package dev.hindsight.parsers.ringbuffer;

/** Events in time order: an order, and their parts at the places that it names. */
public final class EventWindow {

    /** Bits of a place. */
    public static final int PLACE_BITS = 24;

    /** The place in a word of {@link #order}. */
    public static final int PLACE_MASK = (1 << PLACE_BITS) - 1;

    /** The events in order, each as a word whose low bits are its place in the arrays below. */
    public long[] order;

    /** Times in ns. */
    public long[] ts;

    /** Records: their lengths (high word) and addresses in the arena (low word). */
    public long[] record;

    /** Indices of types, as {@link EventIds} gave them. */
    public int[] type;

    /** Numbers of CPUs. */
    public int[] cpu;

    /** Numbers of ring buffers; empty where there is one. */
    public short[] instance;

    /** With room for so many events, and for the numbers of their ring buffers where these are kept. */
    public EventWindow(int most, boolean keepsInstance) {
        if (most > PLACE_MASK + 1) {
            throw new IllegalArgumentException("a window of " + most + " events");
        }
        order = new long[most];
        ts = new long[most];
        record = new long[most];
        type = new int[most];
        cpu = new int[most];
        instance = new short[keepsInstance ? most : 0];
    }
}
