package dev.hindsight.parsers.table;

import java.util.Arrays;

/** 16-bit integers, signed or not; {@link #NULL_VALUE} for null where the column may be null. */
public final class ShortData extends ColumnData {

    /** Stands for null in the array. */
    public static final short NULL_VALUE = Short.MIN_VALUE;

    private final boolean unsigned;
    private final boolean nullable;
    private short[] values;

    ShortData(Column column, int rows) {
        super(column);
        values = new short[rows];
        unsigned = column.type() == ColumnType.UINT16;
        nullable = column.nullable();
    }

    /** The array itself, for bulk fills and copies; at least as long as the block has rows. */
    public short[] values() {
        return values;
    }

    @Override
    public long getLong(int row) {
        short value = values[row];
        return nullable && value == NULL_VALUE ? NULL : unsigned ? value & 0xFFFF : value;
    }

    @Override
    public void setLong(int row, long value) {
        values[row] = nullable && value == NULL ? NULL_VALUE : (short) value;
    }

    @Override
    void grow(int rows) {
        values = Arrays.copyOf(values, rows);
    }

    @Override
    public long heapBytes() {
        return 2L * values.length;
    }
}
