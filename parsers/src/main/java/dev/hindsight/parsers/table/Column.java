package dev.hindsight.parsers.table;

import java.util.Objects;

/**
 * One column of a table.
 *
 * @param name as in SQL; times end in {@code _ns}
 * @param type width and meaning
 * @param nullable whether a row may have no value; event fields always have one
 * @param doc one sentence with the unit, empty for event fields
 */
public record Column(String name, ColumnType type, boolean nullable, String doc) {

    public Column {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(doc, "doc");
    }

    /** A column that has a value in every row. */
    public static Column of(String name, ColumnType type, String doc) {
        return new Column(name, type, false, doc);
    }

    /** A column that may be null. */
    public static Column nullable(String name, ColumnType type, String doc) {
        return new Column(name, type, true, doc);
    }
}
