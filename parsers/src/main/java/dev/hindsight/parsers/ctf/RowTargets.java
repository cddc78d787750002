package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.table.ByteData;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.DoubleData;
import dev.hindsight.parsers.table.IntData;
import dev.hindsight.parsers.table.LongData;
import dev.hindsight.parsers.table.ShortData;
import dev.hindsight.parsers.table.SymbolData;
import dev.hindsight.parsers.table.TableBlock;

/** The arrays of a block's columns, looked up once a block and growth instead of once a value. */
final class RowTargets {

    private TableBlock block;
    private int capacity;
    private ColumnData[] data = {};
    private Object[] arrays = {};

    /** Makes ready for a row of a block, which the block has begun. */
    void ready(TableBlock to, int row) {
        if (to == block && row < capacity) {
            return;
        }
        int columns = to.schema().columns().size();
        if (data.length != columns) {
            data = new ColumnData[columns];
            arrays = new Object[columns];
        }
        for (int i = 0; i < columns; i++) {
            data[i] = to.column(i);
            arrays[i] = array(data[i]);
        }
        block = to;
        capacity = ((long[]) arrays[0]).length;
    }

    private static Object array(ColumnData data) {
        if (data instanceof LongData longs) {
            return longs.values();
        } else if (data instanceof IntData ints) {
            return ints.values();
        } else if (data instanceof ShortData shorts) {
            return shorts.values();
        } else if (data instanceof ByteData bytes) {
            return bytes.values();
        } else if (data instanceof DoubleData doubles) {
            return doubles.values();
        }
        return data instanceof SymbolData symbols ? symbols.codes() : null;
    }

    ColumnData data(int column) {
        return data[column];
    }

    void set(int column, int row, long value) {
        Object array = arrays[column];
        if (array instanceof int[] ints) {
            ints[row] = (int) value;
        } else if (array instanceof long[] longs) {
            longs[row] = value;
        } else if (array instanceof byte[] bytes) {
            bytes[row] = (byte) value;
        } else if (array instanceof short[] shorts) {
            shorts[row] = (short) value;
        }
    }

    void set(int column, int row, double value) {
        ((double[]) arrays[column])[row] = value;
    }
}
