package dev.hindsight.replay.timeline;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives thread ids dense numbers from 0, in order of first sight.
 *
 * <p>A table of two levels: Linux gives no id from {@value #PID_MAX_LIMIT} on (PID_MAX_LIMIT of
 * include/linux/threads.h). What a damaged recording names beyond goes to a map.
 */
public final class ThreadIndex {

    private static final int PID_MAX_LIMIT = 4 * 1024 * 1024;

    private static final int PAGE_BITS = 10;
    private static final int PAGE = 1 << PAGE_BITS;

    private final int[][] pages = new int[PID_MAX_LIMIT >> PAGE_BITS][];
    private final Map<Integer, Integer> beyond = new HashMap<>();
    private int[] tids = new int[512];
    private int size;

    /** Threads so far. */
    public int size() {
        return size;
    }

    /** The thread id of a number. */
    public int tid(int index) {
        return tids[index];
    }

    /** The number of a thread, or -1 where it has none yet. */
    public int find(int tid) {
        int page = tid >>> PAGE_BITS;
        if (page >= pages.length) {
            return beyond.getOrDefault(tid, -1);
        }
        return pages[page] == null ? -1 : pages[page][tid & (PAGE - 1)];
    }

    /** The number of a thread, given now where it has none yet. */
    public int of(int tid) {
        int page = tid >>> PAGE_BITS;
        if (page < pages.length) {
            int[] indexes = pages[page];
            if (indexes != null && indexes[tid & (PAGE - 1)] >= 0) {
                return indexes[tid & (PAGE - 1)];
            }
        }
        int had = find(tid);
        return had >= 0 ? had : add(tid, page);
    }

    private int add(int tid, int page) {
        if (page >= pages.length) {
            beyond.put(tid, size);
        } else {
            if (pages[page] == null) {
                pages[page] = new int[PAGE];
                Arrays.fill(pages[page], -1);
            }
            pages[page][tid & (PAGE - 1)] = size;
        }
        if (size == tids.length) {
            tids = Arrays.copyOf(tids, 2 * size);
        }
        tids[size] = tid;
        return size++;
    }
}
