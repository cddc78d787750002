package dev.hindsight.parsers.table;

import java.util.Arrays;
import java.util.BitSet;

/** Byte strings one after another with {@code count + 1} ends, as Arrow lays out variable-width columns. */
public final class BytesRun {

    private byte[] bytes = new byte[64];
    private int[] ends;
    private int count;
    private BitSet nulls;

    BytesRun(int rows) {
        ends = new int[rows + 1];
    }

    /** All bytes; those of row i stand in [ends[i], ends[i + 1]). */
    public byte[] bytes() {
        return bytes;
    }

    /** {@code ends()[0]} is 0; valid up to index {@link #count()}. */
    public int[] ends() {
        return ends;
    }

    /** Rows so far. */
    public int count() {
        return count;
    }

    public int start(int row) {
        return ends[row];
    }

    public int length(int row) {
        return ends[row + 1] - ends[row];
    }

    public boolean isNull(int row) {
        return nulls != null && nulls.get(row);
    }

    /** Whether any row is null. */
    public boolean hasNulls() {
        return nulls != null;
    }

    /** Appends the next row. A run holds at most 2 GiB: longer ones are the caller's bug, since blocks are bounded. */
    public void append(byte[] from, int offset, int length) {
        int start = ends[count];
        int end = Math.addExact(start, length);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end, 2L * bytes.length)));
        }
        System.arraycopy(from, offset, bytes, start, length);
        if (count + 1 >= ends.length) {
            grow(Math.max(16, 2 * count));
        }
        ends[++count] = end;
    }

    /** Appends a null row. */
    public void appendNull() {
        if (nulls == null) {
            nulls = new BitSet();
        }
        nulls.set(count);
        append(bytes, 0, 0);
    }

    void grow(int rows) {
        ends = Arrays.copyOf(ends, rows + 1);
    }

    long heapBytes() {
        return bytes.length + 4L * ends.length;
    }
}
