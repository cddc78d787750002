package dev.hindsight.parsers.table;

import java.util.Arrays;

/** 64-bit integers, signed or not. */
public final class LongData extends ColumnData {

    private long[] values;

    LongData(Column column, int rows) {
        super(column);
        values = new long[rows];
    }

    /** The array itself, for bulk fills and copies; at least as long as the block has rows. */
    public long[] values() {
        return values;
    }

    @Override
    public long getLong(int row) {
        return values[row];
    }

    @Override
    public void setLong(int row, long value) {
        values[row] = value;
    }

    @Override
    void grow(int rows) {
        values = Arrays.copyOf(values, rows);
    }

    @Override
    public long heapBytes() {
        return 8L * values.length;
    }
}
