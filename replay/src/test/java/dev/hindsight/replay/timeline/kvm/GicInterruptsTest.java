package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.VCPU_SPAN;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ_EDGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.Tables;
import org.junit.jupiter.api.Test;

class GicInterruptsTest {

    private static final int VCPU = 143;
    private static final int OTHER_VCPU = 144;
    private static final int DEVICE = 150;
    private static final long MARKER = 0x0a000000L;

    private static final String[] STAGES = {
        "source",
        "irq",
        "due_ns",
        "asserted_ns",
        "runnable_ns",
        "scheduled_ns",
        "injected_ns",
        "entered_ns",
        "handled_ns",
        "coalesced"
    };

    private static ArmScript guest() {
        ArmScript s = new ArmScript();
        s.script.savedComm(142, "rtvmm").savedComm(VCPU, "CPU 0/KVM").savedComm(OTHER_VCPU, "CPU 1/KVM");
        return s.entry(100, 0, VCPU);
    }

    /** A timer's own interrupt while its guest runs: the guest is left and entered again. */
    private static ArmScript fires(ArmScript s, long ns) {
        return s.timer(ns, 0, VCPU, ArmScript.HARDIRQ, 0, ArmScript.VTIMER, 1)
                .exit(ns + 10, 0, VCPU, ArmScript.IRQ, 0)
                .entry(ns + 20, 0, VCPU);
    }

    @Test
    void the_timer_of_a_halted_vcpu_is_asserted_when_the_hrtimer_that_wakes_it_expires() {
        ArmScript s = guest().waits(200, 0, VCPU, false)
                .switches(210, 0, VCPU, 1, 0)
                .saves(212, 0, VCPU, ArmScript.ENABLED)
                .startsWakeTimer(215, 0, VCPU, 1000)
                .wakeTimerExpires(1010, 1, 77, VCPU)
                .switches(1030, 0, 0, 0, VCPU)
                .timer(1040, 0, VCPU, 0, ArmScript.VTIMER, 1)
                .timer(1042, 0, VCPU, 0, ArmScript.PTIMER, 0)
                .entry(1100, 0, VCPU);
        Tables tables = s.play();
        assertThat(tables.lines(VIRQ, STAGES)).containsExactly("arch-timer 27 1000 1010 1015 1030 null 1100 null 0");
        assertThat(tables.lines(VIRQ, "asserted_by_tid", "asserted_cpu", "vcpu"))
                .containsExactly("77 1 0");
        assertThat(tables.lines(VIRQ_EDGE, "ts_ns", "by_tid", "cpu", "context", "coalesced"))
                .containsExactly("1010 77 1 hardirq 0");
    }

    @Test
    void each_interrupt_that_the_timer_itself_makes_is_an_edge_without_a_fall_between() {
        assertThat(fires(fires(guest(), 500), 900).lines(VIRQ, STAGES))
                .containsExactly(
                        "arch-timer 27 null 500 500 500 null 520 null 0",
                        "arch-timer 27 null 900 900 900 null 920 null 0");
    }

    @Test
    void a_level_that_is_told_again_when_the_vcpu_is_loaded_again_is_no_edge_while_it_stayed_high() {
        ArmScript s = fires(guest(), 500)
                .exit(600, 0, VCPU, ArmScript.IRQ, 0)
                .switches(610, 0, VCPU, 0, 77)
                .saves(612, 0, VCPU, ArmScript.FIRED)
                .switches(700, 0, 77, 0, VCPU)
                .timer(705, 0, VCPU, 0, ArmScript.VTIMER, 1)
                .entry(720, 0, VCPU);
        assertThat(s.lines(VIRQ, "asserted_ns", "entered_ns")).containsExactly("500 520");
    }

    @Test
    void a_timer_that_was_low_when_its_vcpu_left_the_cpu_and_is_high_when_it_comes_back_fired_meanwhile() {
        ArmScript s = fires(guest(), 500)
                .exit(600, 0, VCPU, ArmScript.IRQ, 0)
                .switches(610, 0, VCPU, 0, 77)
                .saves(612, 0, VCPU, ArmScript.ENABLED)
                .switches(700, 0, 77, 0, VCPU)
                .timer(705, 0, VCPU, 0, ArmScript.VTIMER, 1)
                .entry(720, 0, VCPU);
        assertThat(s.lines(VIRQ, "asserted_ns", "scheduled_ns", "entered_ns"))
                .containsExactly("500 500 520", "705 705 720");
    }

    @Test
    void an_expiry_for_a_level_that_is_high_already_is_no_edge_nor_is_it_kept_for_the_next() {
        ArmScript s = guest().waits(200, 0, VCPU, false)
                .switches(210, 0, VCPU, 1, 0)
                .startsWakeTimer(215, 0, VCPU, 1000)
                .wakeTimerExpires(1010, 0, 0, VCPU)
                .switches(1030, 0, 0, 0, VCPU)
                .timer(1040, 0, VCPU, 0, ArmScript.VTIMER, 1)
                .switches(1050, 0, VCPU, 0, 77)
                .saves(1052, 0, VCPU, ArmScript.FIRED)
                .startsWakeTimer(1055, 0, VCPU, 1056)
                .wakeTimerExpires(1060, 0, 77, VCPU)
                .switches(1100, 0, 77, 0, VCPU)
                .timer(1110, 0, VCPU, 0, ArmScript.VTIMER, 1)
                .entry(1200, 0, VCPU)
                .exit(1210, 0, VCPU, ArmScript.TRAP, ArmScript.DABT)
                .saves(1220, 0, VCPU, ArmScript.ENABLED)
                .timer(1300, 0, VCPU, 0, ArmScript.VTIMER, 1)
                .entry(1400, 0, VCPU);
        assertThat(s.lines(VIRQ, "due_ns", "asserted_ns", "scheduled_ns", "entered_ns"))
                .containsExactly("1000 1010 1030 1200", "null 1300 1300 1400");
    }

    @Test
    void a_level_that_falls_before_the_guest_was_entered_was_never_delivered() {
        assertThat(guest().exit(200, 0, VCPU, ArmScript.IRQ, 0)
                        .timer(300, 0, VCPU, 0, ArmScript.VTIMER, 1)
                        .timer(400, 0, VCPU, 0, ArmScript.VTIMER, 0)
                        .entry(500, 0, VCPU)
                        .lines(VIRQ, "asserted_ns", "entered_ns"))
                .containsExactly("300 null");
    }

    @Test
    void a_begin_of_the_guests_marker_tells_its_handler_until_the_guest_waits() {
        ArmScript s = guest();
        s.script.marker("job=mmio:0x0a000000");
        fires(s, 500)
                .exit(530, 0, VCPU, ArmScript.TRAP, ArmScript.DABT)
                .store(535, 0, VCPU, MARKER, 1)
                .entry(540, 0, VCPU);
        fires(s, 600)
                .exit(630, 0, VCPU, ArmScript.TRAP, ArmScript.DABT)
                .store(635, 0, VCPU, MARKER, 0)
                .entry(640, 0, VCPU)
                .waits(650, 0, VCPU, false)
                .entry(660, 0, VCPU)
                .exit(670, 0, VCPU, ArmScript.TRAP, ArmScript.DABT)
                .store(675, 0, VCPU, MARKER, 1);
        assertThat(s.lines(VIRQ, "asserted_ns", "handled_ns", "handled_by"))
                .containsExactly("500 535 marker", "600 null null");
    }

    @Test
    void a_line_that_a_device_pulses_is_pending_until_the_entry_and_further_pulses_coalesce() {
        ArmScript s = guest().waits(200, 0, VCPU, false)
                .switches(210, 0, VCPU, 1, 0)
                .line(1000, 1, DEVICE, 32, 1)
                .waking(1010, 1, DEVICE, VCPU)
                .line(1020, 1, DEVICE, 32, 0)
                .line(1030, 1, DEVICE, 32, 1)
                .line(1040, 1, DEVICE, 32, 0)
                .switches(1050, 0, 0, 0, VCPU)
                .entry(1100, 0, VCPU)
                .line(1200, 1, DEVICE, 32, 1);
        Tables tables = s.play();
        assertThat(tables.lines(VIRQ, STAGES))
                .containsExactly(
                        "spi 32 null 1001 1010 1050 null 1100 null 1", "spi 32 null 1201 1201 1201 null null null 0");
        assertThat(tables.lines(VIRQ_EDGE, "ts_ns", "context", "coalesced"))
                .containsExactly("1001 task 0", "1031 task 1", "1201 task 0");
    }

    @Test
    void a_shared_interrupt_goes_to_the_vcpu_that_is_woken_for_it() {
        ArmScript s = guest().entry(110, 1, OTHER_VCPU)
                .waits(200, 1, OTHER_VCPU, false)
                .switches(210, 1, OTHER_VCPU, 1, 0)
                .line(1000, 2, DEVICE, 40, 1)
                .waking(1010, 2, DEVICE, OTHER_VCPU)
                .line(1020, 2, DEVICE, 40, 0)
                .line(1030, 2, DEVICE, 41, 1)
                .switches(1050, 1, 0, 0, OTHER_VCPU)
                .entry(1100, 1, OTHER_VCPU);
        Tables tables = s.play();
        assertThat(tables.lines(VIRQ, "irq", "vcpu", "asserted_ns", "runnable_ns", "entered_ns"))
                .containsExactly("40 1 1001 1010 1100", "41 0 1031 1031 null");
        assertThat(tables.lines(VIRQ_EDGE, "irq", "vcpu")).containsExactly("40 1", "41 0");
    }

    @Test
    void the_end_of_an_interrupt_that_kvm_forwards_ends_its_delivery() {
        ArmScript s = guest().line(1000, 1, DEVICE, 34, 1)
                .exit(1010, 0, VCPU, ArmScript.IRQ, 0)
                .entry(1020, 0, VCPU)
                .exit(1030, 0, VCPU, ArmScript.IRQ, 0);
        s.script.at(1040, 0, VCPU, "kvm:kvm_ack_irq", 0, 2);
        assertThat(s.lines(VIRQ, "irq", "entered_ns", "handled_ns", "handled_by", "eoi_ns"))
                .containsExactly("34 1020 1040 ack 1040");
    }

    @Test
    void an_emulated_timer_belongs_to_the_vcpu_that_set_its_hrtimer_wherever_that_expires() {
        ArmScript s = guest();
        s.script.at(200, 0, VCPU, "timer:hrtimer_start", 0xE0, "kvm_hrtimer_expire", 900, 900);
        s.script.flagged(910, 1, 77, ArmScript.HARDIRQ, "timer:hrtimer_expire_entry", 0xE0, 910, "kvm_hrtimer_expire");
        s.script.flagged(912, 1, 77, ArmScript.HARDIRQ, "kvm:kvm_timer_hrtimer_expire", 0);
        s.timer(913, 1, 77, ArmScript.HARDIRQ, 0, ArmScript.PTIMER, 1);
        s.script.flagged(916, 1, 77, ArmScript.HARDIRQ, "timer:hrtimer_expire_exit", 0xE0);
        s.exit(930, 0, VCPU, ArmScript.IRQ, 0).entry(940, 0, VCPU);
        assertThat(s.lines(VIRQ, "source", "irq", "vcpu", "asserted_ns", "entered_ns", "asserted_cpu"))
                .containsExactly("arch-timer 30 0 913 940 1");
    }

    @Test
    void a_vcpu_whose_thread_has_no_telling_name_is_numbered_by_the_timers_that_it_loads() {
        ArmScript s = new ArmScript();
        s.script.at(100, 0, VCPU, "kvm:kvm_get_timer_map", 3, 1, 0, -1);
        s.entry(110, 0, VCPU);
        assertThat(s.lines(VCPU_SPAN, "vcpu", "state")).isEmpty();
        s.exit(200, 0, VCPU, ArmScript.IRQ, 0);
        assertThat(s.lines(VCPU_SPAN, "vcpu", "state", "start_ns", "end_ns")).containsExactly("3 guest 110 200");
    }

    @Test
    void a_loss_where_the_vcpu_runs_marks_what_is_under_way() {
        ArmScript s = fires(guest(), 500);
        s.script.lost(0, 530, 600, 7);
        s.entry(700, 0, VCPU);
        assertThat(fires(s, 900).lines(VIRQ, "asserted_ns", "lost")).containsExactly("500 1", "900 0");
    }
}
