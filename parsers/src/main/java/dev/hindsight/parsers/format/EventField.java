package dev.hindsight.parsers.format;

import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnType;
import java.util.Objects;

/**
 * A field of an event, as its format declares it, and the column that holds it.
 *
 * @param name as declared, for instance {@code prev_comm}
 * @param type C type as declared, without name and array size, for instance {@code __data_loc char[]}
 * @param offset of its bytes, or of the word that tells where they are, from the start of the event's record
 * @param size in bytes at {@code offset}; 0 where the place is {@link FieldPlace#TO_END}
 * @param signed whether it, or each of its elements, is a signed integer
 * @param array whether it is declared an array
 * @param place where its bytes stand
 * @param kind what they mean
 * @param elementBytes bytes of an integer or of an element: 1, 2, 4 or 8; 1 for strings and bytes
 * @param column name of its column: the field's own, see {@link EventFormat#parse}
 * @param columnType by kind: an integer of the same width and sign, UINT32 or UINT64 for pointers, BOOL, SYMBOL for
 *     strings of fixed size and TEXT for others, INT64_LIST (unsigned 64-bit elements beyond 2^63 - 1 are negative
 *     there), BINARY
 */
public record EventField(
        String name,
        String type,
        int offset,
        int size,
        boolean signed,
        boolean array,
        FieldPlace place,
        FieldKind kind,
        int elementBytes,
        String column,
        ColumnType columnType) {

    public EventField {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(column, "column");
    }

    /** The column of an event table that holds this field. */
    public Column toColumn() {
        return Column.of(column, columnType, "");
    }

    EventField withColumn(String other) {
        return new EventField(name, type, offset, size, signed, array, place, kind, elementBytes, other, columnType);
    }
}
