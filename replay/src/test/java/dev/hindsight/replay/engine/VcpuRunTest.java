package dev.hindsight.replay.engine;

import static dev.hindsight.replay.engine.GuestByHand.guest;
import static dev.hindsight.replay.engine.MachineByHand.MS;
import static dev.hindsight.replay.engine.MachineByHand.US;
import static dev.hindsight.replay.engine.MachineByHand.fifo;
import static dev.hindsight.replay.engine.MachineByHand.ns;
import static dev.hindsight.replay.engine.MachineByHand.other;
import static dev.hindsight.replay.engine.MachineByHand.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import dev.hindsight.replay.workload.ResumeCosts;
import dev.hindsight.replay.workload.Softirqs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A vCPU and its interrupts: the ways into the guest and out of it, halts, what coalesces. */
class VcpuRunTest {

    private static final long NEVER = Long.MAX_VALUE;

    @Test
    void a_vcpu_comes_back_sooner_after_a_thread_of_the_kernel_than_after_another_process_or_long_away() {
        MachineByHand machine = new MachineByHand(1, 40 * MS)
                .tick(100 * MS)
                .resume(new ResumeCosts(
                        new long[] {10 * US},
                        new long[] {20 * US},
                        new long[] {100 * US},
                        new long[] {200 * US},
                        new long[] {400 * US}));
        Program burst = program(Op.COMPUTE, 50 * US, 0, Op.END, 0, 0);
        machine.thread("kworker", fifo(10), 1, 2 * MS, burst);
        machine.thread("user", fifo(10), 1, 4 * MS, burst);
        machine.thread("kworker", fifo(10), 1, 6 * MS, program(Op.COMPUTE, 12 * MS, 0, Op.END, 0, 0));
        int vcpu = machine.vcpu(other(), 1, guest(GuestProgram.Idle.SPIN));
        machine.run();
        List<Long> ways = new ArrayList<>();
        for (Map<String, Object> span : machine.tables.rows(TimelineTables.THREAD_SPAN)) {
            if (span.get("state").equals("running") && ns(span, "tid") == 100 + vcpu) {
                machine.tables.rows(TimelineTables.VCPU_SPAN).stream()
                        .filter(guest -> guest.get("state").equals("guest"))
                        .mapToLong(guest -> ns(guest, "start_ns"))
                        .filter(start -> start >= ns(span, "start_ns") && start < ns(span, "end_ns"))
                        .min()
                        .ifPresent(start -> ways.add(start - ns(span, "start_ns")));
            }
        }
        // 1 us of each is the switch; at first the thread begins its guest, and comes back to none.
        assertThat(ways).containsExactly(US, 11 * US, 101 * US, 401 * US);
    }

    @Test
    void a_halted_vcpu_is_woken_by_its_interrupt_and_its_chain_has_every_stage() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
        int vcpu = machine.vcpu(other(), 1, guest(GuestProgram.Idle.HALT));
        machine.arrival(2 * MS, 0, -1, -1, 0, -1).run();
        assertThat(machine.virqs()).hasSize(1);
        Map<String, Object> row = machine.virqs().get(0);
        assertThat(ns(row, "asserted_ns")).isEqualTo(2001 * US);
        assertThat(ns(row, "scheduled_ns")).isEqualTo(2003 * US);
        // switch in 1 us, way from the halt with the injection 1 us, 10 us of guest, 1 us to the port's event
        assertThat(ns(row, "entered_ns")).isEqualTo(2005 * US);
        assertThat(ns(row, "handled_ns")).isEqualTo(2016 * US);
        assertThat(machine.tables.lines(TimelineTables.JOB, "start_ns", "end_ns"))
                .containsExactly("2026000 3027000");
        assertThat(machine.runs(vcpu)).hasSize(2);
    }

    @Test
    void what_raised_the_edge_wakes_a_halted_vcpu_only_after_its_way_to_the_wakeup() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS).edgeToWaking(20 * US);
        machine.vcpu(other(), 1, guest(GuestProgram.Idle.HALT));
        machine.arrival(2 * MS, 0, -1, -1, 0, -1).run();
        Map<String, Object> row = machine.virqs().get(0);
        assertThat(ns(row, "asserted_ns")).isEqualTo(2001 * US);
        assertThat(ns(row, "runnable_ns")).isEqualTo(2021 * US);
        assertThat(ns(row, "scheduled_ns")).isEqualTo(2023 * US);
        assertThat(ns(row, "handled_ns")).isEqualTo(2036 * US);
    }

    @Test
    void an_edge_in_a_spinning_guest_on_another_cpu_kicks_it_out_and_is_injected_at_the_next_entry() {
        MachineByHand machine = new MachineByHand(2, 10 * MS).tick(100 * MS);
        machine.vcpu(other(), 0b10, guest(GuestProgram.Idle.SPIN));
        machine.arrival(2 * MS, 0, -1, -1, 0, -1).run();
        Map<String, Object> row = machine.virqs().get(0);
        // kick 1 us, way through the host 1 us, injection 2 us
        assertThat(ns(row, "entered_ns") - ns(row, "asserted_ns")).isEqualTo(4 * US);
        assertThat(ns(row, "handled_ns") - ns(row, "entered_ns")).isEqualTo(11 * US);
    }

    @Test
    void an_edge_that_comes_in_a_handler_waits_for_the_interrupt_window() {
        MachineByHand machine = new MachineByHand(2, 10 * MS).tick(100 * MS);
        machine.vcpu(other(), 0b10, guest(GuestProgram.Idle.SPIN));
        machine.arrival(2 * MS, 0, -1, -1, 0, -1)
                .arrival(2 * MS + 8 * US, 0, -1, -1, 0, -1)
                .run();
        assertThat(machine.virqs()).hasSize(2);
        Map<String, Object> second = machine.virqs().get(1);
        assertThat(machine.tables.lines(TimelineTables.VM_EXIT, "reason")).contains("VINTR");
        assertThat(ns(second, "injected_ns")).isGreaterThan(ns(machine.virqs().get(0), "eoi_ns"));
        assertThat(second.get("coalesced")).isEqualTo(0L);
    }

    @Test
    void a_second_edge_before_the_injection_coalesces() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
        machine.thread("user", fifo(50), 1, 1_900 * US, program(Op.COMPUTE, 3 * MS, 0, Op.END, 0, 0));
        machine.vcpu(other(), 1, guest(GuestProgram.Idle.SPIN));
        machine.arrival(2 * MS, 0, -1, -1, 0, -1)
                .arrival(3 * MS, 0, -1, -1, 0, -1)
                .run();
        assertThat(machine.virqs()).hasSize(1);
        assertThat(machine.virqs().get(0).get("coalesced")).isEqualTo(1L);
    }

    @Test
    void ticks_of_the_interval_timer_that_found_the_guest_away_are_made_up_for_one_after_the_other() {
        MachineByHand machine = new MachineByHand(1, 40 * MS).tick(100 * MS);
        int worker = machine.thread("kvm-pit", fifo(85), 1, NEVER, new Program());
        machine.thread("user", fifo(90), 1, 5 * MS, program(Op.COMPUTE, 20 * MS, 0, Op.END, 0, 0));
        int vcpu = machine.vcpu(other(), 1, guest(GuestProgram.Idle.HALT));
        machine.pit(worker, true);
        for (int tick = 1; tick <= 8; tick++) {
            machine.arrival(tick * 4 * MS, 0, vcpu, -1, -1, 0);
        }
        machine.run();
        assertThat(machine.virqs()).hasSize(8);
        assertThat(machine.virqs())
                .allSatisfy(row -> assertThat(row.get("coalesced")).isEqualTo(0L));
        // The ticks at 8 to 24 ms come between the load's end at 25 ms and the tick at 28 ms.
        assertThat(machine.virqs().stream()
                        .mapToLong(row -> ns(row, "handled_ns"))
                        .filter(ns -> ns > 25 * MS && ns < 28 * MS)
                        .count())
                .isEqualTo(5);
        assertThat(machine.virqs())
                .extracting(row -> ns(row, "due_ns") / (4 * MS))
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    /** When a thread of FIFO 50 gets the CPU that is woken 15 us after the begin of an exit that takes KVM 100 us. */
    private static long preemptedNs(Softirqs.Where where) {
        MachineByHand machine = new MachineByHand(2, 10 * MS).tick(100 * MS).softirqs(-1, where, 0);
        Program ops = program(Op.GUEST, 10 * US, 0, Op.VM_EXIT, 0x100, 2, Op.HANDLED, 1, 0, Op.COMPUTE, 100 * US, 0);
        int[] from = {0};
        int[] to = {4};
        machine.vcpu(
                other(),
                0b10,
                new GuestProgram(ops, 0, from, from, to, to, to, GuestProgram.Idle.SPIN, new Program(), false));
        int other = machine.thread("user", fifo(50), 0b10, 2030 * US, program(Op.COMPUTE, 10 * US, 0, Op.END, 0, 0));
        machine.arrival(2 * MS, 0, -1, -1, 0, -1).run();
        assertThat(ns(machine.virqs().get(0), "handled_ns"))
                .as("begin of the exit")
                .isEqualTo(2015 * US);
        return machine.tables.rows(TimelineTables.THREAD_SPAN).stream()
                .filter(span -> span.get("state").equals("running") && ns(span, "tid") == 100 + other)
                .mapToLong(span -> ns(span, "start_ns"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_vcpu_that_handles_an_exit_is_preempted_when_kvm_is_through_with_it() {
        assertThat(preemptedNs(Softirqs.Where.BEHIND)).isEqualTo(2115 * US);
    }

    @Test
    void a_vcpu_that_handles_an_exit_is_preempted_at_once_by_a_preempt_rt_kernel() {
        assertThat(preemptedNs(Softirqs.Where.IN_THREAD)).isLessThan(2035 * US);
    }

    @Test
    void a_spinning_real_time_guest_is_stopped_for_fifty_milliseconds_in_each_second() {
        MachineByHand machine = new MachineByHand(1, 3_000 * MS).tick(4 * MS);
        int vcpu = machine.vcpu(fifo(80), 1, guest(GuestProgram.Idle.SPIN));
        int hog = machine.thread("user", other(), 1, 0, program(Op.COMPUTE, 100, 0));
        machine.hungry(hog).run(ReplayOptions.DEFAULT.withExtendHungry(true));
        assertThat(machine.ranNs(hog)).isBetween(90 * MS, 160 * MS);
        assertThat(machine.ranNs(vcpu)).isBetween(2_840 * MS, 2_910 * MS);
    }

    @Test
    void a_vcpu_polls_before_it_sleeps_where_the_recording_polls() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS).haltPoll(200 * US);
        machine.vcpu(other(), 1, guest(GuestProgram.Idle.HALT, false));
        for (int i = 1; i < 40; i++) {
            machine.arrival(i * 100 * US, 0, -1, -1, 0, -1);
        }
        machine.run();
        assertThat(machine.tables.lines(TimelineTables.HALT_POLL, "outcome")).contains("poll", "wait");
    }

    @Test
    void a_vcpu_does_not_poll_while_somebody_waits_for_its_cpu() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS).haltPoll(200 * US);
        machine.vcpu(fifo(80), 1, guest(GuestProgram.Idle.HALT, false));
        int hog = machine.thread("user", other(), 1, 0, program(Op.COMPUTE, 20 * MS, 0));
        for (int i = 1; i < 40; i++) {
            machine.arrival(i * 100 * US, 0, -1, -1, 0, -1);
        }
        machine.run();
        assertThat(machine.tables.lines(TimelineTables.HALT_POLL, "outcome"))
                .contains("wait")
                .doesNotContain("poll");
        assertThat(machine.runs(hog)).hasSizeGreaterThan(38);
    }

    /** A vCPU whose guest computes 2 ms and takes no interrupt. */
    private static MachineByHand computing() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
        int[] none = {};
        int vcpu = machine.vcpu(
                other(),
                1,
                new GuestProgram(
                        program(Op.GUEST, 2 * MS, 0),
                        1,
                        none,
                        none,
                        none,
                        none,
                        none,
                        GuestProgram.Idle.HALT,
                        program(Op.HALT, 0, 0),
                        false));
        return machine.hungry(vcpu);
    }

    @Test
    void the_vcpu_of_a_guest_that_only_computes_runs_out_of_demand_or_is_extended() {
        MachineByHand bounded = computing();
        assertThat(bounded.run().totals.truncatedThreads()).isEqualTo(1);
        assertThat(bounded.ranNs(0)).isBetween(2 * MS, 3 * MS);
        MachineByHand extended = computing();
        assertThat(extended.run(ReplayOptions.DEFAULT.withExtendHungry(true))
                        .totals
                        .truncatedThreads())
                .isZero();
        assertThat(extended.ranNs(0)).isGreaterThan(9 * MS);
    }
}
