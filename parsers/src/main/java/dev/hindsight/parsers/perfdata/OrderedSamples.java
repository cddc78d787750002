package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.ringbuffer.EventIds;
import java.nio.file.Path;

/** Puts samples, as records of the ring buffer's layout, into the window that orders them. */
final class OrderedSamples extends SampleReader {

    private final RecordStream records;
    private final SampleWindow window;
    private final boolean big;

    OrderedSamples(
            Path file,
            RecordStream records,
            PerfContents contents,
            PerfEventFormats formats,
            EventIds types,
            Damage damage,
            SampleWindow window) {
        super(file, records, contents, formats, types, damage);
        this.records = records;
        this.window = window;
        big = records.bigEndian();
    }

    @Override
    void sample(PerfEvent event, int type, int formatId, long tsNs, int cpu, int rawAt, int length) {
        int to = window.reserve(length);
        if (event.isTracepoint()) {
            System.arraycopy(records.bytes, rawAt, window.arena(), to, length);
        } else {
            SampleRecord.write(event.layout, records.bytes, records.at, big, formatId, window.arena(), to);
        }
        window.add(type, tsNs, cpu, length);
    }

    @Override
    void lost(int cpu, long tsNs, long count) {
        window.addLoss(cpu, tsNs, count);
    }

    @Override
    void lostAtEnd(int cpu, long count) {
        window.addLossAtEnd(cpu, count);
    }

    @Override
    void round() {
        window.round();
    }
}
