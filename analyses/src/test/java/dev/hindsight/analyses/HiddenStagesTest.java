package dev.hindsight.analyses;

import static dev.hindsight.analyses.HandmadeTimeline.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.TimelineTables;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
}
