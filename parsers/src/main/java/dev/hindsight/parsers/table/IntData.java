package dev.hindsight.parsers.table;

import java.util.Arrays;

/** 32-bit integers, signed or not; {@link #NULL_VALUE} for null where the column may be null. */
public final class IntData extends ColumnData {

    /** Stands for null in the array. */
    public static final int NULL_VALUE = Integer.MIN_VALUE;

    private final boolean unsigned;
    private final boolean nullable;
    private int[] values;

    IntData(Column column, int rows) {
        super(column);
        values = new int[rows];
        unsigned = column.type() == ColumnType.UINT32;
        nullable = column.nullable();
    }

    /** The array itself, for bulk fills and copies; at least as long as the block has rows. */
    public int[] values() {
        return values;
    }

    @Override
    public long getLong(int row) {
        int value = values[row];
        return nullable && value == NULL_VALUE ? NULL : unsigned ? value & 0xFFFFFFFFL : value;
    }

    @Override
    public void setLong(int row, long value) {
        values[row] = nullable && value == NULL ? NULL_VALUE : (int) value;
    }

    @Override
    void grow(int rows) {
        values = Arrays.copyOf(values, rows);
    }

    @Override
    public long heapBytes() {
        return 4L * values.length;
    }
}
