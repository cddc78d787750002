package dev.hindsight.parsers.table;

import java.util.List;

/**
 * Fills a table row by row and hands each full block to its sink; the sink is opened with the first block.
 *
 * <p>{@code t.addRow(); t.set(START, ns); t.setText(STATE, "running"); ...}
 *
 * <p>Rows are gathered one beside the other and go to the columns {@value #STAGED} at a time: setting a value is one
 * store, whatever the column's type, which keeps the code that makes rows small enough to be compiled soon and well.
 */
public final class TableAppender {

    /** Rows gathered at a time; a full block is a multiple of it. */
    private static final int STAGED = 128;

    private final TableSchema schema;
    private final TableSinks sinks;
    private final int width;

    /** Integers and codes of the rows gathered, a row's columns one after another. */
    private final long[] staged;

    /** By column: the codes of a symbol column of the block, else null. */
    private final SymbolTable[] symbols;

    private BlockSink sink;
    private TableBlock block;
    private int row;
    private int next;
    private long handedOver;

    public TableAppender(TableSchema schema, TableSinks sinks) {
        this.schema = schema;
        this.sinks = sinks;
        width = schema.columns().size();
        staged = new long[STAGED * width];
        symbols = new SymbolTable[width];
        begin(false);
    }

    private void begin(boolean large) {
        block = new TableBlock(schema);
        if (large) {
            // A table that filled a block will likely fill another: spare the copies of growing.
            block.reserve(TableBlock.ROWS);
        }
        for (int i = 0; i < width; i++) {
            symbols[i] = block.column(i) instanceof SymbolData data ? data.symbols() : null;
        }
        row = staged.length;
        next = 0;
    }

    /** Begins a row; every column of it must be set before the next begins. */
    public void addRow() {
        if (next == staged.length) {
            spill();
        }
        row = next;
        next += width;
    }

    /** Sets an integer column of the row; {@link ColumnData#NULL} for null. */
    public void set(int column, long value) {
        staged[row + column] = value;
    }

    /** Sets a text or symbol column of the row, null for null. */
    public void setText(int column, String value) {
        SymbolTable codes = symbols[column];
        if (codes == null) {
            block.column(column).setText(block.rows() + row / width, value);
        } else {
            staged[row + column] = value == null ? -1 : codes.code(value);
        }
    }

    /** Moves the rows gathered to the block, and hands that over if it is full. */
    private void spill() {
        int count = next / width;
        int from = block.rows();
        block.reserve(from + count);
        List<Column> columns = schema.columns();
        for (int i = 0; i < columns.size(); i++) {
            spill(block.column(i), i, from, count);
        }
        block.filledTo(from + count);
        next = 0;
        if (block.isFull()) {
            handOver();
        }
    }

    private void spill(ColumnData to, int column, int from, int count) {
        long[] values = staged;
        int at = column;
        if (to instanceof LongData longs) {
            long[] into = longs.values();
            for (int i = from; i < from + count; i++, at += width) {
                into[i] = values[at];
            }
        } else if (to instanceof IntData ints) {
            for (int i = from; i < from + count; i++, at += width) {
                ints.setLong(i, values[at]);
            }
        } else if (to instanceof SymbolData codes) {
            int[] into = codes.codes();
            for (int i = from; i < from + count; i++, at += width) {
                into[i] = (int) values[at];
            }
        } else if (!(to instanceof TextData)) {
            for (int i = from; i < from + count; i++, at += width) {
                to.setLong(i, values[at]);
            }
        }
    }

    private void handOver() {
        if (sink == null) {
            sink = sinks.open(schema);
        }
        boolean large = block.isFull();
        handedOver += block.rows();
        sink.accept(block);
        begin(large);
    }

    /** Hands over what is filled, if anything. */
    public void flush() {
        if (next > 0) {
            spill();
        }
        if (block.rows() > 0) {
            handOver();
        }
    }

    /** Rows begun so far, over all blocks. */
    public long total() {
        return handedOver + block.rows() + next / width;
    }
}
