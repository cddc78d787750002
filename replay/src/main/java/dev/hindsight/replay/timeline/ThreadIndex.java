package dev.hindsight.replay.timeline;

import java.util.Arrays;

/** Gives thread ids dense numbers from 0, in order of first sight: an open-addressing map from int to int. */
public final class ThreadIndex {

    private int[] tidBySlot = new int[1024];
    private int[] indexBySlot = filled(1024);
    private int[] tids = new int[512];
    private int size;

    private static int[] filled(int n) {
        int[] slots = new int[n];
        Arrays.fill(slots, -1);
        return slots;
    }

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
        int mask = tidBySlot.length - 1;
        int slot = slot(tid, mask);
        while (indexBySlot[slot] >= 0) {
            if (tidBySlot[slot] == tid) {
                return indexBySlot[slot];
            }
            slot = (slot + 1) & mask;
        }
        return -1;
    }

    /** The number of a thread, given now where it has none yet. */
    public int of(int tid) {
        int mask = tidBySlot.length - 1;
        int slot = slot(tid, mask);
        while (indexBySlot[slot] >= 0) {
            if (tidBySlot[slot] == tid) {
                return indexBySlot[slot];
            }
            slot = (slot + 1) & mask;
        }
        if (size == tids.length) {
            rehash();
            return of(tid);
        }
        tidBySlot[slot] = tid;
        indexBySlot[slot] = size;
        tids[size] = tid;
        return size++;
    }

    private void rehash() {
        tids = Arrays.copyOf(tids, 2 * size);
        tidBySlot = new int[4 * size];
        indexBySlot = filled(4 * size);
        int mask = tidBySlot.length - 1;
        for (int i = 0; i < size; i++) {
            int slot = slot(tids[i], mask);
            while (indexBySlot[slot] >= 0) {
                slot = (slot + 1) & mask;
            }
            tidBySlot[slot] = tids[i];
            indexBySlot[slot] = i;
        }
    }

    /** Multiplies by 2^32 over the golden ratio (Knuth, vol. 3, 6.4): neighbouring ids, as forks give them, spread. */
    private static int slot(int tid, int mask) {
        int hash = tid * 0x9E3779B9;
        return (hash ^ (hash >>> 16)) & mask;
    }
}
