package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ringbuffer.NameCache;
import dev.hindsight.parsers.table.SymbolData;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The fields of a program that are little-endian integers of 1, 2, 4 or 8 bytes and names of 16, all at the same bytes in
 * every event: most events of a kernel. They are read without the steps of {@link FieldDecoder}.
 */
final class PlainFields {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final byte INT32 = 0;
    private static final byte UINT32 = 1;
    private static final byte INT64 = 2;
    private static final byte INT8 = 3;
    private static final byte UINT8 = 4;
    private static final byte INT16 = 5;
    private static final byte UINT16 = 6;
    private static final byte NAME = 7;

    private int count;
    private final byte[] kind;
    private final int[] offset;
    private final int[] column;
    private final int[] plus;
    private final NameCache[] names;

    private PlainFields(int most) {
        kind = new byte[most];
        offset = new int[most];
        column = new int[most];
        plus = new int[most];
        names = new NameCache[most];
    }

    /** Null where a field of the program is of another kind. */
    static PlainFields of(FieldProgram p) {
        if (!p.isSkippable()) {
            return null;
        }
        PlainFields fields = new PlainFields(p.length);
        long at = 0;
        for (int op = 0; op < p.length; op++) {
            int bits = (int) p.arg[op];
            if (p.kind[op] == FieldProgram.ALIGN) {
                at = at + bits - 1 & -(long) bits;
            } else if (p.kind[op] == FieldProgram.INTEGER) {
                boolean whole = bits == 8 || bits == 16 || bits == 32 || bits == 64;
                if (!whole || at % 8 != 0 || (p.flags[op] & FieldProgram.BIG) != 0 && bits > 8) {
                    return null;
                }
                fields.add(integer(bits, (p.flags[op] & FieldProgram.SIGNED) != 0), at, p, op);
                at += bits;
            } else if (p.kind[op] == FieldProgram.CHARACTERS && p.extra[op] instanceof NameCache names && at % 8 == 0) {
                fields.add(NAME, at, p, op);
                fields.names[fields.count - 1] = names;
                at += 8L * NameCache.NAME_BYTES;
            } else {
                return null;
            }
        }
        return fields;
    }

    private static byte integer(int bits, boolean signed) {
        return switch (bits) {
            case 8 -> signed ? INT8 : UINT8;
            case 16 -> signed ? INT16 : UINT16;
            case 32 -> signed ? INT32 : UINT32;
            default -> INT64;
        };
    }

    private void add(byte what, long atBit, FieldProgram p, int op) {
        kind[count] = what;
        offset[count] = (int) (atBit >>> 3);
        column[count] = p.column[op];
        plus[count++] = p.plus[op];
    }

    /** Fills a row with the fields that begin at a byte. */
    void fill(byte[] bytes, int start, RowTargets to, int row) {
        for (int i = 0; i < count; i++) {
            int at = start + offset[i];
            long value;
            switch (kind[i]) {
                case INT32 -> value = (int) INT.get(bytes, at);
                case UINT32 -> value = (int) INT.get(bytes, at) & 0xFFFFFFFFL;
                case INT64 -> value = (long) LONG.get(bytes, at);
                case INT8 -> value = bytes[at];
                case UINT8 -> value = bytes[at] & 0xFF;
                case INT16 -> value = (short) SHORT.get(bytes, at);
                case UINT16 -> value = (short) SHORT.get(bytes, at) & 0xFFFF;
                default -> value = names[i].code(((SymbolData) to.data(column[i])).symbols(), bytes, at);
            }
            to.set(column[i], row, value + plus[i]);
        }
    }
}
