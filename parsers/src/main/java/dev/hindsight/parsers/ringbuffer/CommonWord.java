package dev.hindsight.parsers.ringbuffer;

/**
 * The first 8 bytes of an event's record, as {@code struct trace_entry} has been since Linux 2.6.31:
 *
 * <pre>
 *   0                 2              3                      4              8
 *   +-----------------+--------------+----------------------+--------------+
 *   | common_type     | common_flags | common_preempt_count | common_pid   |
 *   +-----------------+--------------+----------------------+--------------+
 * </pre>
 */
final class CommonWord {

    static final int FLAGS = 2;
    static final int PREEMPT_COUNT = 3;
    static final int PID = 4;

    private CommonWord() {}

    /** Copies the common fields of records {@code [from, from + count)} to their columns, with one load each. */
    static void gather(
            byte[] bytes,
            int[] address,
            int from,
            int count,
            boolean big,
            int[] tid,
            byte[] flags,
            byte[] preempt,
            int row) {
        if (big) {
            for (int i = 0; i < count; i++) {
                long word = (long) RingBufferPage.LONG_BE.get(bytes, address[from + i]);
                tid[row + i] = (int) word;
                preempt[row + i] = (byte) (word >>> 32);
                flags[row + i] = (byte) (word >>> 40);
            }
        } else {
            for (int i = 0; i < count; i++) {
                long word = (long) RingBufferPage.LONG_LE.get(bytes, address[from + i]);
                tid[row + i] = (int) (word >>> 32);
                preempt[row + i] = (byte) (word >>> 24);
                flags[row + i] = (byte) (word >>> 16);
            }
        }
    }
}
