package dev.hindsight.replay.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The spans of real recordings: what must hold in any, and equality with {@link ObviousSchedule}. */
class RecordedSpansTest {

    private static final Map<String, Played> PLAYED = new HashMap<>();

    private record Played(Tables tables, ObviousSchedule obvious) {}

    static Stream<String> samples() {
        return SampleTraces.all().stream().map(SampleTraces.Sample::name);
    }

    private static synchronized Played played(String sample) {
        return PLAYED.computeIfAbsent(sample, name -> play(SampleTraces.trace(name)));
    }

    @Test
    @Tag("slow")
    void the_same_holds_in_every_recording_given(@TempDir Path scratch) throws IOException {
        List<Path> recordings = GivenRecordings.all();
        assumeTrue(!recordings.isEmpty(), GivenRecordings.HOW);
        List<String> failures = new ArrayList<>();
        for (Path file : recordings) {
            try {
                Played played = play(GivenRecordings.plain(file, scratch));
                cpusRunOneThreadAtATime(played);
                threadSpansFollowEachOther(played);
                TimelineInvariants.interruptsNest(played.tables());
                TimelineInvariants.wakeupsAreInOrder(played.tables());
                if (played.obvious().hasSwitches() && played.obvious().complete()) {
                    runningTimesAreThoseOfTheSwitches(played);
                    wakeupsReachTheNextSwitchIn(played);
                }
            } catch (AssertionError e) {
                failures.add(file + ": " + e.getMessage());
            }
        }
        assertThat(failures).isEmpty();
    }

    private static Played play(Path file) {
        Tables tables = new Tables();
        ObviousSchedule obvious = new ObviousSchedule();
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            TimelineBuilder builder = new TimelineBuilder(recording.info(), List.of(), tables, SchedulerParts.ALL);
            recording.read(schema -> block -> {}, both(builder, obvious));
            builder.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Played(tables, obvious);
    }

    private static RecordingSink both(RecordingSink one, RecordingSink other) {
        return new RecordingSink() {
            @Override
            public void type(EventType type) {
                one.type(type);
                other.type(type);
            }

            @Override
            public void slice(EventSlice slice) {
                one.slice(slice);
                other.slice(slice);
            }

            @Override
            public void lost(int cpu, int instance, long startNs, long endNs, long events) {
                one.lost(cpu, instance, startNs, endNs, events);
                other.lost(cpu, instance, startNs, endNs, events);
            }
        };
    }

    private static long number(Map<String, Object> row, String column) {
        return (Long) row.get(column);
    }

    private static Map<String, List<Map<String, Object>>> sortedBy(List<Map<String, Object>> rows, String key) {
        Map<String, List<Map<String, Object>>> groups = new TreeMap<>();
        rows.stream()
                .sorted(Comparator.comparingLong(row -> number(row, "start_ns")))
                .forEach(row -> groups.computeIfAbsent(String.valueOf(row.get(key)), k -> new ArrayList<>())
                        .add(row));
        return groups;
    }

    @ParameterizedTest
    @MethodSource("samples")
    void a_cpu_runs_one_thread_at_a_time_and_always_one_except_across_losses(String sample) {
        cpusRunOneThreadAtATime(played(sample));
    }

    private static void cpusRunOneThreadAtATime(Played played) {
        List<Map<String, Object>> running = played.tables().rows(TimelineTables.THREAD_SPAN).stream()
                .filter(row -> row.get("state").equals("running"))
                .toList();
        assertThat(running.isEmpty()).isEqualTo(!played.obvious().hasSwitches());
        sortedBy(running, "cpu").forEach((cpu, spans) -> {
            long from = played.obvious().firstOfCpu().get(Integer.valueOf(cpu)).tsNs();
            assertThat(number(spans.get(0), "start_ns")).isGreaterThanOrEqualTo(from);
            long sum = 0;
            long end = from;
            for (Map<String, Object> span : spans) {
                assertThat(number(span, "start_ns")).as("%s", span).isGreaterThanOrEqualTo(end);
                end = number(span, "end_ns");
                sum += end - number(span, "start_ns");
            }
            assertThat(end).isLessThanOrEqualTo(played.obvious().lastNs());
            if (played.obvious().complete()) {
                assertThat(sum).as("cpu %s", cpu).isEqualTo(played.obvious().lastNs() - from);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("samples")
    void the_spans_of_a_thread_follow_each_other_without_overlap(String sample) {
        threadSpansFollowEachOther(played(sample));
    }

    private static void threadSpansFollowEachOther(Played played) {
        long gaps = TimelineInvariants.threadSpansFollowEachOther(played.tables());
        if (played.obvious().complete()) {
            assertThat(gaps).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void threads_run_as_long_as_the_switches_say(String sample) {
        assumeTrue(played(sample).obvious().complete(), "switches are missing");
        runningTimesAreThoseOfTheSwitches(played(sample));
    }

    private static void runningTimesAreThoseOfTheSwitches(Played played) {
        Map<String, Long> sums = new TreeMap<>();
        for (Map<String, Object> row : played.tables().rows(TimelineTables.THREAD_SPAN)) {
            if (row.get("state").equals("running")) {
                sums.merge(
                        row.get("tid") + " " + row.get("cpu"),
                        number(row, "end_ns") - number(row, "start_ns"),
                        Long::sum);
            }
        }
        assertThat(sums).isEqualTo(played.obvious().runningNs());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void wakeups_reach_the_next_switch_in_of_the_thread(String sample) {
        TimelineInvariants.wakeupsAreInOrder(played(sample).tables());
        assumeTrue(played(sample).obvious().complete(), "switches are missing");
        wakeupsReachTheNextSwitchIn(played(sample));
    }

    private static void wakeupsReachTheNextSwitchIn(Played played) {
        List<String> wakings = played.tables().lines(TimelineTables.WAKEUP, "ts_ns", "wakee_tid", "running_ns");
        assertThat(wakings).containsAll(played.obvious().wakings());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void interrupts_on_a_cpu_add_up_to_no_more_than_its_time(String sample) {
        TimelineInvariants.interruptsNest(played(sample).tables());
    }
}
