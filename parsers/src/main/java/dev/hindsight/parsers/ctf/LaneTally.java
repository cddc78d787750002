package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.EventType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts events by type and CPU. */
final class LaneTally {

    private final int[] indexOf;
    private final List<EventCounts.Kind> kinds = new ArrayList<>();
    private long[] byType = new long[64];
    private long[] byCpu = new long[0];
    private long events;
    private long firstNs = Long.MAX_VALUE;
    private long lastNs = Long.MIN_VALUE;
    private long losses;
    private long lost;
    private boolean known = true;

    LaneTally(int classes) {
        indexOf = new int[classes];
        Arrays.fill(indexOf, -1);
    }

    /** Counts all events of a stream. */
    void add(StreamLane lane) {
        while (lane.next()) {
            EventType type = lane.event.type;
            int index = indexOf[type.index()];
            if (index < 0) {
                index = kinds.size();
                indexOf[type.index()] = index;
                kinds.add(new EventCounts.Kind(type.system(), type.name()));
                byType = index == byType.length ? Arrays.copyOf(byType, 2 * index) : byType;
            }
            byType[index]++;
            if (lane.cpu >= byCpu.length) {
                byCpu = Arrays.copyOf(byCpu, lane.cpu + 1);
            }
            byCpu[lane.cpu]++;
            events++;
            firstNs = Math.min(firstNs, lane.tsNs);
            lastNs = Math.max(lastNs, lane.tsNs);
            lose(lane.lostBefore);
        }
        lose(lane.lostBefore);
    }

    private void lose(long count) {
        if (count != 0) {
            losses++;
            known &= count > 0;
            lost += Math.max(0, count);
        }
    }

    EventCounts counts() {
        return new EventCounts(
                List.copyOf(kinds),
                Arrays.copyOf(byType, kinds.size()),
                byCpu,
                events,
                events == 0 ? 0 : firstNs,
                events == 0 ? 0 : lastNs,
                losses,
                lost,
                known);
    }
}
