package dev.hindsight.parsers.table;

import java.util.Arrays;

/** 8-bit integers, signed or not, and booleans; {@link #NULL_VALUE} for null where the column may be null. */
public final class ByteData extends ColumnData {

    /** Stands for null in the array. */
    public static final byte NULL_VALUE = Byte.MIN_VALUE;

    private final boolean unsigned;
    private final boolean nullable;
    private byte[] values;

    ByteData(Column column, int rows) {
        super(column);
        values = new byte[rows];
        unsigned = column.type() == ColumnType.UINT8;
        nullable = column.nullable();
    }

    /** The array itself, for bulk fills and copies; at least as long as the block has rows. */
    public byte[] values() {
        return values;
    }

    @Override
    public long getLong(int row) {
        byte value = values[row];
        return nullable && value == NULL_VALUE ? NULL : unsigned ? value & 0xFF : value;
    }

    @Override
    public void setLong(int row, long value) {
        values[row] = nullable && value == NULL ? NULL_VALUE : (byte) value;
    }

    @Override
    void grow(int rows) {
        values = Arrays.copyOf(values, rows);
    }

    @Override
    public long heapBytes() {
        return 1L * values.length;
    }
}
