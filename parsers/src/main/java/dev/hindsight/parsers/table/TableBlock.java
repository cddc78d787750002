package dev.hindsight.parsers.table;

import java.util.List;

/**
 * Up to {@value #ROWS} rows of one table, column by column in primitive arrays. Grows from a small start, so that a
 * rare event costs little; a full block is one Parquet row group.
 */
public final class TableBlock {

    /** Rows of a full block: DuckDB's row group. */
    public static final int ROWS = 122_880;

    private static final int FIRST_ROWS = 256;

    private final TableSchema schema;
    private final ColumnData[] columns;
    private int capacity = FIRST_ROWS;
    private int rows;

    public TableBlock(TableSchema schema) {
        this.schema = schema;
        List<Column> of = schema.columns();
        columns = new ColumnData[of.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = data(of.get(i), capacity);
        }
    }

    private static ColumnData data(Column column, int rows) {
        return switch (column.type()) {
            case INT64, UINT64 -> new LongData(column, rows);
            case INT32, UINT32 -> new IntData(column, rows);
            case INT16, UINT16 -> new ShortData(column, rows);
            case BOOL, INT8, UINT8 -> new ByteData(column, rows);
            case FLOAT64 -> new DoubleData(column, rows);
            case TEXT -> new TextData(column, rows);
            case SYMBOL -> new SymbolData(column, rows, new SymbolTable());
            case BINARY -> new BinaryData(column, rows);
            case INT64_LIST -> new LongListData(column, rows);
        };
    }

    /** Name and columns. */
    public TableSchema schema() {
        return schema;
    }

    /** Rows that are filled. */
    public int rows() {
        return rows;
    }

    /** Whether no further row fits. */
    public boolean isFull() {
        return rows == ROWS;
    }

    /** A column by its place in the schema. */
    public ColumnData column(int index) {
        return columns[index];
    }

    /**
     * The integer of a column at a row, as {@link ColumnData#getLong}. Asking for the common classes by name first keeps
     * a loop over many tables free of virtual calls, which cost more than the read.
     */
    public long get(int column, int row) {
        ColumnData data = columns[column];
        if (data instanceof IntData ints) {
            return ints.getLong(row);
        } else if (data instanceof LongData longs) {
            return longs.getLong(row);
        } else if (data instanceof ByteData bytes) {
            return bytes.getLong(row);
        }
        return data.getLong(row);
    }

    /** Sets the integer of a column at a row, as {@link ColumnData#setLong}. */
    public void set(int column, int row, long value) {
        ColumnData data = columns[column];
        if (data instanceof LongData longs) {
            longs.setLong(row, value);
        } else if (data instanceof IntData ints) {
            ints.setLong(row, value);
        } else if (data instanceof ByteData bytes) {
            bytes.setLong(row, value);
        } else {
            data.setLong(row, value);
        }
    }

    /** Sets the text of a column at a row, as {@link ColumnData#setText}. */
    public void setText(int column, int row, String value) {
        ColumnData data = columns[column];
        if (data instanceof SymbolData symbols) {
            symbols.setText(row, value);
        } else {
            data.setText(row, value);
        }
    }

    /** Makes room for a total of {@code rows} rows, at most {@link #ROWS}. */
    public void reserve(int rows) {
        if (rows > ROWS) {
            throw new IllegalArgumentException("a block holds " + ROWS + " rows, not " + rows);
        }
        if (rows <= capacity) {
            return;
        }
        int to = capacity;
        while (to < rows) {
            to = Math.min(ROWS, 4 * to);
        }
        for (ColumnData c : columns) {
            c.grow(to);
        }
        capacity = to;
    }

    /** Begins the next row and tells its index; set every column of it. */
    public int addRow() {
        if (rows == capacity) {
            reserve(rows + 1);
        }
        return rows++;
    }

    /** Declares rows filled in bulk, column by column. */
    public void filledTo(int rows) {
        if (rows < this.rows || rows > capacity) {
            throw new IllegalArgumentException("rows " + rows + " outside [" + this.rows + ", " + capacity + "]");
        }
        this.rows = rows;
    }

    /** Bytes of heap that the block takes. */
    public long heapBytes() {
        long sum = 0;
        for (ColumnData c : columns) {
            sum += c.heapBytes();
        }
        return sum;
    }
}
