package dev.hindsight.parsers.perfdata;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.ringbuffer.SliceBuilder;
import dev.hindsight.parsers.table.TableSchema;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Puts samples, as records of the ring buffer's layout, into the window that orders them; of those whose table is not
 * chosen the time alone.
 */
final class OrderedSamples extends SampleReader {

    private final RecordStream records;
    private final SampleWindow window;
    private final boolean big;
    private final SliceBuilder slices;
    private final Predicate<TableSchema> chosen;

    /** By type: 0 not asked yet, 1 chosen, -1 not. */
    private byte[] choice = new byte[64];

    OrderedSamples(
            Path file,
            RecordStream records,
            PerfContents contents,
            PerfEventFormats formats,
            SliceBuilder slices,
            Damage damage,
            SampleWindow window,
            Predicate<TableSchema> chosen) {
        super(file, records, contents, formats, slices.ids(), damage);
        this.records = records;
        this.window = window;
        big = records.bigEndian();
        this.slices = slices;
        this.chosen = chosen;
    }

    private boolean isChosen(int type) {
        if (type >= choice.length) {
            choice = Arrays.copyOf(choice, Math.max(type + 1, 2 * choice.length));
        }
        if (choice[type] == 0) {
            choice[type] = (byte) (chosen.test(slices.table(type)) ? 1 : -1);
        }
        return choice[type] > 0;
    }

    @Override
    void sample(PerfEvent event, int type, int formatId, long tsNs, int cpu, int rawAt, int length) {
        if (!isChosen(type)) {
            window.addPassing(tsNs, cpu, length);
            return;
        }
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
