package dev.hindsight.parsers.recording;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts events by kind and CPU, and what was lost of them. */
public final class EventCounter {

    private final List<EventCounts.Kind> kinds = new ArrayList<>();
    private long[] byKind = new long[64];
    private long[] byCpu = new long[8];
    private int cpus;
    private long events;
    private long firstNs;
    private long lastNs;
    private long losses;
    private long lost;
    private boolean known = true;

    /** Gives a further kind of event its index: 0, 1, 2, ... */
    public int kind(EventCounts.Kind kind) {
        int index = kinds.size();
        kinds.add(kind);
        if (index == byKind.length) {
            byKind = Arrays.copyOf(byKind, 2 * index);
        }
        return index;
    }

    /** Tells of a CPU, which the counts have even without events. */
    public void cpu(int cpu) {
        if (cpu >= byCpu.length) {
            byCpu = Arrays.copyOf(byCpu, Math.max(cpu + 1, 2 * byCpu.length));
        }
        cpus = Math.max(cpus, cpu + 1);
    }

    /** Counts an event of a kind that has an index. */
    public void add(int kind, int cpu, long tsNs) {
        cpu(cpu);
        byKind[kind]++;
        counted(cpu, 1, tsNs, tsNs);
    }

    /** Counts {@code n} events of a CPU, at least one: their kinds, the times of the earliest and the latest. */
    public void add(int[] kind, int n, int cpu, long earliestNs, long latestNs) {
        cpu(cpu);
        long[] counts = byKind;
        for (int i = 0; i < n; i++) {
            counts[kind[i]]++;
        }
        counted(cpu, n, earliestNs, latestNs);
    }

    private void counted(int cpu, int n, long earliestNs, long latestNs) {
        byCpu[cpu] += n;
        firstNs = events == 0 ? earliestNs : Math.min(firstNs, earliestNs);
        lastNs = events == 0 ? latestNs : Math.max(lastNs, latestNs);
        events += n;
    }

    /** Counts a loss of so many events, -1 where that is not known; 0 is none. */
    public void lose(long count) {
        if (count != 0) {
            losses++;
            known &= count > 0;
            lost += Math.max(0, count);
        }
    }

    /** What was counted so far. */
    public EventCounts counts() {
        return new EventCounts(
                List.copyOf(kinds),
                Arrays.copyOf(byKind, kinds.size()),
                Arrays.copyOf(byCpu, cpus),
                events,
                firstNs,
                lastNs,
                losses,
                lost,
                known);
    }
}
