package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.table.SymbolTable;
import java.util.Arrays;

/** Codes of task names of 16 bytes ({@code TASK_COMM_LEN}) met lately, found by their two words. */
public final class NameCache {

    /** Bytes of a name, {@code TASK_COMM_LEN}. */
    public static final int NAME_BYTES = 16;

    private static final int SLOTS = 256;
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final long[] lows = new long[SLOTS];
    private final long[] highs = new long[SLOTS];
    private final int[] codes = new int[SLOTS];
    private SymbolTable of;

    /** The code in {@code table} of the name at {@code at}, which ends with a NUL byte or after 16 bytes. */
    public int code(SymbolTable table, byte[] bytes, int at) {
        if (table != of) {
            Arrays.fill(codes, -1);
            of = table;
        }
        long low = (long) RingBufferPage.LONG_LE.get(bytes, at);
        long high = (long) RingBufferPage.LONG_LE.get(bytes, at + 8);
        int length = firstZero(low);
        if (length < 8) {
            low &= below(length);
            high = 0;
        } else {
            int more = firstZero(high);
            high &= below(more);
            length = 8 + more;
        }
        int slot = (int) ((low * 0x9E3779B97F4A7C15L ^ high * 0xC2B2AE3D27D4EB4FL) >>> 56);
        if (lows[slot] == low && highs[slot] == high && codes[slot] >= 0) {
            return codes[slot];
        }
        int code = table.code(bytes, at, length);
        lows[slot] = low;
        highs[slot] = high;
        codes[slot] = code;
        return code;
    }

    /** Place of the first zero byte in memory order, 8 where there is none. */
    private static int firstZero(long word) {
        return Long.numberOfTrailingZeros((word - LOW_BITS) & ~word & HIGH_BITS) >>> 3;
    }

    private static long below(int bytes) {
        return bytes == 8 ? -1L : (1L << (8 * bytes)) - 1;
    }
}
