package dev.hindsight.parsers.perfdata;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Numbers in the bytes of records, in the byte order of the file. */
final class Words {

    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT_LE =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT_BE = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private Words() {}

    static long getLong(byte[] bytes, int at, boolean big) {
        return big ? (long) LONG_BE.get(bytes, at) : (long) LONG_LE.get(bytes, at);
    }

    static int getInt(byte[] bytes, int at, boolean big) {
        return big ? (int) INT_BE.get(bytes, at) : (int) INT_LE.get(bytes, at);
    }

    /** Unsigned. */
    static int getShort(byte[] bytes, int at, boolean big) {
        return (big ? (short) SHORT_BE.get(bytes, at) : (short) SHORT_LE.get(bytes, at)) & 0xFFFF;
    }

    static void putLong(byte[] bytes, int at, boolean big, long value) {
        if (big) {
            LONG_BE.set(bytes, at, value);
        } else {
            LONG_LE.set(bytes, at, value);
        }
    }

    static void putInt(byte[] bytes, int at, boolean big, int value) {
        if (big) {
            INT_BE.set(bytes, at, value);
        } else {
            INT_LE.set(bytes, at, value);
        }
    }

    static void putShort(byte[] bytes, int at, boolean big, int value) {
        if (big) {
            SHORT_BE.set(bytes, at, (short) value);
        } else {
            SHORT_LE.set(bytes, at, (short) value);
        }
    }
}
