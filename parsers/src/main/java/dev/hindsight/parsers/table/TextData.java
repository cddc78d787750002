package dev.hindsight.parsers.table;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Texts of any length, as UTF-8 bytes one after another, with the end of each: Arrow's own layout. */
public final class TextData extends ColumnData {

    private final BytesRun run;

    TextData(Column column, int rows) {
        super(column);
        run = new BytesRun(rows);
    }

    /** The bytes and their ends, for bulk copies. */
    public BytesRun run() {
        return run;
    }

    /** Appends the text of the next row from bytes; not checked to be UTF-8 here but where it goes to Arrow. */
    public void append(byte[] from, int offset, int length) {
        run.append(from, offset, length);
    }

    @Override
    public String getText(int row) {
        if (run.isNull(row)) {
            return null;
        }
        return new String(run.bytes(), run.start(row), run.length(row), StandardCharsets.UTF_8);
    }

    @Override
    public void setText(int row, String value) {
        if (row != run.count()) {
            throw new IllegalStateException("row " + row + " set after " + run.count() + " rows");
        }
        if (value == null) {
            run.appendNull();
        } else {
            byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
            run.append(utf8, 0, utf8.length);
        }
    }

    @Override
    public long getLong(int row) {
        throw new IllegalStateException(column() + " holds text");
    }

    @Override
    public void setLong(int row, long value) {
        throw new IllegalStateException(column() + " holds text");
    }

    @Override
    void grow(int rows) {
        run.grow(rows);
    }

    @Override
    public long heapBytes() {
        return run.heapBytes();
    }

    /** Whether the bytes of {@code row} equal those given; spares a String in hot loops. */
    public boolean equalsBytes(int row, byte[] other) {
        int start = run.start(row);
        return Arrays.equals(run.bytes(), start, start + run.length(row), other, 0, other.length);
    }
}
