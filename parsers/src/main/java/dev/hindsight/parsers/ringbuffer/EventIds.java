package dev.hindsight.parsers.ringbuffer;

/** Finds the index of an event's type by the id that its record begins with. */
public abstract class EventIds {

    private static final int IDS = 1 << 16;

    private final int[] indexById = new int[IDS];
    private int[] minBytes = new int[64];
    private int known;

    protected EventIds() {
        java.util.Arrays.fill(indexById, -1);
    }

    /** Index of an id already met, or -1. */
    public final int indexOf(int id) {
        return indexById[id];
    }

    /** Bytes that a record of this index has at least. */
    public final int minBytes(int index) {
        return minBytes[index];
    }

    final int[] table() {
        return indexById;
    }

    final int[] minBytes() {
        return minBytes;
    }

    /** Gives an id that is met for the first time the next index. */
    public final int meet(int id) {
        int index = known++;
        if (index == minBytes.length) {
            minBytes = java.util.Arrays.copyOf(minBytes, 2 * index);
        }
        minBytes[index] = discovered(index, id);
        indexById[id] = index;
        return index;
    }

    /** Ids met so far. */
    public final int known() {
        return known;
    }

    /** Called once per id; tells how many bytes its records have at least. */
    protected abstract int discovered(int index, int id);
}
