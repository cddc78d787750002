package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.HALT_POLL;
import static dev.hindsight.replay.timeline.TimelineTables.VCPU_SPAN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PowerSpansTest {

    private static List<String> spans(PowerScript s) {
        return s.lines(VCPU_SPAN, "start_ns", "end_ns", "state", "cpu");
    }

    @Test
    void a_ceded_vcpu_of_kvm_hv_is_halted_between_its_switches_and_in_the_monitor_until_its_next_run() {
        PowerScript s = new PowerScript();
        s.at(900, 0, "kvm_hv:kvmppc_run_vcpu_enter", 0, PowerScript.MONITOR);
        s.enter(1000, 0, 0x1000, 0).leave(1100, 0, 0, 0x1038);
        s.at(1150, 0, "kvm_hv:kvmppc_vcore_blocked", 0, 0, 0, PowerScript.MONITOR);
        s.out(1200, 0, 1).in(1600, 0);
        s.at(1620, 0, "kvm_hv:kvmppc_vcore_blocked", 0, 0, 1, PowerScript.MONITOR);
        s.at(1640, 0, "kvm_hv:kvmppc_run_vcpu_exit", 0, 0, 0);
        s.at(1650, 0, "kvm_hv:kvmppc_run_vcpu_enter", 0, PowerScript.MONITOR);
        s.enter(1700, 0, 0x900, PowerScript.PENDING_DECREMENTER).leave(1800, 0, 0xe00, 0x1080);
        s.emulated(1850, 0, 0x1080).toMonitor(1860, 0, 6);
        s.at(1950, 0, "kvm_hv:kvmppc_run_vcpu_enter", 0, PowerScript.MONITOR);
        s.enter(2000, 0, 0x1084, 0).leave(2100, 0, 0, 0x1038);
        assertThat(spans(s))
                .containsExactly(
                        "1000 1100 guest 0",
                        "1100 1200 exit 0",
                        "1200 1600 halted 0",
                        "1600 1700 exit 0",
                        "1700 1800 guest 0",
                        "1800 1860 exit 0",
                        "1860 1950 vmm 0",
                        "1950 2000 exit 0",
                        "2000 2100 guest 0");
    }

    @Test
    void power8_tells_how_long_the_core_waited() {
        PowerScript s = new PowerScript().enter(1000, 0, 0x1000, 0).leave(1100, 0, 0, 0x1038);
        s.out(1200, 0, 1).in(1600, 0);
        s.at(1650, 0, "kvm_hv:kvmppc_vcore_wakeup", 500, 1, PowerScript.MONITOR);
        s.enter(1700, 0, 0x900, PowerScript.PENDING_DECREMENTER);
        assertThat(s.lines(HALT_POLL, "start_ns", "end_ns", "outcome", "valid")).containsExactly("1150 1650 wait null");
    }

    @Test
    void without_switches_a_blocked_core_is_a_halted_vcpu() {
        PowerScript s = new PowerScript().enter(1000, 0, 0x1000, 0).leave(1100, 0, 0, 0x1038);
        s.at(1150, 0, "kvm_hv:kvmppc_vcore_blocked", 0, 0, 0, PowerScript.MONITOR);
        s.at(1620, 0, "kvm_hv:kvmppc_vcore_blocked", 0, 0, 1, PowerScript.MONITOR);
        s.enter(1700, 0, 0x900, PowerScript.PENDING_DECREMENTER);
        assertThat(spans(s))
                .containsExactly("1000 1100 guest 0", "1100 1150 exit 0", "1150 1620 halted 0", "1620 1700 exit 0");
    }

    @Test
    void what_follows_a_stay_in_the_monitor_of_kvm_pr_is_in_no_state_until_the_next_exit() {
        PowerScript s = new PowerScript()
                .prExit(1000, 0, PowerScript.PROGRAM, 0x1000)
                .emulated(1050, 0, 0x1000)
                .reenter(1100, 0, 1, 0x1004)
                .prExit(1200, 0, 0x300, 0x1074)
                .reenter(1250, 0, 2, 0x1074)
                .toMonitor(1260, 0, 6)
                .prExit(1900, 0, PowerScript.PROGRAM, 0x1090)
                .reenter(1950, 0, 0, 0x1094)
                .prExit(2000, 0, PowerScript.PROGRAM, 0x1098);
        assertThat(spans(s))
                .containsExactly(
                        "1000 1100 exit 0",
                        "1100 1200 guest 0",
                        "1200 1260 exit 0",
                        "1900 1950 exit 0",
                        "1950 2000 guest 0");
    }

    @Test
    void the_guest_of_booke_runs_from_the_last_event_in_kvm_to_the_next_exit() {
        PowerScript s = new PowerScript()
                .bookeExit(1000, 0, 6, 0x1058)
                .emulated(1010, 0, 0x1058)
                .bookeExit(1100, 0, 6, 0x1054)
                .emulated(1110, 0, 0x1054)
                .out(1150, 0, 1)
                .in(1500, 0)
                .wakeup(1510, 0, 390);
        s.at(1520, 0, "kvm:kvm_check_requests", 0, 0);
        s.at(1530, 0, "kvm_booke:kvm_booke_queue_irqprio", 0, 18, 0);
        s.bookeExit(1600, 0, 13, 0x1074)
                .emulated(1620, 0, 0x1074)
                .toMonitor(1630, 0, 6)
                .bookeExit(1900, 0, 10, 0x1080)
                .bookeExit(2000, 0, 10, 0x1080);
        assertThat(spans(s))
                .containsExactly(
                        "1000 1010 exit 0",
                        "1010 1100 guest 0",
                        "1100 1150 exit 0",
                        "1150 1500 halted 0",
                        "1500 1530 exit 0",
                        "1530 1600 guest 0",
                        "1600 1630 exit 0",
                        "1900 2000 guest 0");
    }

    @Test
    void a_guest_of_booke_that_was_preempted_in_kvm_goes_on_with_its_next_turn() {
        PowerScript s = new PowerScript()
                .bookeExit(1000, 0, 10, 0x1058)
                .out(1050, 0, 0)
                .in(1300, 1)
                .bookeExit(1400, 1, 6, 0x1058);
        assertThat(spans(s)).containsExactly("1000 1050 exit 0", "1050 1300 preempted 0", "1300 1400 guest 1");
    }
}
