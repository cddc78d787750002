package dev.hindsight.parsers.table;

import java.util.Arrays;

/** Lists of 64-bit integers, one after another, with the end of each: an event's array field. */
public final class LongListData extends ColumnData {

    private long[] items = new long[64];
    private int[] ends;
    private int count;

    LongListData(Column column, int rows) {
        super(column);
        ends = new int[rows + 1];
    }

    /** All items; those of row i stand in [ends[i], ends[i + 1]). */
    public long[] items() {
        return items;
    }

    /** {@code ends()[0]} is 0; valid up to index {@link #count()}. */
    public int[] ends() {
        return ends;
    }

    /** Rows so far. */
    public int count() {
        return count;
    }

    /** Adds an item to the row that is being made. */
    public void add(long item) {
        int end = ends[count + 1 < ends.length ? count + 1 : growAndGet()];
        if (end < ends[count]) {
            end = ends[count];
        }
        if (end == items.length) {
            items = Arrays.copyOf(items, 2 * items.length);
        }
        items[end] = item;
        ends[count + 1] = end + 1;
    }

    private int growAndGet() {
        grow(Math.max(16, 2 * count));
        return count + 1;
    }

    /** Ends the row that is being made; it may be empty. */
    public void endRow() {
        if (count + 1 >= ends.length) {
            grow(Math.max(16, 2 * count));
        }
        ends[count + 1] = Math.max(ends[count + 1], ends[count]);
        count++;
    }

    @Override
    public long getLong(int row) {
        throw new IllegalStateException(column() + " holds lists");
    }

    @Override
    public void setLong(int row, long value) {
        throw new IllegalStateException(column() + " holds lists");
    }

    @Override
    void grow(int rows) {
        ends = Arrays.copyOf(ends, rows + 1);
    }

    @Override
    public long heapBytes() {
        return 8L * items.length + 4L * ends.length;
    }
}
