package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.recording.EventCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the events of a text by kind and CPU. */
final class TextTally {

    private final List<EventCounts.Kind> kinds = new ArrayList<>();
    private final Map<EventCounts.Kind, Integer> indexByKind = new HashMap<>();
    private final Map<EventForms, Integer> indexByForms = new HashMap<>();
    private long[] byType = new long[64];
    private long[] byCpu = new long[0];
    private long events;
    private long firstNs;
    private long lastNs;
    private long losses;
    private long lost;
    private boolean known = true;

    /** The kind of an event that has these forms, -1 where that is not known yet. */
    int kindOf(EventForms forms) {
        return indexByForms.getOrDefault(forms, -1);
    }

    /** The kind of events that have these forms. */
    int kind(EventForms forms, String system) {
        int index = indexByKind.computeIfAbsent(new EventCounts.Kind(system, forms.name()), kind -> {
            kinds.add(kind);
            return kinds.size() - 1;
        });
        if (index >= byType.length) {
            byType = Arrays.copyOf(byType, 2 * index);
        }
        indexByForms.put(forms, index);
        return index;
    }

    void add(int kind, int cpu, long tsNs) {
        byType[kind]++;
        if (cpu >= byCpu.length) {
            byCpu = Arrays.copyOf(byCpu, cpu + 1);
        }
        byCpu[cpu]++;
        firstNs = events == 0 ? tsNs : Math.min(firstNs, tsNs);
        lastNs = events == 0 ? tsNs : Math.max(lastNs, tsNs);
        events++;
    }

    void lost(long count) {
        losses++;
        known &= count >= 0;
        lost += Math.max(0, count);
    }

    EventCounts counts() {
        return new EventCounts(
                List.copyOf(kinds),
                Arrays.copyOf(byType, kinds.size()),
                byCpu,
                events,
                firstNs,
                lastNs,
                losses,
                lost,
                known);
    }
}
