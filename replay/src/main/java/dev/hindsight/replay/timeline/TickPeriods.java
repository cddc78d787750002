package dev.hindsight.replay.timeline;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import java.util.Arrays;

/**
 * The period of each CPU's tick, from the times that its timer was set for: the shortest distance between two of them
 * that came up again. A tick that was stopped for a while makes longer ones.
 */
public final class TickPeriods {

    /** Distances kept for a CPU; the grid of a tick has few. */
    private static final int MOST = 16;

    private long[] lastDueNs = {};
    private long[][] distanceNs = {};
    private int[][] seen = {};

    /** A CPU's tick expired that was set for a time. */
    void expired(int cpu, long dueNs) {
        reserve(cpu);
        long distance = dueNs - lastDueNs[cpu];
        boolean first = lastDueNs[cpu] == NULL;
        lastDueNs[cpu] = dueNs;
        if (first || distance <= 0) {
            return;
        }
        long[] known = distanceNs[cpu];
        for (int i = 0; i < MOST; i++) {
            if (known[i] == distance || known[i] == 0) {
                known[i] = distance;
                seen[cpu][i]++;
                return;
            }
        }
    }

    /** Ticks were missed: the next distance says nothing. */
    void lost(int cpu) {
        reserve(cpu);
        lastDueNs[cpu] = NULL;
    }

    /** Null where no tick was seen twice. */
    long periodNs(int cpu) {
        if (cpu >= lastDueNs.length) {
            return NULL;
        }
        long shortest = NULL;
        boolean twice = false;
        for (int i = 0; i < MOST && distanceNs[cpu][i] != 0; i++) {
            boolean again = seen[cpu][i] > 1;
            if (again && !twice || again == twice && (shortest == NULL || distanceNs[cpu][i] < shortest)) {
                shortest = distanceNs[cpu][i];
                twice = again;
            }
        }
        return shortest;
    }

    private void reserve(int cpu) {
        int from = lastDueNs.length;
        if (cpu < from) {
            return;
        }
        int to = Math.max(cpu + 1, 2 * from);
        lastDueNs = Arrays.copyOf(lastDueNs, to);
        Arrays.fill(lastDueNs, from, to, NULL);
        distanceNs = Arrays.copyOf(distanceNs, to);
        seen = Arrays.copyOf(seen, to);
        for (int i = from; i < to; i++) {
            distanceNs[i] = new long[MOST];
            seen[i] = new int[MOST];
        }
    }
}
