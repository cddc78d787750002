package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.HALT_POLL;
import static dev.hindsight.replay.timeline.TimelineTables.VCPU_SPAN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VcpuSpansTest {

    private static final int VCPU = 143;

    private static KvmScript guest() {
        KvmScript s = new KvmScript();
        s.script.savedComm(142, "rtvmm").savedComm(VCPU, "CPU 0/KVM");
        return s.entry(1000, 0, VCPU);
    }

    private static List<String> spans(KvmScript s) {
        return s.lines(VCPU_SPAN, "start_ns", "end_ns", "state", "cpu");
    }

    @Test
    void a_halt_without_polling_is_exit_then_halted_then_preempted_until_its_turn() {
        KvmScript s = guest().exit(1100, 0, VCPU, KvmScript.HLT)
                .switches(1200, 0, VCPU, 1, 0)
                .waking(1500, 1, 0, VCPU)
                .switches(1600, 0, 0, 0, VCPU);
        s.script.at(1700, 0, VCPU, "kvm:kvm_vcpu_wakeup", 550, 1, 1);
        s.entry(1800, 0, VCPU);
        assertThat(spans(s))
                .containsExactly(
                        "1000 1100 guest 0",
                        "1100 1200 exit 0",
                        "1200 1500 halted 0",
                        "1500 1600 preempted 0",
                        "1600 1800 exit 0");
        assertThat(s.lines(HALT_POLL, "start_ns", "end_ns", "outcome", "valid", "poll_ns"))
                .containsExactly("1150 1700 wait 1 null");
    }

    @Test
    void polling_that_ends_with_a_wakeup_is_cut_out_of_the_exit() {
        KvmScript s = guest().exit(1100, 0, VCPU, KvmScript.HLT);
        s.script.at(1400, 0, VCPU, "kvm:kvm_vcpu_wakeup", 250, 0, 1);
        s.entry(1500, 0, VCPU);
        assertThat(spans(s))
                .containsExactly("1000 1100 guest 0", "1100 1150 exit 0", "1150 1400 halt_poll 0", "1400 1500 exit 0");
        assertThat(s.lines(HALT_POLL, "outcome", "poll_ns")).containsExactly("poll 250");
    }

    @Test
    void polling_before_a_sleep_lasts_as_long_as_kvm_polled_at_that_time() {
        KvmScript s = guest().exit(1100, 0, VCPU, KvmScript.HLT)
                .switches(1500, 0, VCPU, 1, 0)
                .switches(5000, 0, 0, 0, VCPU);
        s.script.at(5010, 0, VCPU, "kvm:kvm_halt_poll_ns", 0, 0, 0, 300);
        s.script.at(5020, 0, VCPU, "kvm:kvm_vcpu_wakeup", 3900, 1, 1);
        s.entry(5100, 0, VCPU)
                .exit(5200, 0, VCPU, KvmScript.HLT)
                .switches(5300, 0, VCPU, 1, 0)
                .switches(5400, 0, 0, 0, VCPU);
        s.script.at(5410, 0, VCPU, "kvm:kvm_vcpu_wakeup", 200, 1, 1);
        s.entry(5500, 0, VCPU);
        assertThat(spans(s))
                .containsExactly(
                        "1000 1100 guest 0",
                        "1100 1120 exit 0",
                        "1120 1420 halt_poll 0",
                        "1420 1500 exit 0",
                        "1500 5000 halted 0",
                        "5000 5100 exit 0",
                        "5100 5200 guest 0",
                        "5200 5300 exit 0",
                        "5300 5400 halted 0",
                        "5400 5500 exit 0");
        assertThat(s.lines(HALT_POLL, "poll_ns")).containsExactly("0", "300");
    }

    @Test
    void the_monitor_has_the_vcpu_from_the_return_to_it_until_kvm_loads_the_guest_again() {
        KvmScript s = guest().exit(1100, 0, VCPU, KvmScript.IOIO);
        s.script.at(1200, 0, VCPU, "kvm:kvm_userspace_exit", 2, 0);
        s.switches(1300, 0, VCPU, 1, 0).waking(1400, 1, 0, VCPU).switches(1450, 1, 0, 0, VCPU);
        s.script.at(1500, 1, VCPU, "kvm:kvm_fpu", 1);
        s.entry(1600, 1, VCPU);
        assertThat(spans(s))
                .containsExactly(
                        "1000 1100 guest 0",
                        "1100 1200 exit 0",
                        "1200 1400 vmm 0",
                        "1400 1450 preempted 0",
                        "1450 1500 vmm 1",
                        "1500 1600 exit 1");
    }

    @Test
    void a_preempted_vcpu_may_go_on_elsewhere() {
        assertThat(spans(guest().exit(1100, 0, VCPU, KvmScript.INTR)
                        .switches(1200, 0, VCPU, 0, 77)
                        .switches(1300, 1, 0, 0, VCPU)
                        .entry(1400, 1, VCPU)
                        .exit(1500, 1, VCPU, KvmScript.INTR)))
                .containsExactly(
                        "1000 1100 guest 0",
                        "1100 1200 exit 0",
                        "1200 1300 preempted 0",
                        "1300 1400 exit 1",
                        "1400 1500 guest 1");
    }

    @Test
    void a_second_entry_without_an_exit_in_between_goes_on_with_the_guest() {
        assertThat(spans(guest().entry(1050, 0, VCPU).exit(1100, 0, VCPU, KvmScript.INTR)))
                .containsExactly("1000 1100 guest 0");
    }

    @Test
    void a_loss_ends_what_was_known_and_the_next_event_begins_anew() {
        assertThat(spans(guest().lost(0, 1000, 5000)
                        .exit(5000, 0, VCPU, KvmScript.INTR)
                        .entry(5100, 0, VCPU)
                        .exit(5200, 0, VCPU, KvmScript.INTR)))
                .containsExactly("5000 5100 exit 0", "5100 5200 guest 0");
    }

    @Test
    void a_loss_on_another_cpu_leaves_a_running_vcpu_alone() {
        assertThat(spans(guest().lost(1, 1010, 1500).switches(1500, 1, 0, 0, 77).exit(2000, 0, VCPU, KvmScript.INTR)))
                .containsExactly("1000 2000 guest 0");
    }

    @Test
    void a_vcpu_that_shows_on_another_cpu_had_left_the_first_one_unseen() {
        assertThat(spans(guest().exit(1100, 0, VCPU, KvmScript.INTR)
                        .entry(1200, 0, VCPU)
                        .exit(3000, 1, VCPU, KvmScript.INTR)
                        .entry(3100, 1, VCPU)))
                .containsExactly("1000 1100 guest 0", "1100 1200 exit 0", "3000 3100 exit 1");
    }

    @Test
    void exits_without_any_entry_make_neither_guest_nor_exit_spans() {
        KvmScript s = new KvmScript();
        s.exit(1000, 0, VCPU, 5)
                .switches(1100, 0, VCPU, 1, 0)
                .switches(1300, 0, 0, 0, VCPU)
                .exit(1500, 0, VCPU, 5);
        assertThat(spans(s)).containsExactly("1100 1300 halted 0");
    }
}
