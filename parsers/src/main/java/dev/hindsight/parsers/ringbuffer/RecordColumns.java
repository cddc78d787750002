package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.FieldPlace;

/** What a record must hold for the columns that are made of it. */
final class RecordColumns {

    private RecordColumns() {}

    /** Offset of a common field of this size, or -1 where the format has none. */
    static int commonOffset(EventFormat format, String name, int size) {
        EventField field = format.field(name);
        return field == null || field.size() != size ? -1 : field.offset();
    }

    /** Offset behind the field in the record. */
    static int endOf(EventField field) {
        return field.offset() + field.size();
    }

    /**
     * Bytes that a record has at least: all fields but a last array, which records may cut short (the kernel's stack
     * traces are shorter than their format says).
     */
    static int minBytes(EventFormat format) {
        int min = 2;
        for (EventField field : format.common()) {
            min = Math.max(min, endOf(field));
        }
        int last = 0;
        for (EventField field : format.fields()) {
            last = Math.max(last, endOf(field));
        }
        for (EventField field : format.fields()) {
            boolean mayBeCut = field.array() && field.place() == FieldPlace.FIXED && endOf(field) == last;
            if (!mayBeCut && field.place() != FieldPlace.TO_END) {
                min = Math.max(min, endOf(field));
            }
        }
        return min;
    }
}
