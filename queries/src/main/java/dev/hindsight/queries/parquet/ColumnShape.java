package dev.hindsight.queries.parquet;

import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnType;

/** How a column appears in a file: physical type, logical one, and what a reader needs to tell nulls and lists. */
final class ColumnShape {

    /** {@code Type} of parquet.thrift. */
    static final int BOOLEAN = 0;

    static final int INT32 = 1;
    static final int INT64 = 2;
    static final int DOUBLE = 5;
    static final int BYTE_ARRAY = 6;

    private static final int REQUIRED = 0;
    private static final int OPTIONAL = 1;
    private static final int REPEATED = 2;

    private static final int NONE = -1;
    private static final int UTF8 = 0;
    private static final int LIST = 3;

    private ColumnShape() {}

    /** The physical type of the column's values. */
    static int physical(ColumnType type) {
        return switch (type) {
            case BOOL -> BOOLEAN;
            case INT8, INT16, INT32, UINT8, UINT16, UINT32 -> INT32;
            case INT64, UINT64, INT64_LIST -> INT64;
            case FLOAT64 -> DOUBLE;
            case TEXT, SYMBOL, BINARY -> BYTE_ARRAY;
        };
    }

    /** {@code ConvertedType} of parquet.thrift, -1 for none. */
    private static int converted(ColumnType type) {
        return switch (type) {
            case UINT8 -> 11;
            case UINT16 -> 12;
            case UINT32 -> 13;
            case UINT64 -> 14;
            case INT8 -> 15;
            case INT16 -> 16;
            case INT32 -> 17;
            case INT64 -> 18;
            case TEXT, SYMBOL -> UTF8;
            case BOOL, FLOAT64, BINARY, INT64_LIST -> NONE;
        };
    }

    /** Elements of the schema that the column takes: itself, and two more below a list. */
    static int elements(Column column) {
        return column.type() == ColumnType.INT64_LIST ? 3 : 1;
    }

    /** The names from the root to the column's values. */
    static String[] path(Column column) {
        return column.type() == ColumnType.INT64_LIST
                ? new String[] {column.name(), "list", "element"}
                : new String[] {column.name()};
    }

    /** Writes the column's schema elements, depth first. */
    static void write(Column column, ThriftCompact out) {
        int repetition = column.nullable() && column.type() != ColumnType.INT64_LIST ? OPTIONAL : REQUIRED;
        if (column.type() == ColumnType.INT64_LIST) {
            element(out, NONE, repetition, column.name(), 1, LIST);
            element(out, NONE, REPEATED, "list", 1, NONE);
            element(out, INT64, REQUIRED, "element", 0, NONE);
        } else {
            element(out, physical(column.type()), repetition, column.name(), 0, converted(column.type()));
        }
    }

    /** Writes the element above all columns. */
    static void writeRoot(int columns, ThriftCompact out) {
        element(out, NONE, NONE, "table", columns, NONE);
    }

    private static void element(
            ThriftCompact out, int type, int repetition, String name, int children, int convertedType) {
        out.beginElement();
        if (type != NONE) {
            out.i32(1, type);
        }
        if (repetition != NONE) {
            out.i32(3, repetition);
        }
        out.text(4, name);
        if (children > 0) {
            out.i32(5, children);
        }
        if (convertedType != NONE) {
            out.i32(6, convertedType);
        }
        out.end();
    }
}
