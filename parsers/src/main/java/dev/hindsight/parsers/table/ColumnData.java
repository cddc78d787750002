package dev.hindsight.parsers.table;

/**
 * The values of one column in a block: {@link LongData}, {@link IntData}, {@link ShortData}, {@link ByteData},
 * {@link DoubleData}, {@link TextData}, {@link SymbolData}, {@link BinaryData} or {@link LongListData}.
 *
 * <p>Integers read as {@code long}, sign- or zero-extended by the column's type. A null in a nullable integer or
 * double column is {@link #NULL} (for doubles NaN); it reads as that and becomes an Arrow null.
 */
public abstract sealed class ColumnData
        permits LongData, IntData, ShortData, ByteData, DoubleData, TextData, SymbolData, BinaryData, LongListData {

    /** Stands for null in nullable integer columns, whatever their width. */
    public static final long NULL = Long.MIN_VALUE;

    private final Column column;

    ColumnData(Column column) {
        this.column = column;
    }

    /** Name, type and unit. */
    public final Column column() {
        return column;
    }

    /** The integer at {@code row}; {@link #NULL} for null. Only for integer, boolean and symbol (its code) columns. */
    public abstract long getLong(int row);

    /** Sets an integer; {@link #NULL} for null. Rows are set in order, each row once. */
    public abstract void setLong(int row, long value);

    /** The text at {@code row}, null for null. Only for text and symbol columns. */
    public String getText(int row) {
        throw new IllegalStateException(column + " holds no text");
    }

    /** Sets a text, null for null. */
    public void setText(int row, String value) {
        throw new IllegalStateException(column + " holds no text");
    }

    /** Makes room for {@code rows} rows, keeping what is there. */
    abstract void grow(int rows);

    /** Bytes of heap that the values take, for the budget of what is buffered. */
    public abstract long heapBytes();
}
