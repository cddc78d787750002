package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.recording.EventCounter;
import dev.hindsight.parsers.recording.EventCounts;
import java.util.HashMap;
import java.util.Map;

/** Counts the events of a text by kind, which several forms may share, and CPU. */
final class TextTally {

    final EventCounter counter = new EventCounter();
    private final Map<EventCounts.Kind, Integer> indexByKind = new HashMap<>();
    private final Map<EventForms, Integer> indexByForms = new HashMap<>();

    /** The kind of an event that has these forms, -1 where that is not known yet. */
    int kindOf(EventForms forms) {
        return indexByForms.getOrDefault(forms, -1);
    }

    /** The kind of events that have these forms. */
    int kind(EventForms forms, String system) {
        int index = indexByKind.computeIfAbsent(new EventCounts.Kind(system, forms.name()), counter::kind);
        indexByForms.put(forms, index);
        return index;
    }
}
