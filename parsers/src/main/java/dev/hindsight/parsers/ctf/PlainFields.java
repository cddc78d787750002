package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ringbuffer.NameCache;
import dev.hindsight.parsers.table.ByteData;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.IntData;
import dev.hindsight.parsers.table.LongData;
import dev.hindsight.parsers.table.ShortData;
import dev.hindsight.parsers.table.SymbolData;
import dev.hindsight.parsers.table.SymbolTable;
import dev.hindsight.parsers.table.TableBlock;
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
    private long bits;
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

    /** Null where a field of the programs, which follow one another, is of another kind. */
    static PlainFields of(FieldProgram... programs) {
        int most = 0;
        for (FieldProgram p : programs) {
            most += p.length;
        }
        PlainFields fields = new PlainFields(most);
        for (FieldProgram p : programs) {
            if (!p.isSkippable() || !fields.add(p)) {
                return null;
            }
        }
        return fields;
    }

    private boolean add(FieldProgram p) {
        long begin = bits + p.align - 1 & -(long) p.align;
        long at = begin;
        for (int op = 0; op < p.length; op++) {
            int size = (int) p.arg[op];
            if (p.kind[op] == FieldProgram.ALIGN) {
                at = at + size - 1 & -(long) size;
            } else if (p.kind[op] == FieldProgram.INTEGER) {
                boolean isWhole = size == 8 || size == 16 || size == 32 || size == 64;
                if (!isWhole || at % 8 != 0 || (p.flags[op] & FieldProgram.BIG) != 0 && size > 8) {
                    return false;
                }
                add(integer(size, (p.flags[op] & FieldProgram.SIGNED) != 0), at, p, op);
                at += size;
            } else if (p.kind[op] == FieldProgram.CHARACTERS && p.extra[op] instanceof NameCache cache && at % 8 == 0) {
                add(NAME, at, p, op);
                names[count - 1] = cache;
                at += 8L * NameCache.NAME_BYTES;
            } else {
                return false;
            }
        }
        bits = begin + p.fixedBits;
        return true;
    }

    /** Bits of all. */
    long bits() {
        return bits;
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
            long value = kind[i] == NAME
                    ? names[i].code(((SymbolData) to.data(column[i])).symbols(), bytes, start + offset[i])
                    : value(bytes, start, i);
            to.set(column[i], row, value);
        }
    }

    /** The value of a number. */
    private long value(byte[] bytes, int start, int i) {
        int at = start + offset[i];
        long value = switch (kind[i]) {
            case INT32 -> (int) INT.get(bytes, at);
            case UINT32 -> (int) INT.get(bytes, at) & 0xFFFFFFFFL;
            case INT64 -> (long) LONG.get(bytes, at);
            case INT8 -> bytes[at];
            case UINT8 -> bytes[at] & 0xFF;
            case INT16 -> (short) SHORT.get(bytes, at);
            default -> (short) SHORT.get(bytes, at) & 0xFFFF;
        };
        return value + plus[i];
    }

    /** The value of a column of 32 bits, of fields that begin at a byte. */
    int intOf(int of, byte[] bytes, int start) {
        for (int i = 0; i < count; i++) {
            if (column[i] == of) {
                return (int) INT.get(bytes, start + offset[i]) + plus[i];
            }
        }
        throw new IllegalArgumentException("no column " + of);
    }

    /** Fills rows with the fields that begin at each of some bytes, column by column. */
    void append(byte[] bytes, int[] address, int rows, TableBlock to, int row) {
        for (int i = 0; i < count; i++) {
            ColumnData data = to.column(column[i]);
            if (kind[i] == NAME) {
                names(bytes, address, rows, offset[i], names[i], (SymbolData) data, row);
            } else if (data instanceof LongData longs) {
                longs(bytes, address, rows, i, longs.values(), row);
            } else if (data instanceof IntData ints) {
                ints(bytes, address, rows, i, ints.values(), row);
            } else if (data instanceof ShortData shorts) {
                for (int n = 0; n < rows; n++) {
                    shorts.values()[row + n] = (short) value(bytes, address[n], i);
                }
            } else {
                byte[] values = ((ByteData) data).values();
                for (int n = 0; n < rows; n++) {
                    values[row + n] = (byte) value(bytes, address[n], i);
                }
            }
        }
    }

    private static void names(
            byte[] bytes, int[] address, int rows, int offset, NameCache names, SymbolData to, int row) {
        SymbolTable table = to.symbols();
        int[] codes = to.codes();
        for (int n = 0; n < rows; n++) {
            codes[row + n] = names.code(table, bytes, address[n] + offset);
        }
    }

    private void longs(byte[] bytes, int[] address, int rows, int i, long[] to, int row) {
        if (kind[i] == INT64) {
            int from = offset[i];
            int more = plus[i];
            for (int n = 0; n < rows; n++) {
                to[row + n] = (long) LONG.get(bytes, address[n] + from) + more;
            }
            return;
        }
        for (int n = 0; n < rows; n++) {
            to[row + n] = value(bytes, address[n], i);
        }
    }

    private void ints(byte[] bytes, int[] address, int rows, int i, int[] to, int row) {
        if (kind[i] == INT32 || kind[i] == UINT32) {
            int from = offset[i];
            int more = plus[i];
            for (int n = 0; n < rows; n++) {
                to[row + n] = (int) INT.get(bytes, address[n] + from) + more;
            }
            return;
        }
        for (int n = 0; n < rows; n++) {
            to[row + n] = (int) value(bytes, address[n], i);
        }
    }
}
