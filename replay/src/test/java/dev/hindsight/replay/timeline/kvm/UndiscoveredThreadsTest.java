package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.HALT_POLL;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ_EDGE;
import static dev.hindsight.replay.timeline.TimelineTables.VM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.Tables;
import org.junit.jupiter.api.Test;

/** Recordings that do not say which threads are vCPUs: an entry is the first to show one. */
class UndiscoveredThreadsTest {

    private static final int VCPU = 143;
    private static final int OTHER_VCPU = 144;
    private static final int DEVICE = 150;
    private static final int STRANGER = 151;

    private static final String[] STAGES = {
        "vcpu",
        "source",
        "irq",
        "asserted_ns",
        "runnable_ns",
        "scheduled_ns",
        "injected_ns",
        "entered_ns",
        "eoi_ns",
        "coalesced"
    };

    /** The second vCPU of a machine whose first one runs. */
    private static KvmScript secondVcpu() {
        KvmScript s = new KvmScript();
        s.script.savedComm(VCPU, "t144");
        return s.entry(100, 2, VCPU, 0);
    }

    private static KvmScript message(KvmScript s, long ns, int vcpu, int vector) {
        s.script.at(ns, 1, DEVICE, "kvm:kvm_msi_set_irq", 0xfee00000L, vector);
        return s.accept(ns + 1, 1, DEVICE, vcpu, vector);
    }

    private static KvmScript end(KvmScript s, long ns, int tid, int vcpu, int vector) {
        s.exit(ns - 1, 0, tid, KvmScript.INTR, KvmScript.SVM, vcpu);
        s.script.at(ns, 0, tid, "kvm:kvm_eoi", vcpu, vector);
        return s;
    }

    @Test
    void the_first_interrupt_of_a_vcpu_is_followed_from_before_its_first_entry() {
        KvmScript s = message(new KvmScript(), 1000, 0, 37)
                .waking(1010, 1, DEVICE, VCPU)
                .switches(1050, 0, 0, 0, VCPU)
                .inject(1200, 0, VCPU, 37, false)
                .entry(1300, 0, VCPU);
        Tables tables = end(s, 1400, VCPU, 0, 37).play();
        assertThat(tables.lines(VIRQ, STAGES)).containsExactly("0 msi 37 1000 1010 1050 1200 1300 1400 0");
        assertThat(tables.lines(VIRQ_EDGE, "ts_ns", "vcpu", "by_tid", "coalesced"))
                .containsExactly("1000 0 150 0");
        assertThat(tables.lines(VM, "unasserted")).containsExactly("0");
    }

    @Test
    void so_is_that_of_a_vcpu_whose_machine_another_vcpu_has_shown() {
        KvmScript s = secondVcpu();
        message(message(s, 1000, 1, 37), 1020, 1, 37)
                .waking(1030, 1, DEVICE, OTHER_VCPU)
                .switches(1050, 0, 0, 0, OTHER_VCPU)
                .inject(1200, 0, OTHER_VCPU, 37, false)
                .entry(1300, 0, OTHER_VCPU, 1);
        assertThat(end(s, 1400, OTHER_VCPU, 1, 37).lines(VIRQ, STAGES))
                .containsExactly("1 msi 37 1000 1030 1050 1200 1300 1400 1");
    }

    @Test
    void an_interrupt_that_pends_over_the_first_entry_is_pending_as_any() {
        KvmScript s = message(secondVcpu(), 1000, 1, 37)
                .switches(1050, 0, 0, 0, OTHER_VCPU)
                .entry(1300, 0, OTHER_VCPU, 1);
        message(s, 1310, 1, 37)
                .exit(1400, 0, OTHER_VCPU, KvmScript.VINTR, KvmScript.SVM, 1)
                .inject(1420, 0, OTHER_VCPU, 37, false)
                .entry(1430, 0, OTHER_VCPU, 1);
        assertThat(end(s, 1500, OTHER_VCPU, 1, 37).lines(VIRQ, STAGES))
                .containsExactly("1 msi 37 1000 1050 1050 1420 1430 1500 1");
    }

    @Test
    void an_edge_behind_the_exit_that_shows_the_vcpu_is_coalesced_with_one_before() {
        KvmScript s = message(secondVcpu(), 1000, 1, 37)
                .switches(1050, 0, 0, 0, OTHER_VCPU)
                .exit(1100, 0, OTHER_VCPU, KvmScript.INTR, KvmScript.SVM, 1);
        message(s, 1200, 1, 37).inject(1250, 0, OTHER_VCPU, 37, false).entry(1300, 0, OTHER_VCPU, 1);
        assertThat(end(s, 1400, OTHER_VCPU, 1, 37).lines(VIRQ, "asserted_ns", "injected_ns", "entered_ns", "coalesced"))
                .containsExactly("1000 1250 1300 1");
    }

    @Test
    void what_was_posted_before_the_first_entry_enters_with_it() {
        KvmScript s = new KvmScript();
        message(s, 1000, 0, 37);
        s.script.at(1002, 1, DEVICE, "kvm:kvm_apicv_accept_irq", 0, 0, 0, 37);
        s.switches(1050, 0, 0, 0, VCPU).entry(1100, 0, VCPU);
        assertThat(s.lines(VIRQ, "source", "asserted_ns", "injected_ns", "entered_ns"))
                .containsExactly("msi 1000 null 1100");
    }

    @Test
    void a_vcpu_that_left_its_cpu_before_its_first_entry_has_no_stages_before_the_injection() {
        KvmScript s = message(new KvmScript(), 1000, 0, 37)
                .switches(1050, 0, 0, 0, VCPU)
                .inject(1200, 0, VCPU, 37, false)
                .switches(1210, 0, VCPU, 0, STRANGER)
                .switches(1290, 0, STRANGER, 1, VCPU)
                .entry(1300, 0, VCPU);
        assertThat(end(s, 1400, VCPU, 0, 37).lines(VIRQ, STAGES))
                .containsExactly("0 msi 37 1000 null null 1200 1300 1400 0");
    }

    @Test
    void an_injection_without_any_assertion_is_counted_with_the_machine_that_the_entry_shows() {
        KvmScript s = new KvmScript().inject(1200, 0, VCPU, 37, false).entry(1300, 0, VCPU);
        assertThat(s.lines(VM, "unasserted")).containsExactly("1");
    }

    @Test
    void what_a_thread_did_that_exited_is_not_the_next_ones_of_its_number() {
        KvmScript s = message(new KvmScript(), 1000, 0, 37).inject(1200, 0, VCPU, 37, false);
        s.script.at(1210, 0, VCPU, "sched:sched_process_exit", "CPU 0/KVM", VCPU, 120);
        s.entry(1300, 0, VCPU);
        assertThat(s.lines(VIRQ, "asserted_ns")).isEmpty();
        assertThat(s.lines(VM, "unasserted")).containsExactly("0");
    }

    @Test
    void a_wait_that_ended_before_the_first_entry_is_the_vcpus() {
        KvmScript s = new KvmScript();
        s.script.at(1000, 0, VCPU, "kvm:kvm_vcpu_wakeup", 400, 0, 1);
        s.script.at(1005, 0, VCPU, "kvm:kvm_halt_poll_ns", 1, 0, 200, 100);
        s.entry(1100, 0, VCPU)
                .exit(1200, 0, VCPU, KvmScript.HLT)
                .switches(1350, 0, VCPU, 1, 0)
                .switches(1500, 0, 0, 0, VCPU);
        s.script.at(1510, 0, VCPU, "kvm:kvm_vcpu_wakeup", 300, 1, 1);
        s.entry(1600, 0, VCPU);
        assertThat(s.lines(HALT_POLL, "vcpu", "start_ns", "end_ns", "outcome", "valid", "poll_ns"))
                .containsExactlyInAnyOrder("0 600 1000 poll 1 0", "0 1210 1510 wait 1 100");
    }

    @Test
    void a_timer_of_an_arm_guest_that_fell_due_before_the_first_entry_is_delivered_with_it() {
        ArmScript s = new ArmScript();
        s.switches(1000, 0, 0, 0, VCPU)
                .timer(1040, 0, VCPU, 0, ArmScript.VTIMER, 1)
                .timer(1042, 0, VCPU, 0, ArmScript.PTIMER, 0)
                .entry(1100, 0, VCPU);
        assertThat(s.lines(VIRQ, "source", "irq", "asserted_ns", "scheduled_ns", "entered_ns"))
                .containsExactly("arch-timer 27 1040 1040 1100");
    }

    @Test
    void what_the_interrupt_of_a_cpu_tells_is_not_of_the_thread_that_it_met() {
        ArmScript s = new ArmScript();
        s.switches(1000, 0, 0, 0, VCPU)
                .timer(1040, 0, VCPU, ArmScript.HARDIRQ, 0, ArmScript.VTIMER, 1)
                .entry(1100, 0, VCPU);
        assertThat(s.lines(VIRQ, "irq")).isEmpty();
    }
}
