package dev.hindsight.replay;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.TimelineBuilder;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.MachineFacts;
import dev.hindsight.replay.workload.TimelineStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A recording's timeline in memory, with the marker {@code job=pio:0x510} or, of arm64, {@code job=mmio:0xa000000}, and what a replay needs beside it. */
public record RecordedRun(TimelineStore tables, MachineFacts facts) {

    static final Set<String> ALL =
            TimelineTables.ALL.stream().map(TableSchema::name).collect(Collectors.toUnmodifiableSet());

    private static final List<MarkerRule> MARKERS =
            List.of(new MarkerRule.Pio("job", 0x510), new MarkerRule.Mmio("job", 0xa000000));

    static RecordedRun of(Path file) {
        return of(file, schema -> block -> {});
    }

    /** The tables go to further sinks too. */
    public static RecordedRun of(Path file, TableSinks also) {
        TimelineStore store = new TimelineStore(ALL);
        long[] span = {Long.MAX_VALUE, Long.MIN_VALUE};
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            TimelineBuilder timeline = Timelines.recorded(recording.info(), MARKERS, both(store, also));
            recording.read(schema -> block -> {}, spanned(timeline, span));
            timeline.end();
            return new RecordedRun(
                    store,
                    new MachineFacts(recording.info().kernel(), recording.info().cpus(), span[0], span[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long lengthNs() {
        return facts.lastNs() - facts.firstNs();
    }

    public static TableSinks both(TableSinks one, TableSinks other) {
        return schema -> {
            BlockSink first = one.open(schema);
            BlockSink second = other.open(schema);
            return block -> {
                first.accept(block);
                second.accept(block);
            };
        };
    }

    private static RecordingSink spanned(RecordingSink to, long[] span) {
        return new RecordingSink() {
            @Override
            public void type(EventType type) {
                to.type(type);
            }

            @Override
            public void slice(EventSlice slice) {
                if (slice.size > 0) {
                    span[0] = Math.min(span[0], slice.tsNs[0]);
                    span[1] = Math.max(span[1], slice.tsNs[slice.size - 1]);
                }
                to.slice(slice);
            }

            @Override
            public void lost(int cpu, int instance, long startNs, long endNs, long events) {
                to.lost(cpu, instance, startNs, endNs, events);
            }
        };
    }
}
