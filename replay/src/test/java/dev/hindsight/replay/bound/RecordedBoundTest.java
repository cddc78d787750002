package dev.hindsight.replay.bound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.replay.Timelines;
import dev.hindsight.replay.timeline.TimelineBuilder;
import dev.hindsight.replay.workload.MachineFacts;
import dev.hindsight.replay.workload.TimelineStore;
import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rung L4: no recorded wakeup that outranked who ran there took longer than the bound of its recording. */
class RecordedBoundTest {

    private record Observed(String name, TimelineStore tables, MachineFacts facts) {}

    static Stream<String> samples() {
        return SampleTraces.all().stream().map(SampleTraces.Sample::name);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void no_sample_exceeds_its_bounds(String sample) throws IOException {
        require(read(SampleTraces.trace(sample)));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void the_most_in_a_window_is_that_of_looking_everywhere(String sample) throws IOException {
        Observed observed = read(SampleTraces.trace(sample));
        for (CpuTimeline cpu :
                CpuTimeline.read(observed.tables(), observed.facts().cpus())) {
            for (InterruptKind kind : cpu.kinds.values()) {
                if (kind.spans().size > 3_000) {
                    continue;
                }
                for (long windowNs : new long[] {1, 10_000, 1_000_000}) {
                    assertThat(kind.mostNs(windowNs)).isEqualTo(mostByLookingEverywhere(kind.spans(), windowNs));
                }
            }
        }
    }

    /** In windows that begin with the last instant of a span, or end with the first of one. */
    private static long mostByLookingEverywhere(Spans spans, long windowNs) {
        long most = 0;
        for (int i = 0; i < spans.size; i++) {
            most = Math.max(most, overlapping(spans, spans.endNs[i] - 1, windowNs));
            most = Math.max(most, overlapping(spans, spans.startNs[i] + 1 - windowNs, windowNs));
        }
        return most;
    }

    private static long overlapping(Spans spans, long fromNs, long windowNs) {
        long sum = 0;
        for (int i = 0; i < spans.size; i++) {
            sum += spans.startNs[i] < fromNs + windowNs && spans.endNs[i] > fromNs ? spans.number[i] : 0;
        }
        return sum;
    }

    @Test
    @Tag("slow")
    void no_recording_given_exceeds_its_bounds(@TempDir Path scratch) throws IOException {
        List<Path> recordings = GivenRecordings.all();
        assumeTrue(!recordings.isEmpty(), GivenRecordings.HOW);
        List<String> failures = new ArrayList<>();
        for (Path file : recordings) {
            try {
                require(read(GivenRecordings.plain(file, scratch)));
            } catch (AssertionError e) {
                failures.add(file + ": " + e.getMessage());
            }
        }
        assertThat(failures).isEmpty();
    }

    private static void require(Observed of) {
        OutrankingWakeups wakeups = OutrankingWakeups.of(of.tables(), of.facts().cpus());
        List<SchedulingLatencyBound> bounds = SchedulingLatencyBound.perCpu(of.tables(), of.facts());
        SchedulingLatencyBound machine = SchedulingLatencyBound.of(of.tables(), of.facts());
        for (int i = 0; i < wakeups.size(); i++) {
            // A clock may tell the wakeup and the switch alike.
            assertThat(wakeups.delayNs(i)).isNotNegative();
            assertThat(wakeups.latencyNs(i))
                    .as("%s: thread %d on CPU %d at %d", of.name(), wakeups.tid(i), wakeups.cpu(i), wakeups.wakingNs(i))
                    .isLessThanOrEqualTo(bounds.get(wakeups.cpu(i)).boundNs())
                    .isLessThanOrEqualTo(machine.boundNs());
        }
    }

    private static Observed read(Path file) throws IOException {
        TimelineStore tables = new TimelineStore(SchedulingLatencyBound.TABLES);
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            TimelineBuilder builder = Timelines.recorded(recording.info(), List.of(), tables);
            recording.read(schema -> block -> {}, builder);
            builder.end();
            return new Observed(
                    file.getFileName().toString(),
                    tables,
                    new MachineFacts(recording.info().kernel(), recording.info().cpus(), 0, Long.MAX_VALUE / 2));
        }
    }
}
