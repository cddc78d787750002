package dev.hindsight.parsers.table;

/** The type of a column: its width in the block, in Arrow and in SQL. */
public enum ColumnType {
    /** Arrow Bool, SQL BOOLEAN; a byte of 0 or 1 in the block. */
    BOOL,
    INT8,
    INT16,
    INT32,
    INT64,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    /** Arrow Float8, SQL DOUBLE. */
    FLOAT64,
    /** UTF-8 text of any length: Arrow Utf8, SQL VARCHAR; bytes that are no UTF-8 become U+FFFD. */
    TEXT,
    /** Text with few distinct values: Arrow dictionary of Utf8, SQL VARCHAR. */
    SYMBOL,
    /** Arrow Binary, SQL BLOB. */
    BINARY,
    /** Arrow List of signed 64-bit integers, SQL BIGINT[]: an event's array field. */
    INT64_LIST;

    /** Whether values are held sign-extended or, for the unsigned, zero-extended, in a {@code long}. */
    public boolean isInteger() {
        return ordinal() >= INT8.ordinal() && ordinal() <= UINT64.ordinal();
    }
}
