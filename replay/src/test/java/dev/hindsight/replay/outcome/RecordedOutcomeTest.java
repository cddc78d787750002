package dev.hindsight.replay.outcome;

import static dev.hindsight.replay.outcome.RecordedCallbacks.ns;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.Timelines;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineBuilder;
import dev.hindsight.replay.timeline.TimelineInvariants;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.TimelineStore;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real recordings taken apart into callbacks ({@link RecordedCallbacks}) come back as the same rows. What differs, and
 * why, each test says.
 */
class RecordedOutcomeTest {

    private record Both(Tables recorded, Tables replayed, Set<Long> haltsBegunUnseen) {}

    private static final Map<String, Both> PLAYED = new ConcurrentHashMap<>();

    /** Recordings with all entries and without losses. */
    static Stream<String> samples() {
        return SampleTraces.all().stream()
                .map(SampleTraces.Sample::name)
                .filter(name -> name.startsWith("bonnie-")
                        || name.startsWith("compute-")
                        || name.equals("arm64-load-other")
                        || name.equals("v7-zlib"));
    }

    private static Both played(String sample) {
        return PLAYED.computeIfAbsent(sample, RecordedOutcomeTest::play);
    }

    private static Both play(String sample) {
        Tables recorded = new Tables();
        TimelineStore kept = new TimelineStore(Set.of("thread", "vm", "marker"));
        TableSinks both = schema -> {
            BlockSink one = recorded.open(schema);
            BlockSink other = kept.open(schema);
            return block -> {
                one.accept(block);
                other.accept(block);
            };
        };
        try (Recording recording = Recordings.open(SampleTraces.trace(sample), ReadOptions.DEFAULT)) {
            TimelineBuilder timeline =
                    Timelines.recorded(recording.info(), List.of(MarkerRule.parse("job=pio:0x510")), both);
            recording.read(schema -> block -> {}, timeline);
            timeline.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RecordedCallbacks callbacks = new RecordedCallbacks(recorded);
        Tables replayed = new Tables();
        callbacks.play(new ReplayedTimeline(callbacks.workload(), kept, replayed));
        return new Both(recorded, replayed, callbacks.beganUnseen());
    }

    /** Rows that the predicate keeps, without some columns, as a multiset. */
    private static Map<String, Integer> rows(
            Tables tables, TableSchema schema, Predicate<Map<String, Object>> keep, String... without) {
        Map<String, Integer> counts = new HashMap<>();
        for (Map<String, Object> row : tables.rows(schema)) {
            if (keep.test(row)) {
                Map<String, Object> part = new LinkedHashMap<>(row);
                part.keySet().removeAll(List.of(without));
                counts.merge(part.toString(), 1, Integer::sum);
            }
        }
        return counts;
    }

    private static void same(
            String sample, TableSchema schema, Predicate<Map<String, Object>> keep, String... without) {
        Map<String, Integer> was = rows(played(sample).recorded(), schema, keep, without);
        Map<String, Integer> is = rows(played(sample).replayed(), schema, keep, without);
        Set<Map.Entry<String, Integer>> missing = new HashSet<>(was.entrySet());
        missing.removeAll(is.entrySet());
        Set<Map.Entry<String, Integer>> more = new HashSet<>(is.entrySet());
        more.removeAll(was.entrySet());
        assertThat(missing).as("not in the replay's %s", schema.name()).isEmpty();
        assertThat(more).as("only in the replay's %s", schema.name()).isEmpty();
    }

    private static long lastNs(String sample) {
        return ns(played(sample).replayed().rows(TimelineTables.CPU).get(0), "last_ns");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void all_invariants_of_a_timeline_hold(String sample) {
        TimelineInvariants.holdInReplay(played(sample).replayed());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void tables_that_need_no_rule_are_the_same(String sample) {
        for (TableSchema schema : List.of(
                TimelineTables.THREAD,
                TimelineTables.VM,
                TimelineTables.MARKER,
                TimelineTables.JOB,
                TimelineTables.GAP_SPAN)) {
            same(sample, schema, row -> true);
        }
        // A replay does not say who raised its softirqs.
        same(sample, TimelineTables.IRQ_SPAN, row -> true, "raised_ns", "handler_ns");
    }

    /** A recorded CPU begins with its first event, a replayed one with the window. */
    @ParameterizedTest
    @MethodSource("samples")
    void spans_of_threads_are_the_same_but_for_the_time_before_the_first_event_of_a_cpu(String sample) {
        Set<Long> begins = new HashSet<>();
        for (Map<String, Object> cpu : played(sample).recorded().rows(TimelineTables.CPU)) {
            begins.add(ns(cpu, "first_ns"));
        }
        same(sample, TimelineTables.THREAD_SPAN, row -> !begins.contains(ns(row, "start_ns")));
    }

    /** A switch with the very last event leaves no span to tell it by. */
    @ParameterizedTest
    @MethodSource("samples")
    void wakeups_are_the_same_but_for_one_that_is_through_with_the_last_event(String sample) {
        List<Long> through = new ArrayList<>();
        for (Map<String, Object> row : played(sample).recorded().rows(TimelineTables.WAKEUP)) {
            if (row.get("running_ns") != null && ns(row, "running_ns") == lastNs(sample)) {
                through.add(ns(row, "ts_ns"));
            }
        }
        assertThat(through).hasSizeLessThanOrEqualTo(1);
        same(sample, TimelineTables.WAKEUP, row -> !through.contains(ns(row, "ts_ns")));
    }

    /** A recorded vCPU ends with sched_process_exit, a replayed one with the last switch, a little later. */
    @ParameterizedTest
    @MethodSource("samples")
    void spans_of_vcpus_are_the_same_until_their_threads_exit(String sample) {
        Map<String, Long> lastStartNs = new HashMap<>();
        for (Map<String, Object> row : played(sample).recorded().rows(TimelineTables.VCPU_SPAN)) {
            lastStartNs.merge(row.get("vm") + " " + row.get("vcpu"), ns(row, "start_ns"), Math::max);
        }
        same(
                sample,
                TimelineTables.VCPU_SPAN,
                row -> ns(row, "start_ns") < lastStartNs.get(row.get("vm") + " " + row.get("vcpu")));
    }

    /** A workload keeps an exit's reason, not its qualifiers. */
    @ParameterizedTest
    @MethodSource("samples")
    void exits_are_the_same_but_for_their_qualifiers(String sample) {
        same(sample, TimelineTables.VM_EXIT, row -> true, "info1", "info2");
    }

    /**
     * An injection that the processor could not complete enters again, which a replay has no part of; one that was
     * never injected shows no vector when recorded, nor where its vCPU stood if that was not known.
     */
    @ParameterizedTest
    @MethodSource("samples")
    void deliveries_are_the_same_but_for_the_entry_of_one_that_was_injected_again(String sample) {
        same(sample, TimelineTables.VIRQ, row -> row.get("injected_ns") != null, "entered_ns");
        same(
                sample,
                TimelineTables.VIRQ,
                row -> row.get("injected_ns") == null,
                "vector",
                "runnable_ns",
                "scheduled_ns");
        Map<Object, Object> entered = new HashMap<>();
        played(sample)
                .recorded()
                .rows(TimelineTables.VIRQ)
                .forEach(row -> entered.put(row.get("asserted_ns"), row.get("entered_ns")));
        List<Map<String, Object>> other = played(sample).replayed().rows(TimelineTables.VIRQ).stream()
                .filter(row -> row.get("entered_ns") != null
                        && !row.get("entered_ns").equals(entered.get(row.get("asserted_ns"))))
                .toList();
        assertThat(other).hasSizeLessThanOrEqualTo(1);
        for (Map<String, Object> row : other) {
            assertThat(ns(row, "entered_ns")).isLessThan((Long) entered.get(row.get("asserted_ns")));
        }
    }

    /**
     * A recording tells what was polled only where it shows the limit of it. Its halts begin when the kernel says, which
     * may be a little after the vCPU's thread left the CPU.
     */
    @ParameterizedTest
    @MethodSource("samples")
    void halts_are_the_same_and_so_is_their_polling_where_it_was_told(String sample) {
        Set<Object> late = new HashSet<>();
        List<Map<String, Object>> asleep = played(sample).recorded().rows(TimelineTables.VCPU_SPAN).stream()
                .filter(row -> row.get("state").equals("halted"))
                .toList();
        for (Map<String, Object> row : played(sample).recorded().rows(TimelineTables.HALT_POLL)) {
            long startNs = ns(row, "start_ns");
            if (asleep.stream().anyMatch(span -> ns(span, "start_ns") < startNs && startNs < ns(span, "end_ns"))) {
                late.add(row.get("end_ns"));
            }
        }
        assertThat(late).hasSizeLessThan(10);
        Set<Long> unseen = played(sample).haltsBegunUnseen();
        assertThat(unseen).hasSizeLessThan(5);
        Predicate<Map<String, Object>> seen = row -> !unseen.contains(ns(row, "end_ns"));
        same(sample, TimelineTables.HALT_POLL, seen.and(row -> !late.contains(row.get("end_ns"))), "poll_ns");
        same(sample, TimelineTables.HALT_POLL, seen, "poll_ns", "start_ns");
        Set<Object> told = new HashSet<>();
        played(sample).recorded().rows(TimelineTables.HALT_POLL).stream()
                .filter(row -> row.get("poll_ns") != null)
                .forEach(row -> told.add(row.get("end_ns")));
        same(sample, TimelineTables.HALT_POLL, seen.and(row -> told.contains(row.get("end_ns"))), "start_ns");
    }
}
