package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.ringbuffer.EventTally;
import java.nio.file.Path;

/** Counts samples and losses. */
final class CountedSamples extends SampleReader {

    private final EventTally tally;

    CountedSamples(
            Path file,
            RecordStream records,
            PerfContents contents,
            PerfEventFormats formats,
            EventTally tally,
            Damage damage) {
        super(file, records, contents, formats, tally, damage);
        this.tally = tally;
    }

    @Override
    void sample(PerfEvent event, int type, int formatId, long tsNs, int cpu, int rawAt, int length) {
        tally.add(type, cpu, tsNs);
    }

    @Override
    void lost(int cpu, long tsNs, long count) {
        tally.lose(count);
    }

    @Override
    void lostAtEnd(int cpu, long count) {
        tally.lose(count);
    }

    @Override
    void round() {
        // order is no matter
    }
}
