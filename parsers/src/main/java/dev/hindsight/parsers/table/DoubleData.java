package dev.hindsight.parsers.table;

import java.util.Arrays;

/** Floating-point numbers; NaN for null. */
public final class DoubleData extends ColumnData {

    private double[] values;

    DoubleData(Column column, int rows) {
        super(column);
        values = new double[rows];
    }

    /** The array itself, for bulk fills and copies; at least as long as the block has rows. */
    public double[] values() {
        return values;
    }

    @Override
    public long getLong(int row) {
        return (long) values[row];
    }

    @Override
    public void setLong(int row, long value) {
        values[row] = value == NULL ? Double.NaN : (double) value;
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
