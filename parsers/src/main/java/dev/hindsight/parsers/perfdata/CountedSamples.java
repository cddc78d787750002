package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.recording.EventCounter;
import dev.hindsight.parsers.ringbuffer.CountedIds;
import java.nio.file.Path;

/** Counts samples and losses. */
final class CountedSamples extends SampleReader {

    private final EventCounter counter;

    CountedSamples(
            Path file,
            RecordStream records,
            PerfContents contents,
            PerfEventFormats formats,
            EventCounter counter,
            Damage damage) {
        super(file, records, contents, formats, new CountedIds(formats, counter), damage);
        this.counter = counter;
    }

    @Override
    void sample(PerfEvent event, int type, int formatId, long tsNs, int cpu, int rawAt, int length) {
        counter.add(type, cpu, tsNs);
    }

    @Override
    void lost(int cpu, long tsNs, long count) {
        counter.lose(count);
    }

    @Override
    void lostAtEnd(int cpu, long count) {
        counter.lose(count);
    }

    @Override
    void round() {
        // order is no matter
    }
}
