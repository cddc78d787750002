package dev.hindsight.parsers.table;

/**
 * Fills a table row by row and hands each full block to its sink; the sink is opened with the first block.
 *
 * <p>{@code int row = t.addRow(); t.set(START, ns); t.setText(STATE, "running"); ...}
 */
public final class TableAppender {

    private final TableSchema schema;
    private final TableSinks sinks;
    private BlockSink sink;
    private TableBlock block;
    private int row = -1;
    private long total;

    public TableAppender(TableSchema schema, TableSinks sinks) {
        this.schema = schema;
        this.sinks = sinks;
        this.block = new TableBlock(schema);
    }

    /** Begins a row; every column of it must be set before the next begins. */
    public void addRow() {
        if (block.isFull()) {
            flush();
        }
        row = block.addRow();
        total++;
    }

    /** Sets an integer column of the row; {@link ColumnData#NULL} for null. */
    public void set(int column, long value) {
        block.set(column, row, value);
    }

    /** Sets a text or symbol column of the row, null for null. */
    public void setText(int column, String value) {
        block.setText(column, row, value);
    }

    /** Hands over what is filled, if anything. */
    public void flush() {
        if (block.rows() == 0) {
            return;
        }
        if (sink == null) {
            sink = sinks.open(schema);
        }
        boolean large = block.isFull();
        sink.accept(block);
        block = new TableBlock(schema);
        if (large) {
            // A table that filled a block will likely fill another: spare the copies of growing.
            block.reserve(TableBlock.ROWS);
        }
        row = -1;
    }

    /** Rows begun so far, over all blocks. */
    public long total() {
        return total;
    }
}
