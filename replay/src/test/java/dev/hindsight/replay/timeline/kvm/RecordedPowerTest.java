package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.VCPU_SPAN;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ;
import static dev.hindsight.replay.timeline.TimelineTables.VM_EXIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.sampletraces.SampleTraces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real recordings of POWER's three KVMs, against an obvious look for each exit and each decrementer. */
class RecordedPowerTest {

    private static long ns(Map<String, Object> row, String column) {
        return (Long) row.get(column);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ppc64le-hv-load-fifo80", "ppc64be-pr-load-other", "ppc32be-e500-load-other"})
    void exits_are_those_that_an_obvious_look_finds(String sample) {
        Map<Long, List<Long>> found = new TreeMap<>();
        for (Map<String, Object> row : RecordedKvmTest.played(sample).rows(VM_EXIT)) {
            boolean entered = row.get("end_ns") != null;
            long ns = entered ? ns(row, "end_ns") - ns(row, "start_ns") : 0;
            found.merge(
                    ns(row, "code"),
                    List.of(1L, entered ? 1L : 0L, ns),
                    (a, b) -> List.of(a.get(0) + b.get(0), a.get(1) + b.get(1), a.get(2) + b.get(2)));
        }
        assertThat(found).isEqualTo(new ObviousPower(SampleTraces.trace(sample)).exits());
    }

    @ParameterizedTest
    @CsvSource({"ppc64le-hv-load-fifo80, 145", "ppc64be-pr-load-other, 1181", "ppc32be-e500-load-other, 846"})
    void decrementers_are_those_that_an_obvious_look_finds(String sample, int atLeast) {
        List<String> found = new ArrayList<>();
        for (Map<String, Object> row : RecordedKvmTest.played(sample).rows(VIRQ)) {
            assertThat(row.get("source")).isEqualTo("decrementer");
            found.add(row.get("due_ns") + " " + row.get("asserted_ns") + " " + row.get("runnable_ns") + " "
                    + row.get("scheduled_ns") + " " + row.get("entered_ns") + " " + row.get("handled_ns"));
        }
        List<String> expected = new ObviousPower(SampleTraces.trace(sample)).decrementers();
        assertThat(found).hasSizeGreaterThanOrEqualTo(atLeast);
        assertThat(found.stream().filter(line -> !expected.contains(line)))
                .as("none that the look does not find")
                .isEmpty();
        assertThat(expected.stream().filter(line -> !found.contains(line)))
                .as("none missing")
                .isEmpty();
        assertThat(found).hasSameSizeAs(expected);
    }

    /** The guest never runs longer than KVM lets it, and what no event tells stays a small part of its time. */
    @ParameterizedTest
    @CsvSource({"ppc64le-hv-load-fifo80, 0.001", "ppc64be-pr-load-other, 0.1", "ppc32be-e500-load-other, 0.1"})
    void states_cover_the_vcpus_time_but_for_what_no_event_tells(String sample, double most) {
        Tables tables = RecordedKvmTest.played(sample);
        List<Map<String, Object>> spans = tables.rows(VCPU_SPAN);
        long covered = 0;
        for (Map<String, Object> span : spans) {
            covered += ns(span, "end_ns") - ns(span, "start_ns");
        }
        long whole = ns(spans.get(spans.size() - 1), "end_ns") - ns(spans.get(0), "start_ns");
        assertThat(whole - covered).isBetween(0L, (long) (most * whole));
    }
}
