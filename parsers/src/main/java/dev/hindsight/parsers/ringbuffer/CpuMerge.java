package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.recording.RecordingSink;
import java.util.List;

/** Merges the events of all CPUs by time, as their pages are read, and tells what each lost. */
final class CpuMerge {

    private final CpuPages[] cpus;
    private final SliceBuilder slices;
    private final RecordingSink sink;
    private final byte[] arena;
    private final TimeMerge merge;

    /** Places in {@link #cpus} of those that have events to come, ascending. */
    private final int[] live;

    private int liveCount;
    private long firstNs;
    private boolean started;

    CpuMerge(List<CpuPages> cpus, SliceBuilder slices, RecordingSink sink, byte[] arena, int batch, boolean instances) {
        this.cpus = cpus.toArray(new CpuPages[0]);
        this.slices = slices;
        this.sink = sink;
        this.arena = arena;
        merge = new TimeMerge(this.cpus, batch, instances);
        live = new int[cpus.size()];
    }

    void run() {
        for (int i = 0; i < cpus.length; i++) {
            if (refill(i)) {
                firstNs = liveCount == 0 ? cpus[i].ts[0] : Math.min(firstNs, cpus[i].ts[0]);
                live[liveCount++] = i;
            }
        }
        started = true;
        for (CpuPages c : cpus) {
            tellLost(c);
        }
        while (liveCount > 0) {
            slices.take(merge.window, 0, merge.next(live, liveCount), arena);
            int left = 0;
            for (int i = 0; i < liveCount; i++) {
                CpuPages c = cpus[live[i]];
                if (c.at < c.count || refill(live[i])) {
                    live[left++] = live[i];
                }
            }
            liveCount = left;
        }
        slices.flush();
        for (CpuPages c : cpus) {
            tellLostAtEnd(c);
        }
        slices.end();
    }

    /** The next batch of a CPU; slices end before its slot is filled anew. */
    private boolean refill(int index) {
        CpuPages c = cpus[index];
        while (c.next() == CpuPages.DRY) {
            slices.flush();
            if (!c.fill()) {
                return false;
            }
        }
        if (c.lostBefore != 0 && started) {
            slices.flush();
            tellLost(c);
        }
        return true;
    }

    private void tellLost(CpuPages c) {
        if (c.lostBefore != 0) {
            long start = c.lostAfterSome ? c.lostAfterNs : Math.min(firstNs, c.ts[0]);
            sink.lost(c.cpu, c.instance, start, c.ts[0], c.lostBefore);
            c.lostBefore = 0;
        }
    }

    private void tellLostAtEnd(CpuPages c) {
        if (c.lostAtEnd() != 0) {
            long end = slices.lastNs() == Long.MIN_VALUE ? 0 : slices.lastNs();
            sink.lost(c.cpu, c.instance, c.hadEvents() ? c.lastNs() : firstNs, end, c.lostAtEnd());
        }
    }
}
