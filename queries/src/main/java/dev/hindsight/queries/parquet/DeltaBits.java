package dev.hindsight.queries.parquet;

/**
 * Parquet's DELTA_BINARY_PACKED: differences to the value before, less the least of their block, in as many bits as the
 * largest of their miniblock needs. Times and other values that grow slowly take few bits.
 *
 * <pre>
 * header  varint: values in a block | varint: miniblocks in it | varint: values | zigzag: first value
 * block   zigzag: least difference | a byte for each miniblock: width | the miniblocks, packed
 * </pre>
 */
final class DeltaBits {

    private static final int BLOCK = 128;
    private static final int MINIBLOCKS = 4;
    private static final int MINIBLOCK = BLOCK / MINIBLOCKS;

    private final long[] deltas = new long[BLOCK];

    /** Appends {@code values[0..count)}. */
    void append(PageBytes to, long[] values, int count) {
        to.varint(BLOCK);
        to.varint(MINIBLOCKS);
        to.varint(count);
        to.zigzag(count == 0 ? 0 : values[0]);
        for (int from = 1; from < count; from += BLOCK) {
            block(to, values, from, Math.min(BLOCK, count - from));
        }
    }

    private void block(PageBytes to, long[] values, int from, int count) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            long delta = values[from + i] - values[from + i - 1];
            deltas[i] = delta;
            least = Math.min(least, delta);
        }
        for (int i = count; i < BLOCK; i++) {
            deltas[i] = least;
        }
        to.zigzag(least);
        to.reserve(MINIBLOCKS);
        int widths = to.size();
        to.int32(0);
        int packed = 0;
        for (int mini = 0; mini < MINIBLOCKS && mini * MINIBLOCK < count; mini++) {
            long bits = 0;
            for (int i = mini * MINIBLOCK; i < (mini + 1) * MINIBLOCK; i++) {
                bits |= deltas[i] - least;
            }
            int width = 64 - Long.numberOfLeadingZeros(bits);
            packed |= width << 8 * mini;
            to.pack(deltas, mini * MINIBLOCK, MINIBLOCK, least, width);
        }
        to.setInt32(widths, packed);
    }
}
