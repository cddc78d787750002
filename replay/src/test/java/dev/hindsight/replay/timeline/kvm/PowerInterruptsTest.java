package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.VIRQ;
import static dev.hindsight.replay.timeline.TimelineTables.VIRQ_EDGE;
import static dev.hindsight.replay.timeline.TimelineTables.VM;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PowerInterruptsTest {

    private static final int RT_TIMER = 70;
    private static final long PENDING = PowerScript.PENDING_DECREMENTER;
    private static final long TIMER = PowerScript.DECREMENTER;

    /** Clock REALTIME of the decrementer's hrtimer against the trace's. */
    private static final long WALL = 1_795_360_000_000_000_000L;

    private static List<String> stages(PowerScript s) {
        return s.lines(
                VIRQ,
                "source",
                "irq",
                "due_ns",
                "asserted_ns",
                "runnable_ns",
                "scheduled_ns",
                "injected_ns",
                "entered_ns",
                "handled_ns",
                "handled_by",
                "eoi_ns",
                "coalesced");
    }

    /** In the guest from 900 on, ceded at 1000 with its decrementer set for 2000, asleep. */
    private static PowerScript ceded() {
        return new PowerScript()
                .enter(900, 0, 0x1000, 0)
                .leave(1000, 0, 0, 0x1038)
                .starts(1010, 0, TIMER, WALL + 2000)
                .out(1020, 0, 1);
    }

    @Test
    void a_ceded_guest_is_woken_by_its_decrementer_whose_time_is_of_another_clock() {
        PowerScript s = ceded().expires(2300, 1, 9, TIMER, WALL + 2290, PowerScript.VCPU)
                .in(2400, 0)
                .enter(2500, 0, 0x900, PENDING)
                .leave(2600, 0, 0, 0x1038);
        assertThat(stages(s)).containsExactly("decrementer 2304 2010 2300 2305 2400 2500 2500 2600 hypercall null 0");
        assertThat(s.lines(VIRQ_EDGE, "ts_ns", "source", "by_tid", "cpu", "context", "coalesced"))
                .containsExactly("2300 decrementer 9 1 hardirq 0");
    }

    @Test
    void a_guest_that_has_not_run_since_the_entry_at_the_vector_is_entered_by_the_last_such_entry() {
        PowerScript s = ceded().expires(2300, 1, 9, TIMER, WALL + 2290, PowerScript.VCPU)
                .in(2400, 0)
                .enter(2500, 0, 0x900, PENDING)
                .leave(2510, 0, 0x980, 0x900)
                .enter(2520, 0, 0x900, PENDING)
                .leave(2530, 0, 0x980, 0x900)
                .enter(2540, 0, 0x900, PENDING)
                .leave(2600, 0, 0xe00, 0x1080)
                .emulated(2620, 0, 0x1080);
        assertThat(stages(s)).containsExactly("decrementer 2304 2010 2300 2305 2400 2500 2540 2620 mmio null 0");
        assertThat(s.lines(VM, "unasserted")).containsExactly("0");
    }

    @Test
    void a_linux_guest_takes_its_interrupts_at_relocated_vectors() {
        PowerScript s = ceded().expires(2300, 1, 9, TIMER, WALL + 2290, PowerScript.VCPU)
                .in(2400, 0)
                .enter(2500, 0, 0xC000_0000_0000_4900L, PENDING)
                .leave(2600, 0, 0xc00, 0xC000_0000_0001_0000L);
        assertThat(stages(s)).containsExactly("decrementer 2304 2010 2300 2305 2400 2500 2500 2600 hypercall null 0");
    }

    @Test
    void an_entry_at_a_vector_that_nothing_was_asserted_for_is_counted_and_has_no_row() {
        PowerScript s = new PowerScript()
                .enter(900, 0, 0x1000, 0)
                .leave(1000, 0, 0x980, 0x1004)
                .enter(1100, 0, 0x900, PENDING)
                .leave(1200, 0, 0, 0x1038)
                .enter(1300, 0, 0x500, 0)
                .leave(1400, 0, 0, 0x1038);
        assertThat(stages(s)).isEmpty();
        assertThat(s.lines(VM, "unasserted")).containsExactly("2");
    }

    @Test
    void a_recording_that_begins_at_a_vector_does_not_tell_whether_the_interrupt_is_new() {
        PowerScript s = new PowerScript().enter(900, 0, 0x900, PENDING).leave(1000, 0, 0, 0x1038);
        assertThat(s.lines(VM, "unasserted")).containsExactly("0");
    }

    @Test
    void a_thread_that_wakes_a_ceded_guest_for_an_external_interrupt_asserts_it() {
        long rtTimer = 0x7777_0000L;
        PowerScript s = ceded();
        s.script.savedComm(RT_TIMER, "rt-timer");
        s.script.at(1500, 1, RT_TIMER, "timer:hrtimer_start", rtTimer, 0xE, 1700, 1700);
        s.expires(1720, 1, 0, rtTimer, 1715, RT_TIMER);
        s.waking(1800, 1, RT_TIMER, PowerScript.VCPU)
                .in(1900, 0)
                .at(1910, 0, "timer:hrtimer_cancel", TIMER)
                .enter(2000, 0, 0x500, 0)
                .leave(2100, 0, 0, 0x1038);
        assertThat(stages(s)).containsExactly("external 1280 1700 1800 1800 1900 2000 2000 2100 hypercall null 0");
        assertThat(s.lines(VIRQ_EDGE, "ts_ns", "source", "by_tid", "context")).containsExactly("1800 external 70 task");
    }

    @Test
    void a_wakeup_that_carries_no_interrupt_is_none() {
        PowerScript s = ceded().waking(1800, 1, RT_TIMER, PowerScript.VCPU)
                .in(1900, 0)
                .enter(2000, 0, 0x1038, 0)
                .leave(2100, 0, 0, 0x1038);
        assertThat(stages(s)).isEmpty();
        assertThat(stages(ceded().waking(1800, 1, RT_TIMER, PowerScript.VCPU))).isEmpty();
    }

    @Test
    void a_guest_of_kvm_pr_is_seen_entering_its_handler_and_doing_its_first_privileged_instruction() {
        PowerScript s = new PowerScript()
                .prExit(1000, 0, PowerScript.PROGRAM, 0x1030)
                .starts(1010, 0, TIMER, WALL + 2000)
                .emulated(1020, 0, 0x1030)
                .reenter(1030, 0, 1, 0x1034)
                .prExit(1100, 0, PowerScript.PROGRAM, 0x1038)
                .out(1120, 0, 1)
                .expires(2300, 0, 9, TIMER, WALL + 2290, PowerScript.VCPU)
                .in(2400, 0)
                .wakeup(2410, 0, 1290)
                .emulated(2420, 0, 0x1038)
                .reenter(2500, 0, 1, 0x900)
                .prExit(2600, 0, PowerScript.PROGRAM, 0x108c)
                .emulated(2610, 0, 0x108c);
        assertThat(stages(s)).containsExactly("decrementer 2304 2010 2300 2305 2400 2500 2500 2600 instruction null 0");
    }

    @Test
    void booke_shows_neither_injection_nor_entry_but_what_it_queues_before() {
        PowerScript s = new PowerScript()
                .bookeExit(1000, 0, 6, 0x1054)
                .starts(1010, 0, TIMER, 2000)
                .emulated(1020, 0, 0x1054)
                .out(1030, 0, 1)
                .expires(2300, 0, 9, TIMER, 2290, PowerScript.VCPU)
                .in(2400, 0)
                .wakeup(2410, 0, 1290);
        s.at(2420, 0, "kvm:kvm_check_requests", 0, 0);
        s.at(2430, 0, "kvm_booke:kvm_booke_queue_irqprio", 0, 18, 0);
        s.bookeExit(2500, 0, 6, 0x10a0).emulated(2510, 0, 0x10a0);
        assertThat(stages(s)).containsExactly("decrementer 10 2000 2300 2305 2400 2430 null 2500 instruction null 0");
    }

    @Test
    void a_guest_of_booke_that_holds_interrupts_back_is_not_seen_taking_one() {
        PowerScript s = new PowerScript()
                .bookeExit(1000, 0, 6, 0x1054)
                .starts(1010, 0, TIMER, 2000)
                .bookeExit(2200, 0, 10, 0x1060)
                .expires(2210, 0, PowerScript.VCPU, TIMER, 2205, -1);
        s.at(2230, 0, "kvm_booke:kvm_booke_queue_irqprio", 0, 18, 0);
        s.bookeExit(2500, 0, 6, 0x10a0);
        assertThat(stages(s)).containsExactly("decrementer 10 2000 2210 2210 2210 2230 null null null null 0");
    }

    @Test
    void what_a_thread_of_the_monitor_queues_for_booke_is_asserted_there_and_coalesces_while_it_is_pending() {
        PowerScript s = new PowerScript();
        s.script.at(800, 0, 1, "sched:sched_process_fork", "rtvmm", PowerScript.MONITOR, "rt-timer", RT_TIMER);
        s.bookeExit(1000, 0, 6, 0x1054);
        s.script.at(1500, 1, RT_TIMER, "kvm_booke:kvm_booke_queue_irqprio", 0, 20, 0);
        s.script.at(1600, 1, RT_TIMER, "kvm_booke:kvm_booke_queue_irqprio", 0, 20, 1 << 20);
        assertThat(stages(s)).containsExactly("external 4 null 1500 1500 1500 null null null null null 1");
        assertThat(s.lines(VIRQ_EDGE, "ts_ns", "coalesced")).containsExactly("1500 0", "1600 1");
    }

    @Test
    void a_timer_that_the_monitor_sets_or_the_scheduler_is_no_decrementer() {
        PowerScript s = new PowerScript()
                .prExit(1000, 0, 0x300, 0x1030)
                .reenter(1010, 0, 2, 0x1030)
                .toMonitor(1020, 0, 6)
                .starts(1030, 0, TIMER, 2000)
                .prExit(1100, 0, PowerScript.PROGRAM, 0x1038)
                .out(1120, 0, 1)
                .expires(2300, 0, 9, TIMER, 2290, -1)
                .in(2400, 0)
                .reenter(2500, 0, 1, 0x900)
                .prExit(2600, 0, PowerScript.PROGRAM, 0x108c);
        assertThat(stages(s)).isEmpty();
        assertThat(s.lines(VM, "unasserted")).containsExactly("1");
    }
}
