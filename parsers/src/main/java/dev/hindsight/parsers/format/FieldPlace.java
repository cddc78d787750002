package dev.hindsight.parsers.format;

/**
 * Where the bytes of a field stand in an event's record; what does not stand there whole (a short record, an offset
 * beyond its end) is cut at the record's end.
 */
public enum FieldPlace {
    /** At {@link EventField#offset()}, {@link EventField#size()} bytes. */
    FIXED,
    /**
     * {@code __data_loc}: the word at {@link EventField#offset()} has the place of the bytes from the record's start in
     * its lower 16 bits, their count in the upper 16.
     */
    DATA_LOC,
    /** {@code __rel_loc}: as {@link #DATA_LOC}, but the place counts from behind that word. */
    REL_LOC,
    /** A last array without size ({@code char buf[]}): from {@link EventField#offset()} to the record's end. */
    TO_END
}
