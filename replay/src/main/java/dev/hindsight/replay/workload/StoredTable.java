package dev.hindsight.replay.workload;

import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import java.util.List;
import java.util.function.ToIntFunction;

/** Columns of a table of a {@link TimelineStore}, each as one array over all its blocks. */
public final class StoredTable {

    /** Reads for null. */
    public static final long NULL = ColumnData.NULL;

    private final TableSchema schema;
    private final List<TableBlock> blocks;
    final int rows;

    public StoredTable(TimelineStore store, TableSchema schema) {
        this.schema = schema;
        blocks = store.table(schema);
        int sum = 0;
        for (TableBlock block : blocks) {
            sum += block.rows();
        }
        rows = sum;
    }

    public int rows() {
        return rows;
    }

    private int column(String name) {
        int column = schema.indexOf(name);
        if (column < 0) {
            throw new IllegalArgumentException("table " + schema.name() + " has no column " + name);
        }
        return column;
    }

    /** Integers, {@link #NULL} for null. */
    public long[] longs(String name) {
        int column = column(name);
        long[] values = new long[rows];
        int at = 0;
        for (TableBlock block : blocks) {
            for (int row = 0; row < block.rows(); row++) {
                values[at++] = block.get(column, row);
            }
        }
        return values;
    }

    /** Small integers, {@code absent} for null. */
    public int[] ints(String name, int absent) {
        int column = column(name);
        int[] values = new int[rows];
        int at = 0;
        for (TableBlock block : blocks) {
            for (int row = 0; row < block.rows(); row++) {
                long value = block.get(column, row);
                values[at++] = value == NULL ? absent : (int) value;
            }
        }
        return values;
    }

    /** Texts, null for null. */
    public String[] texts(String name) {
        int column = column(name);
        String[] values = new String[rows];
        int at = 0;
        for (TableBlock block : blocks) {
            ColumnData data = block.column(column);
            for (int row = 0; row < block.rows(); row++) {
                values[at++] = data.getText(row);
            }
        }
        return values;
    }

    /** Texts as codes, asked for once for each run of one text. */
    public byte[] codes(String name, ToIntFunction<String> code) {
        int column = column(name);
        byte[] values = new byte[rows];
        int at = 0;
        String last = null;
        byte lastCode = 0;
        for (TableBlock block : blocks) {
            ColumnData data = block.column(column);
            for (int row = 0; row < block.rows(); row++) {
                String text = data.getText(row);
                if (text == null || !text.equals(last)) {
                    last = text;
                    lastCode = (byte) code.applyAsInt(text);
                }
                values[at++] = lastCode;
            }
        }
        return values;
    }
}
