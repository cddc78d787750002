package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.GAP_SPAN;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ;
import static dev.hindsight.replay.timeline.TimelineTables.VM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.SchedulerParts;
import dev.hindsight.replay.timeline.TimelinePartFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualInterruptsTest {

    private static final int VCPU = 143;
    private static final int PIT = 145;
    private static final long PIT_TIMER = 0x1111_0000L;
    private static final long APIC_TIMER = 0x2222_0000L;

    private static final String[] STAGES = {
        "asserted_ns", "runnable_ns", "scheduled_ns", "injected_ns", "entered_ns", "handled_ns", "handled_by", "eoi_ns"
    };

    private static KvmScript guest() {
        KvmScript s = new KvmScript();
        s.script.savedComm(142, "rtvmm").savedComm(VCPU, "CPU 0/KVM").savedComm(PIT, "kvm-pit/142");
        return s.entry(100, 0, VCPU);
    }

    @Test
    void an_edge_for_a_running_vcpu_is_followed_from_the_line_to_the_acknowledge() {
        assertThat(guest().edge(1000, 1, PIT, 0, false)
                        .exit(1100, 0, VCPU, KvmScript.INTR)
                        .inject(1200, 0, VCPU, 8, false)
                        .entry(1300, 0, VCPU)
                        .exit(1400, 0, VCPU, KvmScript.IOIO)
                        .out(1410, 0, VCPU, 0x43, 0)
                        .out(1420, 0, VCPU, 0x20, 0x20)
                        .ack(1430, 0, VCPU, 0)
                        .lines(VIRQ, STAGES))
                .containsExactly("1000 1000 1000 1200 1300 1410 pio 1430");
    }

    @Test
    void a_halted_vcpu_is_runnable_when_woken_and_scheduled_when_switched_in() {
        assertThat(guest().exit(500, 0, VCPU, KvmScript.HLT)
                        .switches(600, 0, VCPU, 1, 0)
                        .edge(1000, 1, PIT, 0, false)
                        .waking(1010, 1, PIT, VCPU)
                        .switches(1050, 0, 0, 0, VCPU)
                        .inject(1200, 0, VCPU, 8, false)
                        .entry(1300, 0, VCPU)
                        .exit(1400, 0, VCPU, KvmScript.IOIO)
                        .ack(1430, 0, VCPU, 0)
                        .lines(VIRQ, STAGES))
                .containsExactly("1000 1010 1050 1200 1300 1430 ack 1430");
    }

    @Test
    void a_preempted_vcpu_is_runnable_at_once_and_scheduled_later() {
        assertThat(guest().exit(500, 0, VCPU, KvmScript.INTR)
                        .switches(600, 0, VCPU, 0, 77)
                        .edge(1000, 1, PIT, 0, false)
                        .switches(1050, 0, 77, 0, VCPU)
                        .inject(1200, 0, VCPU, 8, false)
                        .entry(1300, 0, VCPU)
                        .exit(1400, 0, VCPU, KvmScript.IOIO)
                        .ack(1430, 0, VCPU, 0)
                        .lines(VIRQ, STAGES))
                .containsExactly("1000 1000 1050 1200 1300 1430 ack 1430");
    }

    @Test
    void an_injection_that_came_back_counts_from_the_first_time_and_is_entered_by_the_last_entry() {
        assertThat(guest().edge(1000, 1, PIT, 0, false)
                        .exit(1100, 0, VCPU, KvmScript.INTR)
                        .inject(1200, 0, VCPU, 8, false)
                        .inject(1210, 0, VCPU, 8, true)
                        .entry(1300, 0, VCPU)
                        .exit(1310, 0, VCPU, 1024)
                        .inject(1320, 0, VCPU, 8, true)
                        .entry(1330, 0, VCPU)
                        .exit(1400, 0, VCPU, KvmScript.IOIO)
                        .out(1410, 0, VCPU, 0x43, 0)
                        .ack(1430, 0, VCPU, 0)
                        .lines(VIRQ, STAGES))
                .containsExactly("1000 1000 1000 1200 1330 1410 pio 1430");
    }

    @Test
    void an_edge_on_a_pending_one_is_coalesced_and_one_in_service_is_a_delivery_of_its_own() {
        assertThat(guest().edge(1000, 1, PIT, 0, false)
                        .edge(1040, 1, PIT, 0, true)
                        .edge(1080, 1, PIT, 0, true)
                        .exit(1100, 0, VCPU, KvmScript.INTR)
                        .inject(1200, 0, VCPU, 8, false)
                        .entry(1300, 0, VCPU)
                        .edge(1350, 1, PIT, 0, false)
                        .edge(1370, 1, PIT, 0, true)
                        .exit(1400, 0, VCPU, KvmScript.IOIO)
                        .out(1410, 0, VCPU, 0x43, 0)
                        .ack(1430, 0, VCPU, 0)
                        .inject(1440, 0, VCPU, 8, false)
                        .entry(1450, 0, VCPU)
                        .exit(1460, 0, VCPU, KvmScript.IOIO)
                        .ack(1470, 0, VCPU, 0)
                        .lines(VIRQ, "asserted_ns", "injected_ns", "handled_ns", "coalesced"))
                .containsExactly("1000 1200 1410 2", "1350 1440 1470 1");
    }

    @Test
    void a_line_held_high_makes_one_edge() {
        KvmScript s = guest();
        s.script.at(1000, 1, 150, "kvm:kvm_set_irq", 5, 1, 0);
        s.script.at(1001, 1, 150, "kvm:kvm_pic_set_irq", 0, 5, 0, 0, 0);
        s.script.at(1010, 1, 150, "kvm:kvm_set_irq", 5, 1, 0);
        s.script.at(1011, 1, 150, "kvm:kvm_pic_set_irq", 0, 5, 0, 0, 0);
        assertThat(s.lines(VIRQ, "source", "irq", "asserted_ns", "coalesced", "injected_ns"))
                .containsExactly("pic 5 1000 0 null");
    }

    @Test
    void a_level_still_high_at_the_end_of_interrupt_raises_the_next_one() {
        KvmScript s = guest();
        s.script.at(1000, 1, 150, "kvm:kvm_set_irq", 5, 1, 0);
        s.script.at(1001, 1, 150, "kvm:kvm_pic_set_irq", 0, 5, 0x20, 0, 0);
        s.exit(1100, 0, VCPU, KvmScript.INTR)
                .inject(1200, 0, VCPU, 0xd, false)
                .entry(1210, 0, VCPU)
                .exit(1220, 0, VCPU, KvmScript.IOIO)
                .ack(1230, 0, VCPU, 5)
                .inject(1240, 0, VCPU, 0xd, false)
                .entry(1250, 0, VCPU);
        s.script.at(1260, 1, 150, "kvm:kvm_set_irq", 5, 0, 0);
        s.script.at(1261, 1, 150, "kvm:kvm_pic_set_irq", 0, 5, 0x20, 0, 0);
        s.exit(1270, 0, VCPU, KvmScript.IOIO).ack(1280, 0, VCPU, 5);
        assertThat(s.lines(VIRQ, "irq", "asserted_ns", "injected_ns", "eoi_ns"))
                .containsExactly("5 1000 1200 1230", "5 1230 1240 1280");
    }

    @Test
    void a_level_that_falls_before_the_guest_takes_it_was_never_delivered() {
        KvmScript s = guest();
        s.script.at(1000, 1, 150, "kvm:kvm_set_irq", 5, 1, 0);
        s.script.at(1001, 1, 150, "kvm:kvm_pic_set_irq", 0, 5, 0x20, 0, 0);
        s.script.at(1010, 1, 150, "kvm:kvm_set_irq", 5, 0, 0);
        s.script.at(1011, 1, 150, "kvm:kvm_pic_set_irq", 0, 5, 0x20, 0, 0);
        s.script.at(1020, 1, 150, "kvm:kvm_set_irq", 5, 1, 0);
        s.script.at(1021, 1, 150, "kvm:kvm_pic_set_irq", 0, 5, 0x20, 0, 0);
        s.exit(1100, 0, VCPU, KvmScript.INTR).inject(1200, 0, VCPU, 0xd, false);
        assertThat(s.lines(VIRQ, "asserted_ns", "injected_ns")).containsExactly("1000 null", "1020 1200");
    }

    @Test
    void a_masked_pin_delivers_nothing_until_the_guest_unmasks_it() {
        KvmScript s = guest();
        s.script.at(1000, 1, 150, "kvm:kvm_set_irq", 5, 1, 0);
        s.script.at(1001, 1, 150, "kvm:kvm_pic_set_irq", 0, 5, 0, 0xff, 0);
        s.script.at(1002, 1, 150, "kvm:kvm_set_irq", 5, 0, 0);
        s.script.at(1010, 1, 150, "kvm:kvm_set_irq", 6, 1, 0);
        s.script.at(1011, 1, 150, "kvm:kvm_pic_set_irq", 0, 6, 0, 0xff, 0);
        s.exit(1100, 0, VCPU, KvmScript.INTR).inject(1200, 0, VCPU, 0xe, false);
        assertThat(s.lines(VIRQ, "irq", "asserted_ns", "injected_ns")).containsExactly("6 1010 1200");
    }

    @Test
    void what_a_lapic_takes_of_a_line_is_one_delivery_whichever_controller_is_told_first() {
        KvmScript s = guest();
        s.script.at(1000, 1, 150, "kvm:kvm_set_irq", 4, 1, 0);
        s.accept(1001, 1, 150, 0, 0x31);
        s.script.at(1002, 1, 150, "kvm:kvm_ioapic_set_irq", 0x31, 4, 0);
        s.script.at(1003, 1, 150, "kvm:kvm_pic_set_irq", 0, 4, 0, 0, 0);
        s.script.at(1010, 1, 150, "kvm:kvm_set_irq", 6, 1, 0);
        s.script.at(1011, 1, 150, "kvm:kvm_pic_set_irq", 0, 6, 0, 0, 0);
        s.accept(1012, 1, 150, 0, 0x33);
        s.script.at(1013, 1, 150, "kvm:kvm_ioapic_set_irq", 0x33, 6, 0);
        assertThat(s.lines(VIRQ, "source", "irq", "vector", "asserted_ns"))
                .containsExactly("ioapic 4 49 1000", "ioapic 6 51 1010");
    }

    @Test
    void each_raise_of_the_pit_has_the_due_time_of_its_own_expiry_however_late() {
        KvmScript s = guest().starts(200, 0, VCPU, 0, PIT_TIMER, 990);
        s.expires(1000, 0, VCPU, PIT_TIMER, PIT)
                .starts(1010, 0, VCPU, KvmScript.HARDIRQ, PIT_TIMER, 1990)
                .edge(1100, 1, PIT, 0, false)
                .expires(2000, 0, VCPU, PIT_TIMER, -1)
                .starts(2010, 0, VCPU, KvmScript.HARDIRQ, PIT_TIMER, 2990)
                .expires(3000, 0, VCPU, PIT_TIMER, -1)
                .starts(3010, 0, VCPU, KvmScript.HARDIRQ, PIT_TIMER, 3990);
        // The vCPU moves to another CPU, and its timer after it: nothing is counted anew.
        s.starts(3020, 0, VCPU, 0, PIT_TIMER, 3990)
                .exit(3100, 0, VCPU, KvmScript.INTR)
                .inject(3200, 0, VCPU, 8, false)
                .entry(3210, 0, VCPU)
                .exit(3220, 0, VCPU, KvmScript.IOIO)
                .ack(3230, 0, VCPU, 0)
                .edge(3240, 1, PIT, 0, false)
                .inject(3250, 0, VCPU, 8, false)
                .entry(3260, 0, VCPU)
                .exit(3270, 0, VCPU, KvmScript.IOIO)
                .ack(3280, 0, VCPU, 0)
                .edge(3290, 1, PIT, 0, false);
        assertThat(s.lines(VIRQ, "source", "due_ns", "asserted_ns", "eoi_ns"))
                .containsExactly("pit 1990 3240 3280", "pit 2990 3290 null", "pit 990 1100 3230");
    }

    @Test
    void an_interrupt_raised_by_a_thread_is_due_when_the_timer_was_that_woke_it() {
        KvmScript s = guest().starts(200, 0, 160, 0, 0x3333_0000L, 990);
        s.expires(1000, 1, 0, 0x3333_0000L, 160)
                .switches(1010, 1, 0, 0, 160)
                .edge(1020, 1, 160, 0, false)
                .edge(1040, 1, 160, 1, false);
        assertThat(s.lines(VIRQ, "source", "irq", "due_ns", "asserted_ns"))
                .containsExactly("pic 0 990 1020", "pic 1 null 1040");
    }

    @Test
    void the_lapic_timers_interrupt_is_asserted_when_its_hrtimer_expires() {
        KvmScript s = guest().exit(200, 0, VCPU, 124).starts(210, 0, VCPU, 0, APIC_TIMER, 990);
        s.script.at(220, 0, VCPU, "kvm:kvm_hv_timer_state", 0, 0);
        s.exit(300, 0, VCPU, KvmScript.HLT)
                .switches(400, 0, VCPU, 1, 0)
                .expires(1000, 0, 0, APIC_TIMER, VCPU)
                .switches(1100, 0, 0, 0, VCPU)
                .accept(1200, 0, VCPU, 0, 236)
                .inject(1210, 0, VCPU, 236, false)
                .entry(1220, 0, VCPU);
        s.script.at(1300, 0, VCPU, "kvm:kvm_eoi", 0, 236);
        s.exit(1310, 0, VCPU, 124);
        assertThat(s.lines(
                        VIRQ,
                        "source",
                        "due_ns",
                        "asserted_ns",
                        "runnable_ns",
                        "scheduled_ns",
                        "injected_ns",
                        "handled_ns",
                        "handled_by"))
                .containsExactly("lapic-timer 990 1000 1005 1100 1210 1300 eoi");
    }

    @Test
    void an_ipi_goes_to_the_vcpu_that_it_names() {
        KvmScript s = guest().entry(110, 1, 144, 1).exit(500, 0, VCPU, 124);
        s.script.at(1000, 0, VCPU, "kvm:kvm_apic_ipi", 251, 1);
        s.accept(1005, 0, VCPU, 1, 251)
                .accept(1006, 0, VCPU, 1, 251)
                .exit(1100, 1, 144, KvmScript.INTR, KvmScript.SVM, 1)
                .inject(1110, 1, 144, 251, false)
                .entry(1120, 1, 144, 1)
                .exit(1200, 1, 144, 124, KvmScript.SVM, 1);
        s.script.at(1210, 1, 144, "kvm:kvm_eoi", 1, 251);
        assertThat(s.lines(VIRQ, "vcpu", "source", "vector", "asserted_ns", "coalesced", "entered_ns", "eoi_ns"))
                .containsExactly("1 ipi 251 1000 1 1120 1210");
    }

    @Test
    void messages_of_two_machines_reach_their_own() {
        KvmScript s = new KvmScript();
        s.script.savedComm(100, "qemu-system-x86").savedComm(200, "qemu-system-x86");
        s.script.savedComm(110, "CPU 0/KVM").savedComm(210, "CPU 0/KVM");
        s.script.savedComm(115, "vhost-100").savedComm(215, "vhost-200");
        s.entry(10, 0, 110).entry(20, 1, 210);
        s.script.at(1000, 2, 215, "kvm:kvm_msi_set_irq", 0xfee00000L, 37);
        s.accept(1001, 2, 215, 0, 37);
        s.script.at(1010, 2, 115, "kvm:kvm_msi_set_irq", 0xfee00000L, 38);
        s.accept(1011, 2, 115, 0, 38);
        assertThat(s.lines(VIRQ, "vm", "source", "irq", "asserted_ns", "asserted_by_tid", "asserted_cpu"))
                .containsExactly("qemu-system-x86 msi 38 1010 115 2", "qemu-system-x86:200 msi 37 1000 215 2");
    }

    @Test
    void an_injection_shows_whose_a_message_was_if_nothing_else_does() {
        KvmScript s = new KvmScript();
        s.script.savedComm(100, "a-vmm").savedComm(200, "b-vmm");
        s.script.savedComm(115, "vhost-100").savedComm(215, "vhost-200").savedComm(300, "worker");
        s.entry(10, 0, 110).entry(20, 1, 210);
        s.script.at(1000, 2, 300, "kvm:kvm_msi_set_irq", 0xfee00000L, 37);
        s.accept(1001, 2, 300, 0, 37)
                .exit(1100, 1, 210, KvmScript.INTR)
                .inject(1110, 1, 210, 37, false)
                .entry(1120, 1, 210);
        assertThat(s.lines(VIRQ, "vm", "source", "irq", "asserted_ns", "injected_ns", "entered_ns"))
                .containsExactly("b-vmm msi 37 1000 1110 1120");
    }

    @Test
    void a_posted_interrupt_shows_no_injection_and_no_handling() {
        KvmScript s = guest().exit(500, 0, VCPU, KvmScript.INTR, KvmScript.VMX, 0);
        s.script.at(1000, 1, 150, "kvm:kvm_msi_set_irq", 0xfee00000L, 37);
        s.accept(1001, 1, 150, 0, 37);
        s.script.at(1002, 1, 150, "kvm:kvm_apicv_accept_irq", 0, 0, 0, 37);
        s.entry(1100, 0, VCPU);
        s.script.at(1200, 1, 150, "kvm:kvm_msi_set_irq", 0xfee00000L, 37);
        s.accept(1201, 1, 150, 0, 37);
        s.script.at(1202, 1, 150, "kvm:kvm_apicv_accept_irq", 0, 0, 0, 37);
        assertThat(s.lines(VIRQ, "asserted_ns", "injected_ns", "entered_ns", "handled_ns"))
                .containsExactly("1000 null 1100 null", "1200 null null null");
    }

    @Test
    void a_loss_on_the_vcpus_cpu_marks_what_was_under_way_and_nothing_else() {
        assertThat(guest().edge(1000, 1, PIT, 0, false)
                        .exit(1010, 0, VCPU, KvmScript.INTR)
                        .inject(1020, 0, VCPU, 8, false)
                        .lost(0, 1020, 5000)
                        .entry(5000, 0, VCPU)
                        .exit(5100, 0, VCPU, KvmScript.IOIO)
                        .ack(5110, 0, VCPU, 0)
                        .edge(6000, 1, PIT, 0, false)
                        .exit(6010, 0, VCPU, KvmScript.INTR)
                        .inject(6020, 0, VCPU, 8, false)
                        .entry(6030, 0, VCPU)
                        .exit(6040, 0, VCPU, KvmScript.IOIO)
                        .ack(6050, 0, VCPU, 0)
                        .lines(VIRQ, "asserted_ns", "handled_ns", "lost"))
                .containsExactly("1000 5110 1", "6000 6050 0");
    }

    @Test
    void what_the_end_of_the_recording_cuts_off_has_no_later_stages() {
        assertThat(guest().edge(1000, 1, PIT, 0, false).lines(VIRQ, STAGES))
                .containsExactly("1000 1000 1000 null null null null null");
    }

    @Test
    void injections_of_which_no_assertion_was_seen_are_counted_with_their_machine() {
        KvmScript script = guest().edge(1000, 1, PIT, 0, false)
                .exit(1100, 0, VCPU, KvmScript.INTR)
                .inject(1200, 0, VCPU, 8, false)
                .entry(1300, 0, VCPU)
                .ack(1430, 0, VCPU, 0)
                .inject(1500, 0, VCPU, 0x33, false)
                .entry(1600, 0, VCPU)
                .inject(1700, 0, VCPU, 0x33, false);
        assertThat(script.lines(VIRQ, "injected_ns")).containsExactly("1200");
        assertThat(script.lines(VM, "unasserted")).containsExactly("2");
    }

    @Test
    void a_software_interrupt_that_is_injected_again_is_none_of_the_devices() {
        KvmScript s = guest().edge(1000, 1, PIT, 0, false).exit(1010, 0, VCPU, KvmScript.INTR);
        s.script.at(1020, 0, VCPU, "kvm:kvm_inj_virq", 8, 1, 1);
        assertThat(s.lines(VIRQ, "injected_ns")).containsExactly("null");
    }

    @Test
    void a_marker_port_is_told_apart_from_other_ports() {
        KvmScript s = guest();
        s.script.marker("job=pio:0x510");
        assertThat(s.edge(1000, 1, PIT, 0, false)
                        .exit(1100, 0, VCPU, KvmScript.INTR)
                        .inject(1200, 0, VCPU, 8, false)
                        .entry(1300, 0, VCPU)
                        .exit(1400, 0, VCPU, KvmScript.IOIO)
                        .out(1410, 0, VCPU, 0x510, 1)
                        .lines(VIRQ, "handled_ns", "handled_by"))
                .containsExactly("1410 marker");
    }

    /** What is asserted at 1 ms for a guest that runs on CPU 0; its CPU takes the request to leave it at 5 ms. */
    private static List<String> gaps(KvmScript asserted) {
        asserted.script.declare("irq_vectors:reschedule_entry", "vector");
        asserted.script.at(5_000_000, 0, VCPU, "irq_vectors:reschedule_entry", 253);
        List<TimelinePartFactory> parts = new ArrayList<>(SchedulerParts.ALL);
        parts.add(KvmTimeline::new);
        return asserted.script.play(parts).lines(GAP_SPAN, "cpu", "start_ns", "end_ns");
    }

    @Test
    void a_cpu_that_is_to_leave_its_guest_for_an_interrupt_and_is_silent_shows_a_gap() {
        assertThat(gaps(guest().edge(1_000_000, 1, PIT, 0, false))).containsExactly("0 1000000 5000000");
        assertThat(gaps(guest().accept(1_000_000, 1, 150, 0, 37))).containsExactly("0 1000000 5000000");
        assertThat(gaps(guest().exit(900_000, 0, VCPU, KvmScript.INTR).edge(1_000_000, 1, PIT, 0, false)))
                .as("not in its guest: nobody asks")
                .isEmpty();
    }
}
