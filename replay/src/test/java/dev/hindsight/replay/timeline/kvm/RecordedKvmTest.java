package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.HALT_POLL;
import static dev.hindsight.replay.timeline.TimelineTables.JOB;
import static dev.hindsight.replay.timeline.TimelineTables.VCPU_SPAN;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ;
import static dev.hindsight.replay.timeline.TimelineTables.VM_EXIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineBuilder;
import dev.hindsight.replay.timeline.TimelineInvariants;
import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real recordings: against the expected figures, which another program computed from trace-cmd's report, and what must
 * hold in any.
 */
class RecordedKvmTest {

    private static final Map<String, Tables> PLAYED = new ConcurrentHashMap<>();

    static Stream<String> samples() {
        return SampleTraces.all().stream().map(SampleTraces.Sample::name);
    }

    static Stream<String> samplesWithFigures() {
        return samples().filter(name -> expected(name).has("interrupt_response"));
    }

    private static JsonNode expected(String sample) {
        try {
            return new ObjectMapper().readTree(SampleTraces.expected(sample).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Tables played(String sample) {
        return PLAYED.computeIfAbsent(sample, name -> play(SampleTraces.trace(name)));
    }

    private static Tables play(Path file) {
        Tables tables = new Tables();
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            TimelineBuilder builder = new TimelineBuilder(
                    recording.info(), List.of(MarkerRule.parse("job=pio:0x510")), tables, List.of(KvmTimeline::new));
            recording.read(schema -> block -> {}, new RecordingSink() {
                @Override
                public void type(EventType type) {
                    builder.type(type);
                }

                @Override
                public void slice(EventSlice slice) {
                    builder.slice(slice);
                }

                @Override
                public void lost(int cpu, int instance, long startNs, long endNs, long events) {
                    builder.lost(cpu, instance, startNs, endNs, events);
                }
            });
            builder.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tables;
    }

    private static long ns(Map<String, Object> row, String column) {
        return (Long) row.get(column);
    }

    /** Count, extremes, sum and nearest-rank quantiles, as the expected figures have them. */
    private static Map<String, Long> distribution(
            List<Map<String, Object>> rows, ToLongFunction<Map<String, Object>> of) {
        long[] values = rows.stream().mapToLong(of).sorted().toArray();
        Map<String, Long> figures = new TreeMap<>();
        figures.put("count", (long) values.length);
        if (values.length > 0) {
            figures.put("min_ns", values[0]);
            figures.put("max_ns", values[values.length - 1]);
            figures.put("sum_ns", Arrays.stream(values).sum());
            figures.put("p50_nearest_rank_ns", nearestRank(values, 500));
            figures.put("p90_nearest_rank_ns", nearestRank(values, 900));
            figures.put("p99_nearest_rank_ns", nearestRank(values, 990));
            figures.put("p999_nearest_rank_ns", nearestRank(values, 999));
        }
        return figures;
    }

    private static long nearestRank(long[] sorted, long perMille) {
        return sorted[(int) ((perMille * sorted.length + 999) / 1000) - 1];
    }

    private static Map<String, Long> distribution(JsonNode expected) {
        Map<String, Long> figures = new TreeMap<>();
        for (String name : List.of(
                "count",
                "min_ns",
                "max_ns",
                "sum_ns",
                "p50_nearest_rank_ns",
                "p90_nearest_rank_ns",
                "p99_nearest_rank_ns",
                "p999_nearest_rank_ns")) {
            if (expected.has(name)) {
                figures.put(name, expected.get(name).longValue());
            }
        }
        return figures;
    }

    @ParameterizedTest
    @MethodSource("samplesWithFigures")
    void the_response_to_interrupts_is_as_expected_to_the_nanosecond(String sample) {
        JsonNode figures = expected(sample).get("interrupt_response");
        List<Map<String, Object>> all = played(sample).rows(VIRQ);
        List<Map<String, Object>> handled =
                all.stream().filter(row -> row.get("handled_ns") != null).toList();
        JsonNode stages = figures.get("stages");
        assertThat(distribution(handled, row -> ns(row, "handled_ns") - ns(row, "asserted_ns")))
                .isEqualTo(distribution(stages.get("response")));
        assertThat(distribution(handled, row -> ns(row, "runnable_ns") - ns(row, "asserted_ns")))
                .isEqualTo(distribution(stages.get("wake")));
        assertThat(distribution(handled, row -> ns(row, "scheduled_ns") - ns(row, "runnable_ns")))
                .isEqualTo(distribution(stages.get("schedule")));
        assertThat(distribution(handled, row -> ns(row, "injected_ns") - ns(row, "asserted_ns")))
                .isEqualTo(distribution(stages.get("injection")));
        assertThat(all.stream().mapToLong(row -> 1 + ns(row, "coalesced")).sum())
                .as("edges, each in a delivery")
                .isEqualTo(figures.get("raised").longValue());
        assertThat(handled.stream().mapToLong(row -> ns(row, "coalesced")).sum())
                .isEqualTo(figures.get("coalesced").longValue());
        assertThat(all.size() - handled.size())
                .isEqualTo(figures.get("dropped").size()
                        + figures.get("unfinished").size());
        Map<Long, Map<String, Object>> byAssertion = new HashMap<>();
        handled.forEach(row -> byAssertion.put(ns(row, "asserted_ns"), row));
        for (JsonNode worst : figures.get("worst")) {
            Map<String, Object> row = byAssertion.get(worst.get("asserted_ns").longValue());
            for (String column : List.of("runnable_ns", "scheduled_ns", "injected_ns", "handled_ns")) {
                assertThat(row).containsEntry(column, worst.get(column).longValue());
            }
            // Where a fault came back in between, the delivery entered with the last entry, not with the first.
            assertThat(ns(row, "entered_ns"))
                    .isGreaterThanOrEqualTo(worst.get("entered_ns").longValue());
        }
    }

    @ParameterizedTest
    @MethodSource("samplesWithFigures")
    void every_raise_of_a_timer_has_a_due_time_of_its_own(String sample) {
        List<Map<String, Object>> rows = played(sample).rows(VIRQ);
        List<Map<String, Object>> due =
                rows.stream().filter(row -> row.get("due_ns") != null).toList();
        assertThat(due.size()).isGreaterThanOrEqualTo(rows.size() - 1);
        assertThat(due.stream().map(row -> ns(row, "due_ns")).toList())
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("samplesWithFigures")
    void jobs_are_as_expected(String sample) {
        JsonNode jobs = expected(sample).get("jobs");
        assertThat(distribution(played(sample).rows(JOB), row -> ns(row, "end_ns") - ns(row, "start_ns")))
                .isEqualTo(distribution(jobs));
    }

    @ParameterizedTest
    @MethodSource("samplesWithFigures")
    void exits_by_code_and_the_time_in_the_guest_are_as_expected(String sample) {
        JsonNode exits = expected(sample).get("exits");
        Map<String, List<Map<String, Object>>> byCode = new HashMap<>();
        for (Map<String, Object> row : played(sample).rows(VM_EXIT)) {
            assertThat(row.get("isa")).isEqualTo("svm");
            byCode.computeIfAbsent(String.valueOf(row.get("code")), code -> new ArrayList<>())
                    .add(row);
        }
        JsonNode expected = exits.get("by_code");
        assertThat(byCode).hasSize(expected.size());
        byCode.forEach((code, rows) -> {
            assertThat(rows).hasSize(expected.get(code).get("exits").intValue());
            List<Map<String, Object>> entered =
                    rows.stream().filter(row -> row.get("end_ns") != null).toList();
            assertThat(distribution(entered, row -> ns(row, "end_ns") - ns(row, "start_ns")))
                    .isEqualTo(distribution(expected.get(code).get("to_entry")));
            assertThat(entered)
                    .filteredOn(row ->
                            ns(row, "on_cpu_ns") < 0 || ns(row, "on_cpu_ns") > ns(row, "end_ns") - ns(row, "start_ns"))
                    .isEmpty();
        });
        long guestNs = played(sample).rows(VCPU_SPAN).stream()
                .filter(row -> row.get("state").equals("guest"))
                .mapToLong(row -> ns(row, "end_ns") - ns(row, "start_ns"))
                .sum();
        String thread = expected(sample).get("vcpu_tid").asText();
        assertThat(guestNs).isEqualTo(exits.get("guest_ns").get(thread).longValue());
    }

    @ParameterizedTest
    @MethodSource("samplesWithFigures")
    void halts_are_as_expected_by_outcome(String sample) {
        JsonNode halts = expected(sample).get("halts");
        for (String outcome : List.of("poll", "wait")) {
            List<Map<String, Object>> rows = played(sample).rows(HALT_POLL).stream()
                    .filter(row -> row.get("outcome").equals(outcome))
                    .toList();
            JsonNode of = halts.get(outcome);
            assertThat(distribution(rows, row -> ns(row, "end_ns") - ns(row, "start_ns")))
                    .isEqualTo(of == null ? Map.of("count", 0L) : distribution(of));
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void what_must_hold_in_any_recording_holds(String sample) {
        holds(played(sample));
    }

    @Test
    @Tag("slow")
    void the_same_holds_in_every_recording_given(@TempDir Path scratch) throws IOException {
        List<Path> recordings = GivenRecordings.all();
        assumeTrue(!recordings.isEmpty(), GivenRecordings.HOW);
        List<String> failures = new ArrayList<>();
        for (Path file : recordings) {
            try {
                holds(play(GivenRecordings.plain(file, scratch)));
            } catch (AssertionError e) {
                failures.add(file + ": " + e.getMessage());
            }
        }
        assertThat(failures).isEmpty();
    }

    private static void holds(Tables tables) {
        TimelineInvariants.spansOfVcpusFollowEachOther(tables);
        TimelineInvariants.deliveriesAndExitsAreInOrder(tables);
    }
}
