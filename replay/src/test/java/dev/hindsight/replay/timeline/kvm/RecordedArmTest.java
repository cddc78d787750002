package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.JOB;
import static dev.hindsight.replay.timeline.TimelineTables.VCPU_SPAN;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ;
import static dev.hindsight.replay.timeline.TimelineTables.VM_EXIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.replay.Timelines;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineBuilder;
import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recordings of arm64, whose guest does a job at every fourth of its interrupts and brackets it by writes to an emulated
 * address; its monitor counted the jobs.
 */
class RecordedArmTest {

    /** As the monitors printed them when they ended, by name of the recording. */
    private static final Map<String, Integer> JOBS = Map.ofEntries(
            Map.entry("idle", 396),
            Map.entry("load-other", 516),
            Map.entry("load-fifo80", 389),
            Map.entry("load-fifo80-pinned", 551),
            Map.entry("load-other-spin", 170),
            Map.entry("load-fifo80-ext", 155),
            Map.entry("load-cosched", 277),
            Map.entry("load-fifo80-pinned-spin-localclock", 256),
            Map.entry("k5.10-idle", 263),
            Map.entry("k5.10-load-other", 124),
            Map.entry("k5.10-load-fifo80-pinned", 178),
            Map.entry("k6.12-idle", 415),
            Map.entry("k6.12-load-other", 144),
            Map.entry("k6.12-load-fifo80-pinned", 140),
            Map.entry("k6.12rt-load-fifo80-isolcpus", 130),
            Map.entry("k7.2-idle", 364));

    private static Tables play(Path file) throws IOException {
        Tables tables = new Tables();
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            List<MarkerRule> markers = List.of(MarkerRule.parse("job=mmio:0x0a000000"));
            TimelineBuilder builder = Timelines.recorded(recording.info(), markers, tables);
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
        }
        return tables;
    }

    private static long ns(Map<String, Object> row, String column) {
        return (Long) row.get(column);
    }

    private static void guestCountedAsMany(Tables tables, int jobs) {
        assertThat(tables.rows(JOB)).hasSizeBetween(jobs - 1, jobs);
        List<Map<String, Object>> deliveries = tables.rows(VIRQ);
        long coalesced =
                deliveries.stream().mapToLong(row -> ns(row, "coalesced")).sum();
        assertThat(coalesced == 0 || deliveries.get(0).get("source").equals("spi"))
                .as("timers tell a level, whose repetition is no edge")
                .isTrue();
        assertThat((double) deliveries.size()).isCloseTo(4.0 * jobs, within(4 + 0.01 * 4 * jobs));
    }

    /** What must hold of any recording of arm64. */
    private static void holds(Tables tables) {
        Map<Object, TreeSet<Long>> entries = new HashMap<>();
        Map<Object, long[]> states = new HashMap<>();
        for (Map<String, Object> span : tables.rows(VCPU_SPAN)) {
            List<Object> vcpu = List.of(span.get("vm"), span.get("vcpu"));
            if (span.get("state").equals("guest")) {
                entries.computeIfAbsent(vcpu, key -> new TreeSet<>()).add(ns(span, "start_ns"));
            }
            long[] sums = states.computeIfAbsent(vcpu, key -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 0});
            sums[0] = Math.min(sums[0], ns(span, "start_ns"));
            sums[1] = Math.max(sums[1], ns(span, "end_ns"));
            sums[2] += ns(span, "end_ns") - ns(span, "start_ns");
        }
        states.forEach(
                (vcpu, sums) -> assertThat(sums[2]).as("states of %s", vcpu).isEqualTo(sums[1] - sums[0]));
        assertThat(tables.rows(VIRQ)).isNotEmpty();
        for (Map<String, Object> row : tables.rows(VIRQ)) {
            long last = row.get("due_ns") == null ? ns(row, "asserted_ns") : ns(row, "due_ns");
            for (String moment : List.of("asserted_ns", "runnable_ns", "scheduled_ns", "entered_ns", "handled_ns")) {
                if (row.get(moment) != null) {
                    assertThat(ns(row, moment)).as("%s of %s", moment, row).isGreaterThanOrEqualTo(last);
                    last = ns(row, moment);
                }
            }
            assertThat(row.get("injected_ns")).isNull();
            Long entered = entries.get(List.of(row.get("vm"), row.get("vcpu"))).ceiling(ns(row, "asserted_ns"));
            assertThat(row.get("entered_ns")).as("first entry after %s", row).isEqualTo(entered);
        }
        assertThat(tables.rows(VM_EXIT))
                .allSatisfy(row -> assertThat(row.get("reason"))
                        .as("the kernel told which wait")
                        .isNotEqualTo("WFx"));
    }

    @Test
    void interrupts_and_jobs_are_as_many_as_the_guest_had() throws IOException {
        Tables tables = play(SampleTraces.trace("arm64-load-other"));
        holds(tables);
        guestCountedAsMany(tables, 124);
    }

    @Test
    @Tag("slow")
    void the_same_holds_in_every_recording_of_arm64_that_is_given(@TempDir Path scratch) throws IOException {
        List<String> failures = new ArrayList<>();
        int found = 0;
        for (Path file : GivenRecordings.all()) {
            if (!file.toString().contains("arm64")) {
                continue;
            }
            found++;
            String name = file.getFileName().toString().replaceFirst("\\.dat(\\.zst)?$", "");
            try {
                Tables tables = play(GivenRecordings.plain(file, scratch));
                holds(tables);
                if (JOBS.containsKey(name)) {
                    guestCountedAsMany(tables, JOBS.get(name));
                }
            } catch (AssertionError e) {
                failures.add(file + ": " + e.getMessage());
            }
        }
        assumeTrue(found > 0, GivenRecordings.HOW);
        assertThat(failures).isEmpty();
    }
}
