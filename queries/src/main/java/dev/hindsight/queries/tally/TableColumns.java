package dev.hindsight.queries.tally;

import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.workload.TimelineStore;
import java.util.List;
import java.util.function.ToIntFunction;

/** Columns of a table in memory, each as one array over all its blocks. */
final class TableColumns {

    private final List<TableBlock> blocks;
    private final TableSchema schema;
    private final int rows;

    TableColumns(TimelineStore store, TableSchema schema) {
        this.blocks = store.table(schema);
        this.schema = schema;
        int sum = 0;
        for (TableBlock block : blocks) {
            sum += block.rows();
        }
        rows = sum;
    }

    int rows() {
        return rows;
    }

    /** Integers, {@link ColumnData#NULL} for null. */
    long[] longs(String column) {
        int at = index(column);
        long[] values = new long[rows];
        int next = 0;
        for (TableBlock block : blocks) {
            ColumnData data = block.column(at);
            for (int row = 0; row < block.rows(); row++) {
                values[next++] = data.getLong(row);
            }
        }
        return values;
    }

    /** Small integers, -1 for null. */
    int[] ints(String column) {
        int at = index(column);
        int[] values = new int[rows];
        int next = 0;
        for (TableBlock block : blocks) {
            ColumnData data = block.column(at);
            for (int row = 0; row < block.rows(); row++) {
                long value = data.getLong(row);
                values[next++] = value == ColumnData.NULL ? -1 : (int) value;
            }
        }
        return values;
    }

    /** Small integers, {@code absent} for null: for columns that may be negative. */
    int[] ints(String column, int absent) {
        int at = index(column);
        int[] values = new int[rows];
        int next = 0;
        for (TableBlock block : blocks) {
            ColumnData data = block.column(at);
            for (int row = 0; row < block.rows(); row++) {
                long value = data.getLong(row);
                values[next++] = value == ColumnData.NULL ? absent : (int) value;
            }
        }
        return values;
    }

    /** Texts, null for null. */
    String[] texts(String column) {
        int at = index(column);
        String[] values = new String[rows];
        int next = 0;
        for (TableBlock block : blocks) {
            ColumnData data = block.column(at);
            for (int row = 0; row < block.rows(); row++) {
                values[next++] = data.getText(row);
            }
        }
        return values;
    }

    /** Texts as codes. */
    byte[] codes(String column, ToIntFunction<String> code) {
        int at = index(column);
        byte[] values = new byte[rows];
        int next = 0;
        String last = null;
        byte lastCode = 0;
        for (TableBlock block : blocks) {
            ColumnData data = block.column(at);
            for (int row = 0; row < block.rows(); row++) {
                String text = data.getText(row);
                if (text == null || !text.equals(last)) {
                    last = text;
                    lastCode = (byte) code.applyAsInt(text);
                }
                values[next++] = lastCode;
            }
        }
        return values;
    }

    private int index(String column) {
        int at = schema.indexOf(column);
        if (at < 0) {
            throw new IllegalArgumentException("table " + schema.name() + " has no column " + column);
        }
        return at;
    }
}
