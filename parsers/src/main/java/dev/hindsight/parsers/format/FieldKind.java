package dev.hindsight.parsers.format;

/** What the bytes of a field mean, once they are found (see {@link FieldPlace}). */
public enum FieldKind {
    /** One integer of 1, 2, 4 or 8 bytes. */
    INTEGER,
    /** One unsigned integer of 4 or 8 bytes that is an address on the traced machine. */
    POINTER,
    /** One byte, 0 or 1. */
    BOOL,
    /** {@code char} array: text up to its first NUL byte or its end. */
    STRING,
    /** Integers of {@link EventField#elementBytes()} bytes each, one after another. */
    INTEGERS,
    /** Bytes that are no number: arrays of {@code u8}, structures, sizes that no integer has. */
    BYTES
}
