package dev.hindsight.replay.workload;

import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import java.util.List;

/** A table of a {@link TimelineStore}, its blocks joined column by column. */
final class StoredTable {

    static final long NULL = ColumnData.NULL;

    private final TableSchema schema;
    private final List<TableBlock> blocks;
    final int rows;

    StoredTable(TimelineStore store, TableSchema schema) {
        this.schema = schema;
        blocks = store.table(schema);
        int sum = 0;
        for (TableBlock block : blocks) {
            sum += block.rows();
        }
        rows = sum;
    }

    private int column(String name) {
        int column = schema.indexOf(name);
        if (column < 0) {
            throw new IllegalArgumentException("table " + schema.name() + " has no column " + name);
        }
        return column;
    }

    /** Null reads as {@link #NULL}. */
    long[] longs(String name) {
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

    int[] ints(String name, int absent) {
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

    String[] texts(String name) {
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
}
