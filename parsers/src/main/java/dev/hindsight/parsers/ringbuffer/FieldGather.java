package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.format.FieldKind;
import dev.hindsight.parsers.format.FieldPlace;
import dev.hindsight.parsers.table.BinaryData;
import dev.hindsight.parsers.table.ByteData;
import dev.hindsight.parsers.table.BytesRun;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.DoubleData;
import dev.hindsight.parsers.table.IntData;
import dev.hindsight.parsers.table.LongData;
import dev.hindsight.parsers.table.LongListData;
import dev.hindsight.parsers.table.ShortData;
import dev.hindsight.parsers.table.SymbolData;
import dev.hindsight.parsers.table.SymbolTable;
import dev.hindsight.parsers.table.TextData;

/**
 * Copies one field of many records of an event type into its column: a loop of its own per width and byte order, so
 * that each compiles to a load and a store.
 */
final class FieldGather {

    private final EventField field;
    private final boolean big;
    private final NameCache names;

    /** {@code whole}: every record has all bytes of the field. */
    FieldGather(EventField field, boolean bigEndian, boolean whole) {
        this.field = field;
        boolean isName = whole
                && field.kind() == FieldKind.STRING
                && field.place() == FieldPlace.FIXED
                && field.size() == NameCache.NAME_BYTES;
        names = isName ? new NameCache() : null;
        big = bigEndian;
    }

    /** Appends records {@code [from, from + count)} of those listed to the column, at {@code row} and on. */
    void gather(byte[] bytes, int[] address, int[] length, int from, int count, ColumnData to, int row) {
        int offset = field.offset();
        if (to instanceof LongData d) {
            longs(bytes, address, from, count, offset, big, d.values(), row);
        } else if (to instanceof IntData d) {
            ints(bytes, address, from, count, offset, big, d.values(), row);
        } else if (to instanceof ShortData d) {
            shorts(bytes, address, from, count, offset, big, d.values(), row);
        } else if (to instanceof ByteData d) {
            bytes(bytes, address, from, count, offset, field.kind() == FieldKind.BOOL, d.values(), row);
        } else if (to instanceof SymbolData d) {
            symbols(bytes, address, length, from, count, d, row);
        } else if (to instanceof TextData d) {
            for (int i = from; i < from + count; i++) {
                long place = place(bytes, address[i], length[i]);
                int start = (int) place;
                d.append(bytes, start, terminated(bytes, start, (int) (place >>> 32)));
            }
        } else if (to instanceof BinaryData d) {
            BytesRun run = d.run();
            for (int i = from; i < from + count; i++) {
                long place = place(bytes, address[i], length[i]);
                run.append(bytes, (int) place, (int) (place >>> 32));
            }
        } else if (to instanceof LongListData d) {
            lists(bytes, address, length, from, count, d);
        } else if (to instanceof DoubleData) {
            throw new IllegalStateException("no event field is " + to.column());
        }
    }

    private static void longs(
            byte[] bytes, int[] address, int from, int count, int offset, boolean big, long[] to, int row) {
        if (big) {
            for (int i = 0; i < count; i++) {
                to[row + i] = (long) RingBufferPage.LONG_BE.get(bytes, address[from + i] + offset);
            }
        } else {
            for (int i = 0; i < count; i++) {
                to[row + i] = (long) RingBufferPage.LONG_LE.get(bytes, address[from + i] + offset);
            }
        }
    }

    static void ints(byte[] bytes, int[] address, int from, int count, int offset, boolean big, int[] to, int row) {
        if (big) {
            for (int i = 0; i < count; i++) {
                to[row + i] = (int) RingBufferPage.INT_BE.get(bytes, address[from + i] + offset);
            }
        } else {
            for (int i = 0; i < count; i++) {
                to[row + i] = (int) RingBufferPage.INT_LE.get(bytes, address[from + i] + offset);
            }
        }
    }

    private static void shorts(
            byte[] bytes, int[] address, int from, int count, int offset, boolean big, short[] to, int row) {
        if (big) {
            for (int i = 0; i < count; i++) {
                to[row + i] = (short) RingBufferPage.SHORT_BE.get(bytes, address[from + i] + offset);
            }
        } else {
            for (int i = 0; i < count; i++) {
                to[row + i] = (short) RingBufferPage.SHORT_LE.get(bytes, address[from + i] + offset);
            }
        }
    }

    static void bytes(byte[] bytes, int[] address, int from, int count, int offset, boolean bool, byte[] to, int row) {
        for (int i = 0; i < count; i++) {
            to[row + i] = bytes[address[from + i] + offset];
        }
        if (bool) {
            for (int i = 0; i < count; i++) {
                to[row + i] = (byte) (to[row + i] == 0 ? 0 : 1);
            }
        }
    }

    private void symbols(byte[] bytes, int[] address, int[] length, int from, int count, SymbolData to, int row) {
        SymbolTable table = to.symbols();
        int[] codes = to.codes();
        if (names != null) {
            int offset = field.offset();
            for (int i = 0; i < count; i++) {
                codes[row + i] = names.code(table, bytes, address[from + i] + offset);
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            long place = place(bytes, address[from + i], length[from + i]);
            int start = (int) place;
            codes[row + i] = table.code(bytes, start, terminated(bytes, start, (int) (place >>> 32)));
        }
    }

    private void lists(byte[] bytes, int[] address, int[] length, int from, int count, LongListData to) {
        int width = field.elementBytes();
        boolean signed = field.signed();
        for (int i = from; i < from + count; i++) {
            long place = place(bytes, address[i], length[i]);
            int start = (int) place;
            int end = start + (int) (place >>> 32);
            for (int at = start; at + width <= end; at += width) {
                to.add(element(bytes, at, width, signed));
            }
            to.endRow();
        }
    }

    private long element(byte[] bytes, int at, int width, boolean signed) {
        return switch (width) {
            case 1 -> signed ? bytes[at] : bytes[at] & 0xFF;
            case 2 -> {
                int value = RingBufferPage.getShort(bytes, at, big);
                yield signed ? (short) value : value;
            }
            case 4 -> {
                int value = RingBufferPage.getInt(bytes, at, big);
                yield signed ? value : value & 0xFFFFFFFFL;
            }
            default -> RingBufferPage.getLong(bytes, at, big);
        };
    }

    /** Start of the field's bytes in the arena (low word) and their count (high word), within the record. */
    private long place(byte[] bytes, int address, int length) {
        int start;
        int size;
        switch (field.place()) {
            case FIXED -> {
                start = field.offset();
                size = field.size();
            }
            case TO_END -> {
                start = field.offset();
                size = length - start;
            }
            case DATA_LOC, REL_LOC -> {
                if (field.offset() + 4 > length) {
                    return Integer.toUnsignedLong(address);
                }
                int word = RingBufferPage.getInt(bytes, address + field.offset(), big);
                start = word & 0xFFFF;
                size = word >>> 16;
                if (field.place() == FieldPlace.REL_LOC) {
                    start += field.offset() + 4;
                }
            }
            default -> throw new IllegalStateException(field.toString());
        }
        if (start > length) {
            start = length;
        }
        size = Math.max(0, Math.min(size, length - start));
        return (long) size << 32 | address + start;
    }

    private static int terminated(byte[] bytes, int start, int size) {
        for (int i = 0; i < size; i++) {
            if (bytes[start + i] == 0) {
                return i;
            }
        }
        return size;
    }
}
