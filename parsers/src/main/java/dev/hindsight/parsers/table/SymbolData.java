package dev.hindsight.parsers.table;

import java.util.Arrays;

/** Texts with few distinct values: a code per row into a {@link SymbolTable}; -1 for null. */
public final class SymbolData extends ColumnData {

    private final SymbolTable symbols;
    private int[] codes;

    SymbolData(Column column, int rows, SymbolTable symbols) {
        super(column);
        this.symbols = symbols;
        codes = new int[rows];
    }

    /** The codes themselves, for bulk fills and copies. */
    public int[] codes() {
        return codes;
    }

    /** What the codes mean. */
    public SymbolTable symbols() {
        return symbols;
    }

    @Override
    public long getLong(int row) {
        return codes[row];
    }

    @Override
    public void setLong(int row, long code) {
        codes[row] = (int) code;
    }

    @Override
    public String getText(int row) {
        int code = codes[row];
        return code < 0 ? null : symbols.text(code);
    }

    @Override
    public void setText(int row, String value) {
        codes[row] = value == null ? -1 : symbols.code(value);
    }

    @Override
    void grow(int rows) {
        codes = Arrays.copyOf(codes, rows);
    }

    @Override
    public long heapBytes() {
        return 4L * codes.length + symbols.heapBytes();
    }
}
