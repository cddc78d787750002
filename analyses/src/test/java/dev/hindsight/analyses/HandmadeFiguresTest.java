package dev.hindsight.analyses;

import static dev.hindsight.analyses.HandmadeTimeline.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.queries.dataset.TraceTables;
import dev.hindsight.replay.timeline.TimelineTables;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandmadeFiguresTest {

    private HandmadeTimeline timeline;

    @BeforeEach
    void open() throws SQLException {
        timeline = new HandmadeTimeline();
    }

    @AfterEach
    void close() throws SQLException {
        timeline.close();
    }

    @Test
    void a_response_is_the_sum_of_its_stages_and_quantiles_lie_between_the_nearest_ranks() throws SQLException {
        timeline.vcpuThread(5, "g", 0)
                .delivery("g", 0, 1, false, 90L, 100L, 110L, 130L, 160L, 200L)
                .delivery("g", 0, 0, false, 1095L, 1100L, 1100L, 1100L, 1150L, 1300L);
        FigureTable figure = timeline.figure("irq_latency", AnalysisOptions.DEFAULT.withSloNs(150));
        assertThat(lines(figure, "stage", "count", "coalesced", "min_ns", "p50_ns", "p90_ns", "max_ns", "over_slo"))
                .containsExactly(
                        "response 2 1 100 150 190 200 1",
                        "due_response 2 1 110 158 196 205 1",
                        "device 2 1 5 8 10 10 0",
                        "wake 2 1 0 5 9 10 0",
                        "schedule 2 1 0 10 18 20 0",
                        "host 2 1 30 40 48 50 0",
                        "guest 2 1 40 95 139 150 0");
    }

    @Test
    void lost_unhandled_and_hidden_deliveries_are_counted_and_not_measured() throws SQLException {
        timeline.vcpuThread(5, "g", 0)
                .delivery("g", 0, 0, true, 90L, 100L, 110L, 130L, 160L, 9_000L)
                .delivery("g", 0, 0, false, null, 200L, 210L, null, null, null)
                .delivery("g", 0, 0, false, null, 300L, null, null, 340L, 350L);
        assertThat(lines(
                        timeline.figure("irq_latency"),
                        "stage",
                        "deliveries",
                        "lost",
                        "unhandled",
                        "hidden",
                        "count",
                        "max_ns",
                        "over_slo"))
                .containsExactly(
                        "response 3 1 1 0 1 50 null",
                        "due_response 3 1 1 1 0 null null",
                        "device 3 1 1 1 0 null null",
                        "wake 3 1 1 1 0 null null",
                        "schedule 3 1 1 1 0 null null",
                        "host 3 1 1 1 0 null null",
                        "guest 3 1 1 0 1 10 null");
    }

    @Test
    void interrupts_hide_the_thread_and_the_guest_and_every_ns_has_one_holder() throws SQLException {
        timeline.cpus(2, 0, 100)
                .vcpuThread(5, "g", 0)
                .runs(5, 0, 0, 60)
                .runs(0, 0, 60, 90)
                .vcpu("g", 0, 5, 0, 10, 30, "guest")
                .vcpu("g", 0, 5, 0, 30, 50, "exit")
                .irq("vector", "local_timer", 0, 20, 35)
                .irq("softirq", "TIMER", 0, 65, 75)
                .irq("hardirq", "eth0", 0, 70, 72)
                .row(TimelineTables.LOST_SPAN, "cpu instance start_ns end_ns", 1, 0, 0L, 40L)
                .row(TimelineTables.GAP_SPAN, "cpu start_ns end_ns", 0, 85L, 90L);
        assertThat(
                        lines(timeline.figure("cpu_hold"), "cpu", "start_ns", "end_ns", "kind", "tid", "name", "gap")
                                .stream()
                                .sorted()
                                .toList())
                .containsExactly(
                        "0 0 10 thread 5 null false",
                        "0 10 20 guest 5 null false",
                        "0 20 30 hardirq 5 local_timer false",
                        "0 30 35 hardirq 5 local_timer false",
                        "0 35 50 exit 5 null false",
                        "0 50 60 thread 5 null false",
                        "0 60 65 idle 0 null false",
                        "0 65 70 softirq 0 TIMER false",
                        "0 70 72 hardirq 0 eth0 false",
                        "0 72 75 softirq 0 TIMER false",
                        "0 75 85 idle 0 null false",
                        "0 85 90 idle 0 null true",
                        "0 90 100 unknown null null false",
                        "1 0 40 lost null null false",
                        "1 40 100 unknown null null false");
        assertThat(lines(timeline.figure("cpu_usage"), "role", "cpu_pct"))
                .containsExactly("unknown 35", "vcpu 22.5", "lost 20", "idle 10", "hardirq 8.5", "softirq 4");
    }

    @Test
    void blame_follows_the_delivery_over_cpus_and_adds_up_to_all_of_it() throws SQLException {
        timeline.cpus(2, 0, 2_000)
                .vcpuThread(5, "g", 0)
                .thread(7, "load", "user")
                .thread(8, "kvm-pit/4", "kvm-pit")
                // due at 100 on CPU 0, where load runs, and kvm-pit from 120
                .runs(7, 0, 0, 120)
                .runs(8, 0, 120, 170)
                .runs(0, 0, 170, 2_000)
                .irq("vector", "local_timer", 0, 105, 115)
                // vCPU 0 waits for CPU 1, where load 9 runs, an interrupt comes, and nobody is seen from 300 to 350
                .thread(9, "other", "user")
                .state(5, 1, 160, 400, "runnable-woken", 120)
                .runs(9, 1, 0, 400)
                .irq("hardirq", "eth0", 1, 200, 230)
                .row(TimelineTables.GAP_SPAN, "cpu start_ns end_ns", 1, 300L, 350L)
                .runs(5, 1, 400, 1_000)
                .vcpu("g", 0, 5, 1, 400, 420, "exit")
                .vcpu("g", 0, 5, 1, 420, 500, "guest")
                .delivery("g", 0, 0, false, 100L, 150L, 160L, 400L, 420L, 500L);
        assertThat(lines(timeline.figure("worst"), "stage", "stage_ns", "kind", "comm", "name", "ns", "share_pct"))
                .containsExactly(
                        "device 50 thread kvm-pit/4 null 30 7.5",
                        "device 50 hardirq null local_timer 10 2.5",
                        "device 50 thread load null 10 2.5",
                        "wake 10 thread kvm-pit/4 null 10 2.5",
                        "schedule 240 thread other null 160 40",
                        "schedule 240 gap null null 50 12.5",
                        "schedule 240 hardirq null eth0 30 7.5",
                        "host 20 exit CPU 0/KVM null 20 5",
                        "guest 80 guest CPU 0/KVM null 80 20");
        AnalysisReport report = timeline.report(AnalysisOptions.DEFAULT.withSloNs(100));
        assertThat(report.worst()).hasSize(1);
        assertThat(report.worst().get(0).stages())
                .extracting(WorstDelivery.Stage::ns)
                .containsExactly(50L, 10L, 240L, 20L, 80L);
        assertThat(lines(report.blame(), "stage", "kind", "comm", "deliveries", "ns"))
                .first()
                .isEqualTo("schedule thread other 1 160");
    }

    @Test
    void blame_is_the_same_for_stages_and_holders_longer_than_a_bucket() throws SQLException {
        long second = 1_000_000_000;
        timeline.cpus(1, 0, 10 * second)
                .vcpuThread(5, "g", 0)
                .thread(7, "load", "user")
                .runs(7, 0, 0, 7 * second)
                .runs(5, 0, 7 * second, 10 * second)
                .state(5, 0, second, 7 * second, "runnable-woken", 120)
                .vcpu("g", 0, 5, 0, 7 * second, 7 * second + 30, "exit")
                .vcpu("g", 0, 5, 0, 7 * second + 30, 8 * second, "guest")
                .delivery("g", 0, 0, false, null, second, second, 7 * second, 7 * second + 30, 7 * second + 100);
        assertThat(lines(timeline.figure("worst"), "stage", "kind", "ns"))
                .containsExactly("schedule thread 6000000000", "host exit 30", "guest guest 70");
    }

    @Test
    void a_delivery_on_a_cpu_that_nothing_tells_of_is_blamed_on_the_unknown() throws SQLException {
        timeline.cpus(1, 0, 1_000).vcpuThread(5, "g", 0).delivery("g", 0, 0, false, null, 100L, 150L, 200L, 300L, 400L);
        assertThat(lines(timeline.figure("worst"), "stage", "kind", "ns", "share_pct"))
                .containsExactly(
                        "wake unknown 50 16.667",
                        "schedule unknown 50 16.667",
                        "host unknown 100 33.333",
                        "guest unknown 100 33.333");
    }

    @Test
    void exits_have_the_shares_and_spread_of_perf_kvm_stat() throws SQLException {
        for (long[] exit : new long[][] {{100, 110}, {200, 230}, {300, 320}}) {
            exit("IOIO", "io", exit[0], exit[1]);
        }
        exit("HLT", "halt", 400, 1_000);
        exit("HLT", "halt", 2_000, null);
        assertThat(lines(
                        timeline.figure("exits"),
                        "reason",
                        "count",
                        "samples_pct",
                        "time_ns",
                        "time_pct",
                        "min_ns",
                        "avg_ns",
                        "p50_ns",
                        "max_ns",
                        "stddev_pct",
                        "open"))
                .containsExactly(
                        "HLT 2 40 600 90.909 600 600 600 600 null 1",
                        // standard deviation 10 over the root of 3, of a mean of 20
                        "IOIO 3 60 60 9.091 10 20 20 30 28.868 0");
    }

    private void exit(String reason, String kind, long startNs, Object endNs) throws SQLException {
        timeline.row(
                TimelineTables.VM_EXIT,
                "vm vcpu tid cpu start_ns end_ns isa code reason kind",
                "g",
                0,
                5,
                0,
                startNs,
                endNs,
                "svm",
                1,
                reason,
                kind);
    }

    @Test
    void a_wait_that_goes_over_cpus_is_one_delay() throws SQLException {
        timeline.thread(5, "t", "user")
                .runs(5, 0, 0, 10)
                .state(5, 0, 10, 30, "runnable-preempted", 120)
                .state(5, 1, 30, 50, "runnable-preempted", 120)
                .runs(5, 1, 50, 60)
                .runs(5, 1, 60, 70)
                .state(5, 1, 70, 100, "sleeping", 120)
                .state(5, 1, 100, 110, "runnable-woken", 120)
                .runs(5, 1, 110, 115)
                .state(5, 1, 115, 200, "runnable-preempted", 120);
        assertThat(lines(
                        timeline.figure("sched_latency"),
                        "tid",
                        "runtime_ns",
                        "switches",
                        "delays",
                        "avg_delay_ns",
                        "max_delay_ns",
                        "max_delay_at_ns",
                        "unfinished"))
                .containsExactly("5 35 3 2 25 40 10 1");
        assertThat(lines(timeline.figure("sched_latency_by_role"), "role", "delays", "total_delay_ns"))
                .containsExactly("user 2 50");
    }

    @Test
    void jobs_are_counted_late_and_overrun() throws SQLException {
        long[][] jobs = {{0, 10}, {100, 130}, {200, 320}, {330, 340}};
        for (long[] job : jobs) {
            timeline.row(
                    TimelineTables.JOB, "marker vm vcpu start_ns end_ns lost", "job", "g", 0, job[0], job[1], false);
        }
        timeline.row(TimelineTables.JOB, "marker vm vcpu start_ns end_ns lost", "job", "g", 0, 400L, 900L, true);
        assertThat(lines(
                        timeline.figure("jobs", AnalysisOptions.DEFAULT.withSloNs(20)),
                        "count",
                        "lost",
                        "p50_ns",
                        "max_ns",
                        "period_p50_ns",
                        "period_max_ns",
                        "late",
                        "overruns"))
                .containsExactly("4 1 20 120 100 130 2 1");
    }

    @Test
    void halt_polling_succeeds_where_the_wakeup_came_while_polling() throws SQLException {
        halt(0, 100, "poll", 100L);
        halt(200, 1_000, "wait", 50L);
        halt(2_000, 2_400, "wait", null);
        assertThat(lines(
                        timeline.figure("halt_poll"),
                        "halts",
                        "polled",
                        "success_pct",
                        "poll_ns",
                        "wasted_poll_ns",
                        "wait_ns",
                        "max_wait_ns"))
                .containsExactly("3 1 33.333 150 50 1300 800");
    }

    private void halt(long startNs, long endNs, String outcome, Long pollNs) throws SQLException {
        timeline.row(
                TimelineTables.HALT_POLL,
                "vm vcpu start_ns end_ns outcome valid poll_ns",
                "g",
                0,
                startNs,
                endNs,
                outcome,
                true,
                pollNs);
    }

    @Test
    void a_thread_that_a_busy_cpu_keeps_waiting_starves_and_throttling_of_real_time_is_told() throws SQLException {
        long ms = 1_000_000;
        timeline.cpus(1, 0, 1_000 * ms)
                .thread(5, "rt", "user")
                .thread(6, "fair", "user")
                .state(5, 0, 0, 500 * ms, "running", 19)
                .state(6, 0, 0, 500 * ms, "runnable-woken", 120)
                .state(6, 0, 500 * ms, 550 * ms, "running", 120)
                .state(5, 0, 500 * ms, 550 * ms, "runnable-preempted", 19)
                .state(5, 0, 550 * ms, 1_000 * ms, "running", 19);
        assertThat(lines(timeline.figure("starvation"), "comm", "waits", "max_ns", "throttled", "by_comm", "by_pct"))
                .containsExactly("fair 1 500000000 0 rt 100", "rt 1 50000000 1 fair 100");
        assertThat(lines(
                        timeline.figure("priority_inversion"),
                        "comm",
                        "prio",
                        "by_comm",
                        "by_prio",
                        "waits",
                        "throttled",
                        "total_ns"))
                .containsExactly("rt 19 fair 120 1 1 50000000");
    }

    @Test
    void an_interrupt_over_a_real_time_wait_is_no_priority_inversion() throws SQLException {
        timeline.cpus(1, 0, 2_000_000)
                .thread(5, "rt", "user")
                .thread(6, "fair", "user")
                .state(6, 0, 0, 1_000_000, "running", 120)
                .state(5, 0, 0, 1_000_000, "runnable-woken", 19)
                .irq("softirq", "NET_RX", 0, 10_000, 950_000);
        assertThat(timeline.figure("priority_inversion").rows()).isEmpty();
    }

    @Test
    void what_the_reader_passed_over_and_an_inexact_clock_are_warnings_before_all_others() throws SQLException {
        String[] clocks = {"mono", "local", "counter", "sundial", ""};
        for (int trace = 0; trace < clocks.length; trace++) {
            timeline.of("recorded", trace).row(TraceTables.TRACE, "file clock", trace + ".dat", clocks[trace]);
        }
        timeline.of("recorded", 1)
                .cpus(1, 0, 100)
                .row(
                        TraceTables.WARNING,
                        "code message count damage",
                        "unknown-option",
                        "option 99 is not known",
                        2L,
                        false);
        List<FigureWarning> warnings = timeline.report(AnalysisOptions.DEFAULT).warnings();
        assertThat(warnings)
                .extracting(w -> w.trace() + " " + w.code() + " " + w.count() + " " + w.figures())
                .containsExactly(
                        "1 clock-per-cpu 1 [irq_latency, worst, sched_latency]",
                        "1 unknown-option 2 []",
                        "1 no-sched 0 [sched_latency, cpu_usage, cpu_waste, worst]",
                        "1 no-vcpu 0 [irq_latency, worst, exits, cpu_waste, halt_poll]",
                        "1 unknown-time 1 [cpu_usage, cpu_waste]",
                        "2 clock-no-time 1 []",
                        "3 clock-unknown 1 []");
        assertThat(warnings.get(1).message()).isEqualTo("option 99 is not known");
        assertThat(warnings.get(6).message()).contains("'sundial'");
    }

    @Test
    void injections_that_are_in_no_figure_are_a_warning() throws SQLException {
        timeline.row(TimelineTables.VM, "vm vcpus unasserted", "g", 1, 0L)
                .row(TimelineTables.VM, "vm vcpus unasserted", "h", 1, 12L);
        assertThat(lines(timeline.figure("figure_warnings"), "code", "count", "message"))
                .singleElement()
                .asString()
                .startsWith("unasserted-injections 12 interrupts injected into h whose assertion was not seen: 12;");
    }

    @Test
    void figures_keep_runs_and_traces_apart() throws SQLException {
        for (int trace = 0; trace < 2; trace++) {
            for (String run : List.of("a", "b")) {
                long late = trace * 100L + (run.equals("b") ? 1_000 : 0);
                timeline.of(run, trace)
                        .cpus(1, 0, 10_000)
                        .vcpuThread(5, "g", 0)
                        .runs(5, 0, 0, 10_000)
                        .vcpu("g", 0, 5, 0, 0, 10_000, "guest")
                        .delivery("g", 0, 0, false, null, 100L, 100L, 100L, 200L, 300L + late);
            }
        }
        AnalysisReport report = timeline.report(AnalysisOptions.DEFAULT);
        assertThat(report.severalTraces()).isTrue();
        assertThat(report.irqLatency())
                .extracting(l -> l.run() + l.trace() + " " + l.response().maxNs())
                .containsExactly("a0 200", "a1 300", "b0 1200", "b1 1300");
        assertThat(report.worst())
                .extracting(w -> w.run() + w.trace() + " " + w.place() + " " + w.responseNs())
                .containsExactly("a0 1 200", "a1 1 300", "b0 1 1200", "b1 1 1300");
        assertThat(lines(report.cpuWaste(), "run", "trace", "idle_detectors"))
                .containsExactly("a 0 none", "a 1 none", "b 0 none", "b 1 none");
    }
}
