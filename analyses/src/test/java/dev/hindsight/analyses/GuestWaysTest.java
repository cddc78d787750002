package dev.hindsight.analyses;

import static dev.hindsight.analyses.HandmadeTimeline.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.sampletraces.SampleTraces;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ways from a timer to a guest's task, by hand and in the sample pair. */
class GuestWaysTest {

    private static final String[] CHAIN = {
        "interrupt", "comm", "due_ns", "entered_ns", "handler_ns", "via", "via_ns", "waking_ns", "running_ns"
    };

    private HandmadeTimeline timeline;

    @BeforeEach
    void open() throws SQLException {
        timeline = new HandmadeTimeline();
    }

    @AfterEach
    void close() throws SQLException {
        timeline.close();
    }

    private void pair(Long uncertaintyNs) throws SQLException {
        timeline.of("recorded", 0)
                .vcpuThread(5, "g", 0)
                .row(
                        TimelineTables.GUEST,
                        "vm vcpu tid guest_cpu guest_trace file clock_by uncertainty_ns first_ns last_ns events outside",
                        "g",
                        0,
                        5,
                        0,
                        1,
                        "guest.dat",
                        "align",
                        uncertaintyNs,
                        0L,
                        1_000L,
                        10L,
                        0L)
                .of("recorded", 1)
                .thread(8, "net", "user")
                .thread(9, "rt", "user")
                .thread(50, "irq/28-virtio0", "irq");
    }

    private void delivery(String source, int vector, Long dueNs, long assertedNs, long injectedNs, long enteredNs)
            throws SQLException {
        timeline.of("recorded", 0)
                .row(
                        TimelineTables.VIRQ,
                        "vm vcpu source irq vector coalesced lost due_ns asserted_ns injected_ns entered_ns",
                        "g",
                        0,
                        source,
                        vector,
                        vector,
                        0,
                        false,
                        dueNs,
                        assertedNs,
                        injectedNs,
                        enteredNs)
                .of("recorded", 1);
    }

    private void ran(String kind, int irq, String name, long startNs, long endNs, Integer tid, Long handlerNs)
            throws SQLException {
        timeline.row(
                TimelineTables.IRQ_SPAN,
                "cpu start_ns end_ns kind irq name tid self_ns handler_ns",
                0,
                startNs,
                endNs,
                kind,
                irq,
                name,
                tid,
                endNs - startNs,
                handlerNs);
    }

    private void woken(long ns, int waker, String context, int wakee, long runningNs) throws SQLException {
        timeline.row(
                TimelineTables.WAKEUP,
                "ts_ns waker_tid context wakee_tid cpu waker_cpu running_ns",
                ns,
                waker,
                context,
                wakee,
                0,
                0,
                runningNs);
    }

    @Test
    void a_wakeup_in_a_softirq_is_of_the_handler_that_raised_it_and_its_stages_add_up() throws SQLException {
        pair(null);
        delivery("lapic-timer", 236, 80L, 85, 88, 95);
        ran("vector", 236, "local_timer", 100, 110, 0, null);
        ran("softirq", 1, "TIMER", 120, 140, 0, 100L);
        woken(130, 0, "softirq", 9, 150);
        // By nobody's handler: the thread raised it itself.
        ran("softirq", 3, "NET_RX", 160, 180, 7, null);
        woken(170, 7, "softirq", 8, 190);
        assertThat(lines(timeline.figure("guest_chain"), CHAIN))
                .containsExactly("local_timer rt 80 95 100 TIMER 120 130 150");
        assertThat(lines(timeline.figure("guest_latency"), "via", "stage", "count", "hidden", "max_ns"))
                .containsExactly(
                        "TIMER total 1 0 70",
                        "TIMER device 1 0 5",
                        "TIMER inject 1 0 3",
                        "TIMER enter 1 0 7",
                        "TIMER guest 1 0 5",
                        "TIMER handler 1 0 20",
                        "TIMER deferred 1 0 10",
                        "TIMER switch 1 0 20");
    }

    @Test
    void a_handler_in_a_thread_of_its_own_wakes_as_its_interrupt() throws SQLException {
        pair(null);
        delivery("msi", 37, null, 185, 188, 195);
        ran("hardirq", 28, "virtio0", 200, 210, 0, null);
        woken(205, 0, "hardirq", 50, 220);
        woken(230, 50, "task", 9, 240);
        ran("softirq", 3, "NET_RX", 232, 238, 50, null);
        woken(235, 50, "softirq", 8, 250);
        // A thread that no handler wakes is nobody's.
        woken(260, 9, "task", 8, 270);
        assertThat(lines(timeline.figure("guest_chain"), CHAIN))
                .containsExactlyInAnyOrder(
                        "virtio0 irq/28-virtio0 null 195 200 null null 205 220",
                        "virtio0 rt null 195 200 irq/28-virtio0 220 230 240",
                        "virtio0 net null 195 200 irq/28-virtio0 220 235 250");
    }

    @Test
    void a_handler_just_before_its_entry_belongs_to_it_within_the_clocks_uncertainty_alone() throws SQLException {
        pair(10L);
        delivery("lapic-timer", 236, 280L, 285, 288, 300);
        ran("vector", 236, "local_timer", 295, 310, 0, null);
        woken(305, 0, "hardirq", 9, 320);
        delivery("lapic-timer", 236, 480L, 485, 488, 500);
        ran("vector", 236, "local_timer", 489, 510, 0, null);
        woken(505, 0, "hardirq", 9, 520);
        assertThat(lines(timeline.figure("guest_chain"), CHAIN))
                .containsExactlyInAnyOrder(
                        "local_timer rt 280 300 300 null null 305 320",
                        "local_timer rt null null 489 null null 505 520");
    }

    @Test
    void what_was_on_its_way_before_its_timer_was_due_does_not_count() throws SQLException {
        pair(null);
        delivery("lapic-timer", 236, 80L, 85, 88, 95);
        ran("vector", 236, "local_timer", 100, 130, 0, null);
        woken(120, 0, "hardirq", 9, 150);
        timeline.row(TimelineTables.TIMER_EXPIRY, "cpu timer due_ns expired_ns returned_ns", 0, 1L, 90L, 115L, 125L);
        assertThat(lines(timeline.figure("guest_latency"), "stage", "count", "max_ns"))
                .containsExactly(
                        "total 1 60",
                        "device 1 0",
                        "inject 1 0",
                        "enter 1 5",
                        "guest 1 5",
                        "handler 1 20",
                        "switch 1 30");
    }

    @Test
    void in_the_sample_pair_the_stages_of_each_way_follow_each_other_and_add_up_to_it() throws SQLException {
        Path pair = SampleTraces.recordings().resolve("pair");
        FigureTable stages;
        try (Dataset dataset = Dataset.ofTraces(
                        List.of(pair.resolve("fifo-idle.dat"), pair.resolve("fifo-idle-rtguest.dat")),
                        IngestOptions.DEFAULT.timelineOnly(),
                        SqlAccess.CONFINED);
                Connection connection = dataset.connect()) {
            stages = new Figures(connection, AnalysisOptions.DEFAULT).compute("guest_stage");
        }
        Map<String, Long> sum = new HashMap<>();
        Map<String, Long> whole = new HashMap<>();
        int softirqs = 0;
        for (int row = 0; row < stages.rows().size(); row++) {
            Long fromNs = (Long) stages.value(row, "from_ns");
            Long toNs = (Long) stages.value(row, "to_ns");
            if (fromNs == null || toNs == null) {
                continue;
            }
            String way = stages.value(row, "vcpu") + " " + stages.value(row, "handler_ns") + " "
                    + stages.value(row, "guest_tid") + " " + stages.value(row, "waking_ns");
            assertThat(stages.value(row, "start_ns"))
                    .as(way + " " + stages.value(row, "stage"))
                    .isEqualTo(fromNs + sum.getOrDefault(way, 0L));
            long ns = (Long) stages.value(row, "end_ns") - (Long) stages.value(row, "start_ns");
            sum.merge(way, ns, Long::sum);
            whole.put(way, toNs - fromNs);
            softirqs += "deferred".equals(stages.value(row, "stage")) ? 1 : 0;
        }
        assertThat(sum).isEqualTo(whole).hasSizeGreaterThan(1_000);
        assertThat(softirqs).isGreaterThan(50);
    }
}
