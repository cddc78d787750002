package dev.hindsight.replay.timeline;

/** When expiries of one timer were due, in that order, as long as something waits for them; a ring that grows. */
public final class DueTimes {

    private long[] ns = new long[16];
    private int first;
    private int size;

    /** How many wait. */
    public int size() {
        return size;
    }

    public void add(long dueNs) {
        if (size == ns.length) {
            long[] larger = new long[2 * size];
            for (int i = 0; i < size; i++) {
                larger[i] = ns[(first + i) & (size - 1)];
            }
            ns = larger;
            first = 0;
        }
        ns[(first + size++) & (ns.length - 1)] = dueNs;
    }

    /** The one that waits longest; there must be one. */
    public long first() {
        return ns[first];
    }

    /** The one that came last; there must be one. */
    public long last() {
        return ns[(first + size - 1) & (ns.length - 1)];
    }

    /** Drops the one that waits longest, where there is one. */
    public void removeFirst() {
        if (size > 0) {
            first = (first + 1) & (ns.length - 1);
            size--;
        }
    }

    /** Drops all. */
    public void clear() {
        size = 0;
    }
}
