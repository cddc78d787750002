package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.recording.EventCounter;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.EventType;
import java.util.Arrays;

/** Counts the events of streams by type and CPU. */
final class LaneTally {

    private final EventCounter counter = new EventCounter();
    private final int[] indexOf;

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
                index = counter.kind(new EventCounts.Kind(type.system(), type.name()));
                indexOf[type.index()] = index;
            }
            counter.add(index, lane.cpu, lane.tsNs);
            counter.lose(lane.lostBefore);
        }
        counter.lose(lane.lostBefore);
    }

    EventCounts counts() {
        return counter.counts();
    }
}
