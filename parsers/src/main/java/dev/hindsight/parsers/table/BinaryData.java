package dev.hindsight.parsers.table;

/** Byte strings of any length. */
public final class BinaryData extends ColumnData {

    private final BytesRun run;

    BinaryData(Column column, int rows) {
        super(column);
        run = new BytesRun(rows);
    }

    /** The bytes and their ends; append rows there, in order. */
    public BytesRun run() {
        return run;
    }

    @Override
    public long getLong(int row) {
        throw new IllegalStateException(column() + " holds bytes");
    }

    @Override
    public void setLong(int row, long value) {
        throw new IllegalStateException(column() + " holds bytes");
    }

    @Override
    void grow(int rows) {
        run.grow(rows);
    }

    @Override
    public long heapBytes() {
        return run.heapBytes();
    }
}
