package dev.hindsight.replay.workload;

/** Orders rows of columns without moving the columns. */
final class RowOrder {

    private RowOrder() {}

    /** Rows by ascending key, equal ones as they are: a merge sort, quick on what is nearly in order. */
    static int[] by(long[] keys) {
        return by(keys, keys.length);
    }

    static int[] by(long[] keys, int n) {
        int[] from = new int[n];
        for (int i = 0; i < n; i++) {
            from[i] = i;
        }
        int[] to = new int[n];
        for (int width = 1; width < n; width *= 2) {
            for (int start = 0; start < n; start += 2 * width) {
                int middle = Math.min(start + width, n);
                int end = Math.min(start + 2 * width, n);
                if (middle == end || keys[from[middle - 1]] <= keys[from[middle]]) {
                    System.arraycopy(from, start, to, start, end - start);
                    continue;
                }
                int i = start;
                int j = middle;
                for (int k = start; k < end; k++) {
                    to[k] = i < middle && (j >= end || keys[from[i]] <= keys[from[j]]) ? from[i++] : from[j++];
                }
            }
            int[] spare = from;
            from = to;
            to = spare;
        }
        return from;
    }

    /** A column in another order. */
    static long[] take(long[] column, int[] order) {
        long[] to = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            to[i] = column[order[i]];
        }
        return to;
    }

    static int[] take(int[] column, int[] order) {
        int[] to = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            to[i] = column[order[i]];
        }
        return to;
    }

    static String[] take(String[] column, int[] order) {
        String[] to = new String[order.length];
        for (int i = 0; i < order.length; i++) {
            to[i] = column[order[i]];
        }
        return to;
    }

    /** The first place in [from, to) of an ascending column whose value is {@code key} or more. */
    static int firstFrom(long[] column, int from, int to, long key) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (column[middle] < key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
