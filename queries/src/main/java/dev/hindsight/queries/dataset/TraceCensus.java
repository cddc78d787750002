package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Counts what passes on its way to another sink: events by kind, first and last, losses. */
final class TraceCensus implements RecordingSink {

    private final RecordingSink next;
    private final Consumer<EventType> ofType;
    private final Runnable afterSlice;
    private final List<EventType> types = new ArrayList<>();
    private long[] counts = new long[64];
    private long events;
    private long firstNs = Long.MAX_VALUE;
    private long lastNs = Long.MIN_VALUE;
    private long lostEvents;
    private long lossesUncounted;

    TraceCensus(RecordingSink next, Consumer<EventType> ofType, Runnable afterSlice) {
        this.next = next;
        this.ofType = ofType;
        this.afterSlice = afterSlice;
    }

    @Override
    public void type(EventType type) {
        types.add(type);
        if (type.index() >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(type.index() + 1, 2 * counts.length));
        }
        ofType.accept(type);
        next.type(type);
    }

    @Override
    public void slice(EventSlice slice) {
        for (int i = 0; i < slice.size; i++) {
            counts[slice.type[i]]++;
        }
        if (slice.size > 0) {
            firstNs = Math.min(firstNs, slice.tsNs[0]);
            lastNs = Math.max(lastNs, slice.tsNs[slice.size - 1]);
        }
        events += slice.size;
        next.slice(slice);
        afterSlice.run();
    }

    @Override
    public void lost(int cpu, int instance, long startNs, long endNs, long lost) {
        if (lost < 0) {
            lossesUncounted++;
        } else {
            lostEvents += lost;
        }
        next.lost(cpu, instance, startNs, endNs, lost);
    }

    List<Manifest.EventCount> byType() {
        List<Manifest.EventCount> all = new ArrayList<>();
        for (EventType type : types) {
            all.add(new Manifest.EventCount(
                    type.system(),
                    type.name(),
                    type.table().name(),
                    type.print() == null ? null : type.print().event(),
                    counts[type.index()]));
        }
        return all;
    }

    long events() {
        return events;
    }

    Long firstNs() {
        return events == 0 ? null : (Long) firstNs;
    }

    Long lastNs() {
        return events == 0 ? null : (Long) lastNs;
    }

    long lostEvents() {
        return lostEvents;
    }

    long lossesUncounted() {
        return lossesUncounted;
    }
}
