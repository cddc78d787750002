package dev.hindsight.queries.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that grow, numbers little-endian, and the integers of the format. */
final class PageBytes {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = new byte[1 << 12];
    private int size;

    byte[] array() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** Makes room for {@code more} bytes. */
    void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(
                    bytes, Math.max(Math.addExact(size, more), (int) Math.min(2L * bytes.length, 1 << 30)));
        }
    }

    void u8(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void int32(int value) {
        reserve(4);
        INT.set(bytes, size, value);
        size += 4;
    }

    void int64(long value) {
        reserve(8);
        LONG.set(bytes, size, value);
        size += 8;
    }

    void put(byte[] from, int offset, int length) {
        reserve(length);
        System.arraycopy(from, offset, bytes, size, length);
        size += length;
    }

    void put(PageBytes other) {
        put(other.bytes, 0, other.size);
    }

    /** A number in groups of seven bits, the lowest first. */
    void varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void zigzag(long value) {
        varint(value << 1 ^ value >> 63);
    }

    /** Writes an int at an earlier place. */
    void setInt32(int at, int value) {
        INT.set(bytes, at, value);
    }

    /** Packs values of up to 32 bits, the first in the lowest bits; {@code count} is a multiple of 8. */
    void pack(int[] values, int from, int count, int width) {
        reserve(count / 8 * width + 8);
        long pending = 0;
        int bits = 0;
        int at = size;
        for (int i = from; i < from + count; i++) {
            pending |= (values[i] & 0xFFFFFFFFL) << bits;
            bits += width;
            if (bits >= 32) {
                INT.set(bytes, at, (int) pending);
                at += 4;
                pending >>>= 32;
                bits -= 32;
            }
        }
        finishPacked(at, pending, bits);
    }

    /** Packs {@code values[i] - base}, of up to 64 bits; {@code count} is a multiple of 8. */
    void pack(long[] values, int from, int count, long base, int width) {
        reserve(count / 8 * width + 16);
        long pending = 0;
        int bits = 0;
        int at = size;
        for (int i = from; i < from + count; i++) {
            long value = values[i] - base;
            pending |= value << bits;
            bits += width;
            if (bits >= 64) {
                LONG.set(bytes, at, pending);
                at += 8;
                bits -= 64;
                pending = bits == 0 ? 0 : value >>> width - bits;
            }
        }
        finishPacked(at, pending, bits);
    }

    private void finishPacked(int from, long last, int lastBits) {
        int at = from;
        long pending = last;
        for (int bits = lastBits; bits > 0; bits -= 8) {
            bytes[at++] = (byte) pending;
            pending >>>= 8;
        }
        size = at;
    }
}
