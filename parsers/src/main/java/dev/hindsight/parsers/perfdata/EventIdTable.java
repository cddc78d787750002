package dev.hindsight.parsers.perfdata;

import java.util.Arrays;

/** Which event a sample's id belongs to, and which CPU, in open addressing by the id. */
final class EventIdTable {

    private static final int SMALL = 1 << 20;

    private long[] ids = new long[64];
    private int[] events = filled(64);
    private int[] cpus = filled(64);
    private int size;

    /** The events of small ids, which the kernel's are: -1 where there is none. */
    private int[] small = {};

    private static int[] filled(int n) {
        int[] slots = new int[n];
        Arrays.fill(slots, -1);
        return slots;
    }

    private static int hash(long id) {
        long mixed = id * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32);
    }

    private int slot(long id) {
        int mask = ids.length - 1;
        int slot = hash(id) & mask;
        while (events[slot] >= 0 && ids[slot] != id) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** The first event that an id was given to keeps it. */
    void put(long id, int event) {
        int slot = slot(id);
        if (events[slot] >= 0) {
            return;
        }
        ids[slot] = id;
        events[slot] = event;
        if (id >= 0 && id < SMALL) {
            if (id >= small.length) {
                int had = small.length;
                small = Arrays.copyOf(small, (int) Math.min(SMALL, 2 * id + 64));
                Arrays.fill(small, had, small.length, -1);
            }
            small[(int) id] = event;
        }
        if (2 * ++size > ids.length) {
            grow();
        }
    }

    private void grow() {
        long[] oldIds = ids;
        int[] oldEvents = events;
        int[] oldCpus = cpus;
        int n = 2 * oldIds.length;
        ids = new long[n];
        events = filled(n);
        cpus = filled(n);
        for (int i = 0; i < oldIds.length; i++) {
            if (oldEvents[i] >= 0) {
                int slot = slot(oldIds[i]);
                ids[slot] = oldIds[i];
                events[slot] = oldEvents[i];
                cpus[slot] = oldCpus[i];
            }
        }
    }

    /** The id, which has an event, counts on this CPU alone. */
    void onCpu(long id, int cpu) {
        int slot = slot(id);
        if (events[slot] >= 0) {
            cpus[slot] = cpu;
        }
    }

    /** The event of an id, or -1. */
    int event(long id) {
        if (id >= 0 && id < small.length) {
            return small[(int) id];
        }
        return events[slot(id)];
    }

    /** The CPU that an id counts on, -1 where that is not known. */
    int cpu(long id) {
        return cpus[slot(id)];
    }

    int size() {
        return size;
    }
}
