package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.recording.EventCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts events by type and CPU. */
public final class EventTally extends EventIds {

    private final EventFormats formats;
    private final List<EventCounts.Kind> kinds = new ArrayList<>();
    private long[] byType = new long[64];
    private long[] byCpu = new long[0];
    private int cpus;
    private long events;
    private long firstNs;
    private long lastNs;
    private long losses;
    private long lost;
    private boolean known = true;

    public EventTally(EventFormats formats) {
        this.formats = formats;
    }

    @Override
    protected int discovered(int index, int id) {
        EventFormat format = formats.of(id);
        kinds.add(new EventCounts.Kind(format.system(), format.name()));
        if (index == byType.length) {
            byType = Arrays.copyOf(byType, 2 * index);
        }
        return RecordColumns.minBytes(format);
    }

    /** Counts all events of a CPU. */
    void add(CpuPages cpu) {
        long before = events;
        while (true) {
            int n = cpu.next();
            if (n == CpuPages.DRY) {
                if (!cpu.fill()) {
                    break;
                }
                continue;
            }
            lose(cpu.lostBefore);
            int[] type = cpu.type;
            long[] counts = byType;
            for (int i = 0; i < n; i++) {
                counts[type[i]]++;
            }
            long first = cpu.ts[0];
            long last = cpu.ts[n - 1];
            firstNs = events == 0 ? first : Math.min(firstNs, first);
            lastNs = events == 0 ? last : Math.max(lastNs, last);
            events += n;
        }
        lose(cpu.lostAtEnd());
        if (cpu.cpu >= byCpu.length) {
            byCpu = Arrays.copyOf(byCpu, cpu.cpu + 1);
        }
        cpus = Math.max(cpus, cpu.cpu + 1);
        byCpu[cpu.cpu] += events - before;
    }

    /** Counts an event. */
    public void add(int index, int cpu, long tsNs) {
        byType[index]++;
        if (cpu >= byCpu.length) {
            byCpu = Arrays.copyOf(byCpu, Math.max(cpu + 1, 2 * byCpu.length));
        }
        byCpu[cpu]++;
        cpus = Math.max(cpus, cpu + 1);
        firstNs = events == 0 ? tsNs : Math.min(firstNs, tsNs);
        lastNs = events == 0 ? tsNs : Math.max(lastNs, tsNs);
        events++;
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
                Arrays.copyOf(byType, kinds.size()),
                Arrays.copyOf(byCpu, cpus),
                events,
                firstNs,
                lastNs,
                losses,
                lost,
                known);
    }
}
