package dev.hindsight.parsers.recording;

import dev.hindsight.parsers.fault.Warnings;
import dev.hindsight.parsers.format.SymbolResolver;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.LongData;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import java.io.IOException;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;

/** A recording of any format with its times put on another clock, one for all CPUs. */
public final class ShiftedRecording implements Recording {

    private final Recording recording;
    private final LongUnaryOperator clock;

    /**
     * Shifts a recording, which is closed with this.
     *
     * @param clock from the recording's ns to the other clock's; must not fall
     */
    public ShiftedRecording(Recording recording, LongUnaryOperator clock) {
        this.recording = Objects.requireNonNull(recording, "recording");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    @Override
    public RecordingInfo info() {
        return recording.info();
    }

    @Override
    public PeerClock peerClock() {
        return recording.peerClock();
    }

    @Override
    public Warnings warnings() {
        return recording.warnings();
    }

    @Override
    public void read(TableSinks tables, RecordingSink sink, Predicate<TableSchema> chosen) {
        recording.read(schema -> shifted(tables.open(schema)), new ShiftedSink(sink, clock), chosen);
    }

    /** The slices of a block's rows have gone before it: its times are no longer looked at by who reads. */
    private BlockSink shifted(BlockSink to) {
        return block -> {
            long[] tsNs = ((LongData) block.column(EventTables.TS_NS)).values();
            for (int row = 0; row < block.rows(); row++) {
                tsNs[row] = clock.applyAsLong(tsNs[row]);
            }
            to.accept(block);
        };
    }

    private static final class ShiftedSink implements RecordingSink {

        private final RecordingSink sink;
        private final LongUnaryOperator clock;
        private final EventSlice to = new EventSlice();
        private long[] tsNs = {};

        ShiftedSink(RecordingSink sink, LongUnaryOperator clock) {
            this.sink = sink;
            this.clock = clock;
        }

        @Override
        public void type(EventType type) {
            sink.type(type);
        }

        @Override
        public void slice(EventSlice slice) {
            if (tsNs.length < slice.size) {
                tsNs = new long[slice.tsNs.length];
            }
            for (int i = 0; i < slice.size; i++) {
                tsNs[i] = clock.applyAsLong(slice.tsNs[i]);
            }
            to.size = slice.size;
            to.tsNs = tsNs;
            to.cpu = slice.cpu;
            to.type = slice.type;
            to.row = slice.row;
            to.blocks = slice.blocks;
            sink.slice(to);
        }

        @Override
        public void lost(int cpu, int instance, long startNs, long endNs, long events) {
            sink.lost(cpu, instance, clock.applyAsLong(startNs), clock.applyAsLong(endNs), events);
        }
    }

    @Override
    public EventCounts count() {
        EventCounts own = recording.count();
        return new EventCounts(
                own.types(),
                own.byType(),
                own.byCpu(),
                own.events(),
                own.events() == 0 ? 0 : clock.applyAsLong(own.firstNs()),
                own.events() == 0 ? 0 : clock.applyAsLong(own.lastNs()),
                own.losses(),
                own.lostEvents(),
                own.lostIsKnown());
    }

    @Override
    public double progress() {
        return recording.progress();
    }

    @Override
    public SymbolResolver symbols() {
        return recording.symbols();
    }

    @Override
    public EventText text() {
        return recording.text();
    }

    @Override
    public void close() throws IOException {
        recording.close();
    }
}
