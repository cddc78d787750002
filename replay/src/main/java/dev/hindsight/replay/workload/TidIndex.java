package dev.hindsight.replay.workload;

import java.util.Arrays;

/** Thread ids to indices, open addressing. */
final class TidIndex {

    private final int[] tids;
    private final int[] indices;

    TidIndex(int[] tid) {
        int size = Integer.highestOneBit(Math.max(8, 2 * tid.length)) * 2;
        tids = new int[size];
        indices = new int[size];
        Arrays.fill(indices, -1);
        for (int i = 0; i < tid.length; i++) {
            int at = place(tid[i]);
            tids[at] = tid[i];
            indices[at] = i;
        }
    }

    private int place(int tid) {
        int mask = tids.length - 1;
        int at = (tid * 0x9E3779B9) >>> 7 & mask;
        while (indices[at] >= 0 && tids[at] != tid) {
            at = at + 1 & mask;
        }
        return at;
    }

    /** -1 for a thread that is none of them. */
    int of(int tid) {
        return indices[place(tid)];
    }

    /** A column of thread ids as indices. */
    int[] of(int[] tid) {
        int[] to = new int[tid.length];
        for (int i = 0; i < tid.length; i++) {
            to[i] = tid[i] < 0 ? -1 : of(tid[i]);
        }
        return to;
    }
}
