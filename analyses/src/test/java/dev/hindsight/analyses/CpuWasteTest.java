package dev.hindsight.analyses;

import static dev.hindsight.analyses.HandmadeTimeline.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.TimelineTables;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CpuWasteTest {

    private static final String[] COLUMNS = {
        "cpu", "priority_idle_ns", "shielded_idle_ns", "halt_poll_ns", "exit_ns", "spin_ns", "spin_contended_ns"
    };

    private HandmadeTimeline timeline;

    @BeforeEach
    void open() throws SQLException {
        timeline = new HandmadeTimeline().vcpuThread(5, "g", 0).thread(7, "load", "user");
    }

    @AfterEach
    void close() throws SQLException {
        timeline.close();
    }

    private HandmadeTimeline job(long startNs, long endNs) throws SQLException {
        return timeline.row(
                TimelineTables.JOB, "marker vm vcpu start_ns end_ns lost", "job", "g", 0, startNs, endNs, false);
    }

    private HandmadeTimeline exit(String kind, long rip, long startNs, long endNs) throws SQLException {
        return timeline.row(
                TimelineTables.VM_EXIT,
                "vm vcpu tid cpu start_ns end_ns isa code reason kind rip",
                "g",
                0,
                5,
                0,
                startNs,
                endNs,
                "svm",
                1,
                kind,
                kind,
                rip);
    }

    /** The vCPU runs with this priority, in its guest but for an exit; a job and an interrupt make the guest busy. */
    private void spinningGuest(int prio) throws SQLException {
        timeline.cpus(1, 0, 1_000)
                .state(5, 0, 0, 1_000, "running", prio)
                .vcpu("g", 0, 5, 0, 0, 600, "guest")
                .vcpu("g", 0, 5, 0, 600, 650, "exit")
                .vcpu("g", 0, 5, 0, 650, 1_000, "guest")
                .delivery("g", 0, 0, false, null, 90L, 90L, 90L, 100L, 120L);
        job(200, 300);
    }

    @Test
    void a_prioritized_idle_guest_wastes_what_a_waiting_thread_could_have_had() throws SQLException {
        spinningGuest(19);
        timeline.state(7, 0, 250, 700, "runnable-woken", 120);
        // idle in the guest: 0-100, 120-200, 300-600, 650-1000; somebody waits 300-600 and 650-700
        assertThat(lines(timeline.figure("cpu_waste_by_cpu"), COLUMNS)).containsExactly("0 350 0 0 50 480 0");
        assertThat(lines(
                        timeline.figure("cpu_waste"),
                        "idle_detectors",
                        "priority_idle_pct",
                        "exit_pct",
                        "spin_pct",
                        "total_pct"))
                .containsExactly("markers 35 5 48 88");
    }

    @Test
    void an_idle_guest_of_the_same_priority_spins_contended() throws SQLException {
        spinningGuest(120);
        timeline.state(7, 0, 250, 700, "runnable-woken", 130);
        assertThat(lines(timeline.figure("cpu_waste_by_cpu"), COLUMNS)).containsExactly("0 0 0 0 50 830 350");
    }

    @Test
    void a_waiting_thread_of_higher_priority_is_not_kept_away_by_the_guests() throws SQLException {
        spinningGuest(19);
        timeline.state(7, 0, 300, 600, "runnable-woken", 9);
        assertThat(lines(timeline.figure("cpu_waste_by_cpu"), COLUMNS)).containsExactly("0 0 0 0 50 830 300");
    }

    @Test
    void a_thread_that_waits_for_another_cpu_does_not_count() throws SQLException {
        spinningGuest(19);
        timeline.row(TimelineTables.CPU, "cpu first_ns last_ns events", 1, 0L, 1_000L, 5L)
                .state(7, 1, 0, 1_000, "runnable-woken", 120);
        assertThat(lines(timeline.figure("cpu_waste_by_cpu"), COLUMNS))
                .containsExactly("0 0 0 0 50 830 0", "1 0 0 0 0 0 0");
    }

    @Test
    void interrupts_over_an_idle_guest_are_not_its_waste() throws SQLException {
        spinningGuest(120);
        timeline.irq("vector", "local_timer", 0, 700, 800);
        assertThat(lines(timeline.figure("cpu_waste_by_cpu"), COLUMNS)).containsExactly("0 0 0 0 50 730 0");
    }

    @Test
    void a_guest_that_halts_never_spins_and_its_polling_is_counted() throws SQLException {
        timeline.cpus(1, 0, 1_000)
                .runs(5, 0, 0, 700)
                .runs(0, 0, 700, 1_000)
                .vcpu("g", 0, 5, 0, 0, 400, "guest")
                .vcpu("g", 0, 5, 0, 400, 450, "exit")
                .vcpu("g", 0, 5, 0, 450, 700, "halt_poll")
                .vcpu("g", 0, 5, 0, 700, 1_000, "halted");
        exit("halt", 0x1000, 400, 1_000);
        assertThat(lines(timeline.figure("cpu_waste_by_cpu"), COLUMNS)).containsExactly("0 0 0 250 50 0 0");
        assertThat(timeline.figure("cpu_waste").value(0, "idle_detectors")).isEqualTo("halt");
    }

    @Test
    void without_a_detector_spinning_is_unknown_and_a_warning_says_so() throws SQLException {
        timeline.cpus(1, 0, 1_000).runs(5, 0, 0, 1_000).vcpu("g", 0, 5, 0, 0, 1_000, "guest");
        exit("interrupt", 0x1000, 400, 410);
        assertThat(lines(timeline.figure("cpu_waste_by_cpu"), COLUMNS)).containsExactly("0 null 0 0 0 null null");
        assertThat(lines(timeline.figure("figure_warnings"), "code")).contains("no-idle-detector");
    }

    @Test
    void an_idle_loop_by_address_is_idle_from_one_exit_in_it_to_the_next() throws SQLException {
        timeline.cpus(1, 0, 1_000)
                .runs(5, 0, 0, 1_000)
                .vcpu("g", 0, 5, 0, 0, 100, "guest")
                .vcpu("g", 0, 5, 0, 110, 300, "guest")
                .vcpu("g", 0, 5, 0, 310, 600, "guest")
                .vcpu("g", 0, 5, 0, 610, 1_000, "guest");
        exit("interrupt", 0x1010, 100, 110);
        exit("interrupt", 0x1018, 300, 310);
        exit("interrupt", 0x2000, 600, 610);
        AnalysisOptions options = AnalysisOptions.DEFAULT.withIdleLoop(new AnalysisOptions.IdleLoop(0x1000, 0x101f));
        // from the first exit's return to the second, both in the loop; the others began or ended elsewhere
        assertThat(lines(timeline.figure("guest_idle_spin", options), "start_ns", "end_ns"))
                .containsExactly("110 300");
        assertThat(timeline.figure("cpu_waste", options).value(0, "idle_detectors"))
                .isEqualTo("rip");
    }

    @Test
    void handling_a_pause_exit_is_spinning() throws SQLException {
        timeline.cpus(1, 0, 1_000)
                .runs(5, 0, 0, 1_000)
                .vcpu("g", 0, 5, 0, 0, 400, "guest")
                .vcpu("g", 0, 5, 0, 400, 450, "exit")
                .vcpu("g", 0, 5, 0, 450, 700, "guest")
                .vcpu("g", 0, 5, 0, 700, 730, "exit")
                .vcpu("g", 0, 5, 0, 730, 1_000, "guest");
        exit("pause", 0x1000, 400, 450);
        exit("halt", 0x1000, 700, 730);
        assertThat(lines(timeline.figure("cpu_waste_by_cpu"), COLUMNS)).containsExactly("0 0 0 0 30 50 0");
    }

    /** The vCPU alone on CPU 1, idle for most of the time; two threads share CPU 0. */
    private void shield() throws SQLException {
        timeline.thread(8, "load", "user")
                .cpus(2, 0, 1_000)
                .runs(7, 0, 0, 500)
                .state(8, 0, 0, 500, "runnable-woken", 120)
                .runs(8, 0, 500, 1_000)
                .runs(5, 1, 0, 100)
                .runs(0, 1, 100, 1_000);
    }

    @Test
    void a_shielded_cpu_that_idles_while_a_thread_waits_elsewhere_is_found() throws SQLException {
        shield();
        timeline.vcpu("g", 0, 5, 1, 0, 100, "guest");
        assertThat(lines(timeline.figure("shielded_cpu"), "cpu", "found")).containsExactly("1 detected");
        assertThat(lines(timeline.figure("cpu_waste_by_cpu"), "cpu", "shielded_idle_ns", "shielded"))
                .containsExactly("0 0 false", "1 400 true");
    }

    @Test
    void a_cpu_kept_for_one_machine_is_shielded_from_the_other_machines() throws SQLException {
        timeline.vcpuThread(15, "batch", 0)
                .vcpuThread(16, "batch2", 0)
                .cpus(2, 0, 1_000)
                .runs(15, 0, 0, 500)
                .state(16, 0, 0, 500, "runnable-woken", 120)
                .runs(16, 0, 500, 1_000)
                .runs(5, 1, 0, 100)
                .runs(0, 1, 100, 1_000)
                .vcpu("g", 0, 5, 1, 0, 100, "guest")
                .vcpu("batch", 0, 15, 0, 0, 500, "guest")
                .vcpu("batch2", 0, 16, 0, 500, 1_000, "guest");
        assertThat(lines(timeline.figure("shielded_cpu"), "cpu", "found")).containsExactly("1 detected");
        assertThat(lines(timeline.figure("cpu_waste_by_cpu"), "cpu", "shielded_idle_ns", "shielded"))
                .containsExactly("0 0 false", "1 400 true");
    }

    @Test
    void a_cpu_that_all_machines_use_is_not_shielded() throws SQLException {
        timeline.vcpuThread(15, "batch", 0)
                .cpus(2, 0, 1_000)
                .runs(7, 0, 0, 500)
                .state(15, 0, 0, 500, "runnable-woken", 120)
                .runs(15, 0, 500, 1_000)
                .runs(5, 1, 0, 900)
                .runs(15, 1, 900, 930)
                .runs(0, 1, 930, 1_000)
                .vcpu("g", 0, 5, 1, 0, 900, "guest")
                .vcpu("batch", 0, 15, 0, 500, 1_000, "guest")
                .vcpu("batch", 0, 15, 1, 900, 930, "guest");
        assertThat(timeline.figure("shielded_cpu").rows()).isEmpty();
    }

    @Test
    void a_cpu_that_its_machine_keeps_busy_is_not_shielded() throws SQLException {
        timeline.vcpuThread(15, "batch", 0)
                .cpus(2, 0, 1_000)
                .runs(7, 0, 0, 100)
                .state(5, 0, 0, 100, "runnable-woken", 120)
                .runs(5, 0, 100, 1_000)
                .runs(15, 1, 0, 990)
                .runs(0, 1, 990, 1_000)
                .vcpu("g", 0, 5, 0, 100, 1_000, "guest")
                .vcpu("batch", 0, 15, 1, 0, 990, "guest");
        assertThat(timeline.figure("shielded_cpu").rows()).isEmpty();
    }

    @Test
    void a_cpu_that_others_use_is_not_shielded_unless_the_user_says_so() throws SQLException {
        shield();
        timeline.vcpu("g", 0, 5, 1, 0, 100, "guest").thread(9, "more", "user").runs(9, 1, 1_000, 1_000);
        assertThat(timeline.figure("shielded_cpu").rows()).hasSize(1);
        timeline.runs(9, 1, 100, 150);
        assertThat(timeline.figure("shielded_cpu").rows())
                .as("another thread took 5 %")
                .isEmpty();
        assertThat(lines(
                        timeline.figure("shielded_cpu", AnalysisOptions.DEFAULT.withShieldedCpus(List.of(1))),
                        "cpu",
                        "found"))
                .containsExactly("1 given");
    }
}
