package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.recording.EventCounter;
import dev.hindsight.parsers.recording.EventCounts;

/** The indices that a counter gives to the types of events. */
public final class CountedIds extends EventIds {

    private final EventFormats formats;
    private final EventCounter counter;

    /** Of a counter that has no kinds yet and gets none but from here. */
    public CountedIds(EventFormats formats, EventCounter counter) {
        this.formats = formats;
        this.counter = counter;
    }

    @Override
    protected int discovered(int index, int id) {
        EventFormat format = formats.of(id);
        counter.kind(new EventCounts.Kind(format.system(), format.name()));
        return RecordColumns.minBytes(format);
    }
}
