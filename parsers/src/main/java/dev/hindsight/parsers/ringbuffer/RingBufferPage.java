package dev.hindsight.parsers.ringbuffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A page (sub-buffer) of the kernel's ring buffer, as {@code kernel/trace/ring_buffer.c} writes it and libtraceevent's
 * kbuffer reads it. Offsets of the fields are those of {@code header_page}; on a 64-bit kernel:
 *
 * <pre>
 *   0               8               16
 *   +---------------+---------------+--------------------------------------------------------+--------------+
 *   | time stamp    | commit        | events, together "commit" bytes                        | missed count |
 *   +---------------+---------------+--------------------------------------------------------+--------------+
 *   commit:  bit 31: events before this page were missed; bit 30: how many stands, as a long, behind the events;
 *            bits 26..0: bytes of events
 *
 *   An event begins with a word of 32 bits, low bits first on little endian, high bits first on big endian:
 *   | type_len (5 bits) | time_delta (27 bits) |
 *   type_len 1..28  that many words of data follow
 *            0      a word follows with the length of the data and of itself in bytes
 *            29     padding: time_delta 0 to the end of the page, otherwise a word follows with the bytes to pass over
 *            30     time extend: a word follows with the bits above the 27 of time_delta
 *            31     time stamp: the same, but absolute; its 5 highest bits are those of the page's time
 * </pre>
 */
public final class RingBufferPage {

    /** Bit of the commit word: events before this page were missed. */
    public static final long MISSED_EVENTS = 1L << 31;

    /** Bit of the commit word: their count stands behind the events. */
    public static final long MISSED_STORED = 1L << 30;

    /** Bits of the commit word that count the bytes of events. */
    public static final long COMMIT_MASK = (1L << 27) - 1;

    public static final int TYPE_PADDING = 29;
    public static final int TYPE_TIME_EXTEND = 30;
    public static final int TYPE_TIME_STAMP = 31;

    /** Bits of a time stamp that an absolute one does not have. */
    public static final long TIME_STAMP_MSB = 0xF8L << 56;

    static final int DELTA_BITS = 27;
    static final int DELTA_MASK = (1 << DELTA_BITS) - 1;

    static final VarHandle LONG_LE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle SHORT_LE = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle SHORT_BE = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private RingBufferPage() {}

    static long getLong(byte[] bytes, int at, boolean bigEndian) {
        return bigEndian ? (long) LONG_BE.get(bytes, at) : (long) LONG_LE.get(bytes, at);
    }

    static int getInt(byte[] bytes, int at, boolean bigEndian) {
        return bigEndian ? (int) INT_BE.get(bytes, at) : (int) INT_LE.get(bytes, at);
    }

    static int getShort(byte[] bytes, int at, boolean bigEndian) {
        return (bigEndian ? (short) SHORT_BE.get(bytes, at) : (short) SHORT_LE.get(bytes, at)) & 0xFFFF;
    }

    /** Writes a page's commit word. */
    public static void putCommit(byte[] page, PageLayout layout, long commit) {
        int at = layout.commitOffset();
        boolean big = layout.bigEndian();
        if (layout.commitBytes() == 8) {
            (big ? LONG_BE : LONG_LE).set(page, at, commit);
        } else {
            (big ? INT_BE : INT_LE).set(page, at, (int) commit);
        }
    }

    /** A word of the traced kernel's long size, zero-extended. */
    static long getWord(byte[] bytes, int at, int wordBytes, boolean bigEndian) {
        return wordBytes == 8 ? getLong(bytes, at, bigEndian) : getInt(bytes, at, bigEndian) & 0xFFFFFFFFL;
    }
}
