package dev.hindsight.analyses;

import static dev.hindsight.analyses.HandmadeTimeline.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.replay.PlannedRun;
import dev.hindsight.queries.replay.PolicyRuns;
import dev.hindsight.replay.engine.ReplayOptions;
import dev.hindsight.replay.policy.PolicyFlags;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.sampletraces.SampleTraces;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a recording hides of deliveries, and what the response is measured to then: by hand, and on a recording of arm64. */
class HiddenStagesTest {

    private HandmadeTimeline timeline;

    @BeforeEach
    void open() throws SQLException {
        timeline = new HandmadeTimeline();
    }

    @AfterEach
    void close() throws SQLException {
        timeline.close();
    }

    /** Times: due, asserted, runnable, scheduled, injected, entered, handled. */
    private void delivery(String source, int irq, Long... times) throws SQLException {
        timeline.row(
                TimelineTables.VIRQ,
                "vm vcpu source irq coalesced lost asserted_cpu due_ns asserted_ns runnable_ns scheduled_ns injected_ns"
                        + " entered_ns handled_ns",
                "g",
                0,
                source,
                irq,
                0,
                false,
                0,
                times[0],
                times[1],
                times[2],
                times[3],
                times[4],
                times[5],
                times[6]);
    }

    private void exit(String isa, long startNs, String reason, String kind) throws SQLException {
        timeline.row(
                TimelineTables.VM_EXIT,
                "vm vcpu tid cpu start_ns end_ns isa code reason kind",
                "g",
                0,
                5,
                0,
                startNs,
                startNs + 10,
                isa,
                1,
                reason,
                kind);
    }

    @Test
    void a_response_ends_with_the_entry_where_most_handlers_are_hidden_and_says_so() throws SQLException {
        timeline.cpus(1, 0, 1000).vcpuThread(5, "g", 0);
        exit("arm", 50, "WFI", "halt");
        delivery("arch-timer", 27, 90L, 100L, 110L, 120L, null, 150L, 190L);
        delivery("arch-timer", 27, 290L, 300L, 310L, 320L, null, 330L, null);
        delivery("arch-timer", 27, null, 500L, 500L, 500L, null, 510L, null);
        delivery("arch-timer", 27, null, 900L, 910L, null, null, null, null);
        assertThat(lines(
                        timeline.figure("irq_latency"),
                        "response_end",
                        "stage",
                        "count",
                        "unhandled",
                        "hidden",
                        "max_ns"))
                .containsExactly(
                        "entered response 3 1 0 50",
                        "entered due_response 2 1 1 60",
                        "entered device 2 1 1 10",
                        "entered wake 3 1 0 10",
                        "entered schedule 3 1 0 10",
                        "entered host 3 1 0 30",
                        "entered guest 1 1 2 40");
        assertThat(lines(timeline.figure("hidden_stages"), "vm", "source", "moment", "deliveries", "hidden"))
                .containsExactly("g arch-timer due 4 2", "g arch-timer injected 3 3", "g arch-timer handled 3 2");
        assertThat(timeline.figure("hidden_stages").rows().toString())
                .contains("list registers")
                .contains("without an exit; a marker");
        assertThat(lines(timeline.figure("figure_warnings"), "code"))
                .contains("response-to-entry")
                .doesNotContain("no-delivery");
    }

    @Test
    void a_response_ends_with_the_handler_where_half_of_them_are_seen() throws SQLException {
        timeline.cpus(1, 0, 1000).vcpuThread(5, "g", 0);
        exit("svm", 50, "HLT", "halt");
        delivery("pit", 0, 90L, 100L, 110L, 120L, 130L, 150L, 190L);
        delivery("pit", 0, 290L, 300L, 310L, 320L, null, 330L, null);
        assertThat(lines(timeline.figure("irq_latency"), "response_end", "stage", "count", "unhandled", "max_ns"))
                .startsWith("handled response 1 1 90");
        assertThat(lines(timeline.figure("hidden_stages"), "source", "moment", "deliveries", "hidden"))
                .containsExactly("pit injected 2 1", "pit handled 2 1");
        assertThat(timeline.figure("hidden_stages").rows().toString()).contains("posted (APICv, AVIC)");
    }

    @Test
    void what_leaves_no_event_at_all_has_no_count() throws SQLException {
        timeline.cpus(1, 0, 1000);
        exit("arm", 50, "WFI", "halt");
        timeline.row(
                TimelineTables.VM_EXIT,
                "vm vcpu tid cpu start_ns isa code reason kind",
                "g",
                1,
                6,
                0,
                60L,
                "arm",
                1,
                "WFI",
                "halt");
        timeline.row(TimelineTables.VM, "vm name vcpus found_by unasserted", "g", "g", 2, "kvm-events", 7L);
        assertThat(lines(timeline.figure("hidden_stages"), "vm", "source", "moment", "deliveries", "hidden"))
                .containsExactlyInAnyOrder("g sgi asserted null null", "g null asserted 7 7");
    }

    @Test
    void a_guest_that_halts_and_hides_its_handlers_is_told_idle_by_its_halts_though_it_marks_jobs()
            throws SQLException {
        timeline.cpus(1, 0, 1000).vcpuThread(5, "g", 0).vcpu("g", 0, 5, 0, 100, 200, "guest");
        timeline.row(TimelineTables.JOB, "marker vm vcpu start_ns end_ns lost", "job", "g", 0, 120L, 140L, false);
        exit("arm", 200, "WFI", "halt");
        assertThat(lines(timeline.figure("idle_detector"), "detector")).containsExactly("markers");
        delivery("arch-timer", 27, null, 90L, 90L, 90L, null, 100L, null);
        assertThat(lines(timeline.figure("idle_detector"), "detector")).containsExactly("halt");
    }

    @Test
    void a_recording_of_arm_hides_what_a_count_of_its_rows_says() throws SQLException {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (var dataset = SampleDatasets.open("arm64-load-other");
                var connection = dataset.connect();
                var virq = connection.createStatement().executeQuery("SELECT * FROM virq")) {
            while (virq.next()) {
                Map<String, Object> row = new HashMap<>();
                for (int i = 1; i <= virq.getMetaData().getColumnCount(); i++) {
                    row.put(virq.getMetaData().getColumnName(i), virq.getObject(i));
                }
                rows.add(row);
            }
            long entered =
                    rows.stream().filter(row -> row.get("entered_ns") != null).count();
            long dueless =
                    rows.stream().filter(row -> row.get("due_ns") == null).count();
            long unhandled = rows.stream()
                    .filter(row -> row.get("entered_ns") != null && row.get("handled_ns") == null)
                    .count();
            assertThat(rows).hasSizeGreaterThan(400);
            assertThat(lines(
                            new Figures(connection, AnalysisOptions.DEFAULT).compute("hidden_stages"),
                            "source",
                            "moment",
                            "deliveries",
                            "hidden"))
                    .containsExactly(
                            "arch-timer due " + rows.size() + " " + dueless,
                            "arch-timer injected " + entered + " " + entered,
                            "arch-timer handled " + entered + " " + unhandled);
        }
    }

    /** Of the lab's recordings: one whose pit is fed by a timer each time, the same by LTTng, one of arm64. */
    @ParameterizedTest
    @CsvSource({
        "bonnie-pitspin-base.dat, pit, ''",
        "ctf/lttng-host, pit, ''",
        "arm64-load-other.dat, arch-timer, no hrtimer fed it",
    })
    void a_replay_knows_when_each_interrupt_was_due_and_a_recording_that_does_not_says_why(
            String sample, String source, String why) throws SQLException {
        Set<String> unknown = new TreeSet<>();
        try (Dataset dataset = replayed(SampleTraces.recordings().resolve(sample));
                Connection connection = dataset.connect()) {
            FigureTable hidden = new Figures(connection, AnalysisOptions.DEFAULT).compute("hidden_stages");
            for (int i = 0; i < hidden.rows().size(); i++) {
                assertThat(hidden.value(i, "why")).as("row " + i).isNotNull();
                if (!"due".equals(hidden.value(i, "moment"))) {
                    continue;
                }
                String run = (String) hidden.value(i, "run");
                unknown.add(run);
                assertThat(hidden.value(i, "source")).isEqualTo(source);
                assertThat(hidden.value(i, "why").toString()).as(run).startsWith(why);
                assertThat(hidden.value(i, "hidden")).as(run).isEqualTo(withoutDue(connection, run, source));
            }
        }
        assertThat(unknown).isEqualTo(why.isEmpty() ? Set.of() : Set.of("recorded"));
    }

    private static Dataset replayed(Path recording) {
        List<PlannedRun> plans = List.of(
                PlannedRun.modelled(ReplayOptions.DEFAULT),
                PlannedRun.of(PolicyFlags.parse("p", "--prio vcpu=fifo:80"), ReplayOptions.DEFAULT));
        return Dataset.made(
                to -> new PolicyRuns(2, true, 1_000_000L).write(recording, IngestOptions.DEFAULT, plans, to),
                SqlAccess.CONFINED);
    }

    private static long withoutDue(Connection connection, String run, String source) throws SQLException {
        long count = 0;
        try (var statement = connection.createStatement();
                var virq = statement.executeQuery("SELECT run, source, due_ns, lost FROM virq")) {
            while (virq.next()) {
                boolean counted =
                        virq.getString(1).equals(run) && virq.getString(2).equals(source) && !virq.getBoolean(4);
                virq.getLong(3);
                count += counted && virq.wasNull() ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void a_replay_of_a_recording_without_timers_says_that_they_were_not_recorded() throws SQLException {
        for (String run : List.of("recorded", "p")) {
            timeline.of(run, 0).cpus(1, 0, 1000).vcpuThread(5, "g", 0);
            exit("svm", 50, "HLT", "halt");
            delivery("pit", 0, null, 100L, 110L, 120L, 130L, 150L, 190L);
        }
        assertThat(lines(timeline.figure("hidden_stages"), "run", "moment", "why"))
                .containsExactly(
                        "p due not recorded: timer:hrtimer_start and timer:hrtimer_expire_entry (or no hrtimer expired)",
                        "recorded due not recorded: timer:hrtimer_start and timer:hrtimer_expire_entry (or no hrtimer"
                                + " expired)");
        timeline.of("recorded", 0).row(TimelineTables.TIMER_EXPIRY, "cpu timer due_ns expired_ns", 0, 1L, 90L, 95L);
        assertThat(lines(timeline.figure("hidden_stages"), "run", "why"))
                .containsExactly(
                        "p replay: the recording does not show its timer",
                        "recorded no hrtimer fed it: the timer is in hardware while the guest runs, or its time came while"
                                + " the virtual CPU was off the CPU");
    }

    @Test
    void a_handler_that_only_the_replay_hides_is_not_said_to_be_hidden_by_the_hardware() throws SQLException {
        for (String run : List.of("recorded", "p")) {
            timeline.of(run, 0).cpus(1, 0, 1000).vcpuThread(5, "g", 0);
            exit("ppc-hv", 50, "CEDE", "halt");
            boolean recorded = run.equals("recorded");
            delivery("decrementer", 10, 90L, 100L, 110L, 120L, 130L, 150L, recorded ? 190L : null);
            delivery("external", 11, null, 100L, 110L, 120L, 130L, 150L, null);
        }
        assertThat(lines(timeline.figure("hidden_stages"), "run", "source", "moment", "why"))
                .contains(
                        "p decrementer handled replay: its guest did not come to the handler, or the recording does not"
                                + " show what it did up to there")
                .anyMatch(line -> line.startsWith("p external handled POWER: the guest takes and ends it"))
                .noneMatch(line -> line.startsWith("recorded decrementer handled"));
    }
}
