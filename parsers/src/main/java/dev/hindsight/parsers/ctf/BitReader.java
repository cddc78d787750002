package dev.hindsight.parsers.ctf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads integers at any bit (CTF 1.8.3, section 4.1.5).
 *
 * <pre>
 *  little-endian: bits of a byte count from the least significant one        big-endian: from the most significant one
 *   byte 0            byte 1                                                  byte 0            byte 1
 *  +--------+--------+--------+--------+                                     +--------+--------+--------+--------+
 *  | b  (7..5) a (4..0)| c (7..0)      |   a: 5 bits at 0, b: 3 at 5         | a (7..3) b (2..0) | c (7..0)      |
 *  +--------+--------+--------+--------+                                     +--------+--------+--------+--------+
 * </pre>
 *
 * No bounds are checked here but those of the array.
 */
final class BitReader {

    private static final VarHandle SHORT_LE =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT_BE = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BitReader() {}

    /** An integer of {@code size} bits, 1 to 64, at bit {@code at}; sign-extended where it is signed. */
    static long read(byte[] bytes, long at, int size, boolean signed, boolean big) {
        long bits;
        if ((at & 7) == 0) {
            int i = (int) (at >>> 3);
            switch (size) {
                case 8:
                    return signed ? bytes[i] : bytes[i] & 0xFF;
                case 16:
                    short s = (short) (big ? SHORT_BE : SHORT_LE).get(bytes, i);
                    return signed ? s : s & 0xFFFF;
                case 32:
                    int w = big ? (int) INT_BE.get(bytes, i) : (int) INT_LE.get(bytes, i);
                    return signed ? w : w & 0xFFFFFFFFL;
                case 64:
                    return big ? (long) LONG_BE.get(bytes, i) : (long) LONG_LE.get(bytes, i);
                default:
            }
        }
        int first = (int) (at >>> 3);
        int shift = (int) (at & 7);
        int unused = 64 - size;
        if (first + 8 <= bytes.length && shift <= unused) {
            // eight bytes hold it whole
            bits = big ? (long) LONG_BE.get(bytes, first) << shift : (long) LONG_LE.get(bytes, first) << unused - shift;
            return signed ? bits >> unused : bits >>> unused;
        }
        bits = big ? bigEndian(bytes, at, size) : littleEndian(bytes, at, size);
        return signed ? bits << unused >> unused : bits << unused >>> unused;
    }

    private static long littleEndian(byte[] bytes, long at, int size) {
        int i = (int) (at >>> 3);
        int shift = (int) (at & 7);
        long bits = (bytes[i] & 0xFFL) >>> shift;
        for (int have = 8 - shift; have < size; have += 8) {
            bits |= (bytes[++i] & 0xFFL) << have;
        }
        return bits;
    }

    private static long bigEndian(byte[] bytes, long at, int size) {
        int i = (int) (at >>> 3);
        int shift = (int) (at & 7);
        long bits = bytes[i] & 0xFF >>> shift;
        int have = 8 - shift;
        while (have < size) {
            int take = Math.min(8, size - have);
            bits = bits << take | (bytes[++i] & 0xFF) >>> 8 - take;
            have += take;
        }
        return have > size ? bits >>> have - size : bits;
    }
}
