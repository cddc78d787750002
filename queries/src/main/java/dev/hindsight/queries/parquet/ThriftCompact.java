package dev.hindsight.queries.parquet;

import java.nio.charset.StandardCharsets;

/**
 * Writes Thrift's compact protocol, as far as Parquet's footer and page headers need it: a field is a byte with the
 * step from the last field's number in its upper and the type in its lower half, then the value; a struct ends with 0.
 */
final class ThriftCompact {

    private static final int I16 = 4;
    private static final int I32 = 5;
    private static final int I64 = 6;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int STRUCT = 12;

    private final PageBytes out;
    private final int[] lastField = new int[16];
    private int depth;

    ThriftCompact(PageBytes out) {
        this.out = out;
    }

    void i16(int field, int value) {
        header(field, I16);
        out.zigzag(value);
    }

    void i32(int field, int value) {
        header(field, I32);
        out.zigzag(value);
    }

    void i64(int field, long value) {
        header(field, I64);
        out.zigzag(value);
    }

    void text(int field, String value) {
        header(field, BINARY);
        text(value);
    }

    void binary(int field, byte[] value) {
        header(field, BINARY);
        out.varint(value.length);
        out.put(value, 0, value.length);
    }

    /** Begins a list of structs; write each between {@link #beginElement} and {@link #end}. */
    void structs(int field, int count) {
        list(field, count, STRUCT);
    }

    void i32s(int field, int... values) {
        list(field, values.length, I32);
        for (int value : values) {
            out.zigzag(value);
        }
    }

    void texts(int field, String... values) {
        list(field, values.length, BINARY);
        for (String value : values) {
            text(value);
        }
    }

    void begin(int field) {
        header(field, STRUCT);
        beginElement();
    }

    /** Begins a struct that no field header precedes: the outermost one, or an element of a list. */
    void beginElement() {
        lastField[++depth] = 0;
    }

    void end() {
        out.u8(0);
        depth--;
    }

    private void list(int field, int count, int type) {
        header(field, LIST);
        if (count < 15) {
            out.u8(count << 4 | type);
        } else {
            out.u8(0xF0 | type);
            out.varint(count);
        }
    }

    private void text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.varint(utf8.length);
        out.put(utf8, 0, utf8.length);
    }

    private void header(int field, int type) {
        int step = field - lastField[depth];
        if (step < 1 || step > 15) {
            throw new IllegalArgumentException("field " + field + " after " + lastField[depth]);
        }
        out.u8(step << 4 | type);
        lastField[depth] = field;
    }
}
