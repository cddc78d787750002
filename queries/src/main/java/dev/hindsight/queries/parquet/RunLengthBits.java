package dev.hindsight.queries.parquet;

/**
 * Parquet's hybrid of run lengths and bit packing, for dictionary codes and levels.
 *
 * <pre>
 * run     varint: count &lt;&lt; 1                   | the value in as many whole bytes as its width needs
 * packed  varint: groups of eight &lt;&lt; 1 | 1      | the values, the first in the lowest bits
 * </pre>
 */
final class RunLengthBits {

    /** From here on a run takes less room than packing it. */
    private static final int SHORTEST_RUN = 24;

    /** Every such run holds two places this far apart of those looked at. */
    private static final int STRIDE = SHORTEST_RUN / 2;

    private RunLengthBits() {}

    /** Bits that hold 0 to {@code highest}. */
    static int width(int highest) {
        return 32 - Integer.numberOfLeadingZeros(highest);
    }

    /** Appends {@code values[0..count)}; the array has room for seven more, which are overwritten. */
    static void append(PageBytes to, int[] values, int count, int width) {
        if (width == 0) {
            run(to, 0, count, 0);
            return;
        }
        if (count > 0 && isRun(values, 1, count, values[0])) {
            run(to, values[0], count, width);
            return;
        }
        int packedFrom = 0;
        int probe = 0;
        while (probe + STRIDE < count) {
            if (values[probe] != values[probe + STRIDE] || !isRun(values, probe + 1, probe + STRIDE, values[probe])) {
                probe += STRIDE;
                continue;
            }
            int value = values[probe];
            int begin = probe;
            while (begin > packedFrom && values[begin - 1] == value) {
                begin--;
            }
            int end = probe + STRIDE + 1;
            while (end < count && values[end] == value) {
                end++;
            }
            probe += STRIDE;
            if (end - begin >= SHORTEST_RUN) {
                int start = begin + (packedFrom - begin & 7);
                pack(to, values, packedFrom, start - packedFrom, width);
                run(to, value, end - start, width);
                packedFrom = end;
                probe = end;
            }
        }
        int rest = count - packedFrom;
        for (int pad = count; pad < packedFrom + (rest + 7 & ~7); pad++) {
            values[pad] = 0;
        }
        pack(to, values, packedFrom, rest + 7 & ~7, width);
    }

    private static boolean isRun(int[] values, int from, int to, int value) {
        for (int i = from; i < to; i++) {
            if (values[i] != value) {
                return false;
            }
        }
        return true;
    }

    private static void run(PageBytes to, int value, int count, int width) {
        to.varint((long) count << 1);
        for (int shift = 0; shift < width; shift += 8) {
            to.u8(value >>> shift);
        }
    }

    private static void pack(PageBytes to, int[] values, int from, int count, int width) {
        if (count > 0) {
            to.varint((long) (count / 8) << 1 | 1);
            to.pack(values, from, count, width);
        }
    }
}
