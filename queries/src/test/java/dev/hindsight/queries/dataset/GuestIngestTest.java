package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.replay.guest.GuestException;
import dev.hindsight.replay.guest.GuestFile;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.sampletraces.SampleTraces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recorded host and its guest as one dataset, and what is said of recordings that do not go together. */
class GuestIngestTest {

    private static final Path HOST = SampleTraces.recordings().resolve("pair").resolve("fifo-idle.dat");
    private static final Path GUEST = SampleTraces.recordings().resolve("pair").resolve("fifo-idle-rtguest.dat");
    private static final IngestOptions TIMELINE = IngestOptions.DEFAULT.timelineOnly();

    @TempDir
    Path temp;

    private static List<String> lines(Dataset dataset, String sql) {
        List<String> lines = new ArrayList<>();
        try (QueryResult result = dataset.query(sql)) {
            while (result.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 0; i < result.columns().size(); i++) {
                    values.add(String.valueOf(result.value(i)));
                }
                lines.add(String.join(" ", values));
            }
        }
        return lines;
    }

    private void fails(List<Path> traces, IngestOptions options, String... words) {
        assertThatThrownBy(() -> Ingest.run(traces, temp.resolve("ds"), options))
                .isInstanceOf(GuestException.class)
                .hasMessageContainingAll(words);
        assertThat(temp.resolve("ds")).doesNotExist();
    }

    private static IngestOptions guest(Path file, String vm, boolean align) {
        return TIMELINE.withGuests(List.of(new GuestFile(file, vm, align)));
    }

    @Test
    void a_guest_finds_its_host_among_the_recordings_in_any_order_and_its_spans_are_the_hosts() {
        for (List<Path> traces : List.of(List.of(HOST, GUEST), List.of(GUEST, HOST))) {
            int host = traces.indexOf(HOST);
            try (Dataset dataset = Dataset.ofTraces(traces, TIMELINE, SqlAccess.CONFINED)) {
                assertThat(lines(dataset, "SELECT trace, vm, vcpu, tid, guest_cpu, guest_trace, clock_by FROM guest"))
                        .containsExactly(
                                host + " vm-3 0 146 0 " + (1 - host) + " kvm",
                                host + " vm-3 1 147 1 " + (1 - host) + " kvm");
                assertThat(lines(dataset, "SELECT DISTINCT trace, kind FROM guest_span ORDER BY ALL"))
                        .containsExactly(host + " hardirq", host + " idle", host + " softirq", host + " task");
                // A vCPU's spans follow each other without hole or overlap, as nothing was lost.
                assertThat(lines(
                                dataset,
                                "SELECT count(*) FROM (SELECT start_ns - lag(end_ns) OVER (PARTITION BY vcpu ORDER BY"
                                        + " start_ns) AS hole FROM guest_span) WHERE hole <> 0"))
                        .containsExactly("0");
                assertThat(lines(
                                dataset,
                                "SELECT count(*) FROM guest_span AS s, guest AS g WHERE g.vcpu = s.vcpu AND"
                                        + " (s.start_ns < g.first_ns OR s.end_ns > g.last_ns OR s.start_ns >="
                                        + " s.end_ns)"))
                        .containsExactly("0");
            }
        }
    }

    @Test
    void idle_spans_are_the_idle_tasks_time_less_its_interrupts() {
        try (Dataset dataset = Dataset.ofTraces(List.of(HOST, GUEST), TIMELINE, SqlAccess.CONFINED)) {
            String idle = "SELECT s.cpu, sum(least(s.end_ns, g.last_ns) - greatest(s.start_ns, g.first_ns)) AS ns FROM"
                    + " thread_span AS s JOIN guest AS g ON g.guest_cpu = s.cpu WHERE s.trace = 1 AND s.tid = 0 AND"
                    + " s.state = 'running' AND s.end_ns > g.first_ns AND s.start_ns < g.last_ns GROUP BY ALL";
            String interrupts =
                    "SELECT i.cpu, sum(i.self_ns) AS ns FROM irq_span AS i JOIN guest AS g ON g.guest_cpu = i.cpu"
                            + " WHERE i.trace = 1 AND i.tid = 0 AND i.start_ns >= g.first_ns AND i.end_ns <= g.last_ns"
                            + " GROUP BY ALL";
            List<String> told = lines(
                    dataset,
                    "SELECT vcpu, sum(end_ns - start_ns)::BIGINT FROM guest_span WHERE kind = 'idle' GROUP BY ALL"
                            + " ORDER BY 1");
            List<String> counted = lines(
                    dataset,
                    "SELECT a.cpu, (a.ns - b.ns)::BIGINT FROM (" + idle + ") AS a JOIN (" + interrupts
                            + ") AS b ON b.cpu = a.cpu ORDER BY 1");
            assertThat(told).hasSize(2).isEqualTo(counted);
        }
    }

    @Test
    void a_guests_task_marks_jobs_of_the_hosts_trace() {
        IngestOptions options =
                guest(GUEST, null, false).withMarkers(List.of(MarkerRule.parse("rt=guest_task:cyclictest")));
        try (Dataset dataset = Dataset.ofTraces(List.of(HOST), options, SqlAccess.CONFINED)) {
            assertThat(lines(dataset, "SELECT DISTINCT trace, marker, vm, vcpu, lost FROM job"))
                    .containsExactly("0 rt vm-3 0 false");
            assertThat(lines(dataset, "SELECT count(*) >= 450 FROM job")).containsExactly("true");
            assertThat(dataset.manifest().markers()).containsExactly("rt=guest_task:cyclictest");
        }
        fails(List.of(HOST), TIMELINE.withMarkers(List.of(MarkerRule.parse("rt=guest_task:x"))), "--guest FILE");
    }

    @Test
    void recordings_that_do_not_go_together_are_refused_with_what_to_do() {
        fails(List.of(HOST), guest(HOST, null, false), "is the host's recording itself");
        fails(List.of(GUEST), guest(HOST, null, false), "the other way round");
        fails(List.of(HOST), guest(GUEST, "nobody", false), "no virtual machine 'nobody'; it has vm-3");
        fails(
                List.of(HOST),
                guest(SampleTraces.trace("v7-zlib"), null, false),
                "says nothing of its host's clock",
                "--align");
        fails(
                List.of(HOST),
                guest(SampleTraces.trace("v7-guest-timeshift"), null, false),
                "was synchronized with the recording 0x",
                "same session");
        fails(List.of(HOST), guest(SampleTraces.trace("v7-guest-timeshift"), null, true), "no offset explains it");
        fails(
                List.of(HOST),
                TIMELINE.withGuests(List.of(new GuestFile(GUEST, null, false), new GuestFile(GUEST, null, false))),
                "given twice");
        fails(List.of(HOST, SampleTraces.trace("v7-zlib")), guest(GUEST, null, false), "on its own");
    }

    @Test
    void recordings_of_several_machines_kernels_and_losses_stand_side_by_side_each_row_with_its_trace() {
        List<Path> traces = List.of(
                HOST,
                SampleTraces.trace("v6-lost"),
                GUEST,
                SampleTraces.trace("arm64-load-other"),
                SampleTraces.trace("v6-lost"));
        try (Dataset dataset = Dataset.ofTraces(traces, TIMELINE, SqlAccess.CONFINED)) {
            assertThat(lines(dataset, "SELECT trace, arch, lost_events > 0 FROM trace ORDER BY trace"))
                    .containsExactly(
                            "0 x86_64 false", "1 x86_64 true", "2 x86_64 false", "3 aarch64 false", "4 x86_64 true");
            assertThat(lines(dataset, "SELECT trace, guest_trace FROM guest")).containsExactly("0 2", "0 2");
            for (String table : List.of("thread_span", "irq_span", "vcpu_span", "vm_exit", "virq", "lost_span")) {
                assertThat(lines(
                                dataset,
                                "SELECT count(*) FROM (SELECT * EXCLUDE (trace) FROM " + table
                                        + " WHERE trace = 1 EXCEPT ALL SELECT * EXCLUDE (trace) FROM " + table
                                        + " WHERE trace = 4)"))
                        .containsExactly("0");
            }
        }
    }
}
