package dev.hindsight.parsers.perfdata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What perf asked the kernel for: {@code struct perf_event_attr} ({@code include/uapi/linux/perf_event.h}), as far as it
 * tells how samples read.
 *
 * <pre>
 *    0           4        8         16              24             32             40
 *   +-----------+--------+---------+---------------+--------------+--------------+-------------+
 *   | type      | size   | config  | sample period | sample_type  | read_format  | flags: one  |
 *   |           |        |         | or frequency  |              |              | bit each    |
 *   +-----------+--------+---------+---------------+--------------+--------------+-------------+
 *   48        52         56         64        72                   80
 *   +---------+----------+----------+---------+--------------------+-------------------+
 *   | wakeup  | bp_type  | config1  | config2 | branch_sample_type | sample_regs_user  |
 *   +---------+----------+----------+---------+--------------------+-------------------+
 *   88                  92        96                 104
 *   +-------------------+---------+------------------+-----------------------------------
 *   | sample_stack_user | clockid | sample_regs_intr | aux_watermark, ...
 *   +-------------------+---------+------------------+-----------------------------------
 * </pre>
 *
 * <p>Sizes: 64 (2.6.32, also written as 0), 72 (config2, 2.6.39), 80 (branch_sample_type, 3.4), 96 (3.7), 104
 * (regs_intr, 3.19), 112 (4.1), 120 (5.5), 128 (sig_data, 5.13), 136 (config3, 6.3); what a shorter one lacks is 0. The
 * flags are bit fields: on a machine of big endian the first is the highest bit.
 */
record EventAttr(
        int type,
        long config,
        long sampleType,
        long readFormat,
        boolean sampleIdAll,
        boolean useClockid,
        int clockid,
        long branchSampleType,
        long regsUser,
        long regsIntr) {

    static final int SIZE_START = 64;

    /** Largest that is read; a later kernel's further words change nothing that is read here. */
    static final int MAX_SIZE = 4096;

    static final int TYPE_HARDWARE = 0;
    static final int TYPE_SOFTWARE = 1;
    static final int TYPE_TRACEPOINT = 2;
    static final int TYPE_HW_CACHE = 3;
    static final int TYPE_RAW = 4;
    static final int TYPE_BREAKPOINT = 5;

    private static final int FLAG_SAMPLE_ID_ALL = 18;
    private static final int FLAG_USE_CLOCKID = 25;

    /** The size that an attribute at {@code at} declares. */
    static int size(ByteBuffer bytes, int at) {
        int size = bytes.getInt(at + 4);
        return size == 0 ? SIZE_START : size;
    }

    /** Reads the attribute that fills {@code bytes}, at least {@link #SIZE_START}. */
    static EventAttr read(byte[] bytes, ByteOrder order) {
        byte[] whole = bytes.length < 104 ? java.util.Arrays.copyOf(bytes, 104) : bytes;
        ByteBuffer in = ByteBuffer.wrap(whole).order(order);
        long flags = in.getLong(40);
        return new EventAttr(
                in.getInt(0),
                in.getLong(8),
                in.getLong(24),
                in.getLong(32),
                flag(flags, FLAG_SAMPLE_ID_ALL, order),
                flag(flags, FLAG_USE_CLOCKID, order),
                in.getInt(92),
                in.getLong(72),
                in.getLong(80),
                in.getLong(96));
    }

    private static boolean flag(long flags, int bit, ByteOrder order) {
        return (flags >>> (order == ByteOrder.BIG_ENDIAN ? 63 - bit : bit) & 1) != 0;
    }
}
