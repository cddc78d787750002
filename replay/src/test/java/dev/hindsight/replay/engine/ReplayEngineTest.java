package dev.hindsight.replay.engine;

import static dev.hindsight.replay.engine.MachineByHand.MS;
import static dev.hindsight.replay.engine.MachineByHand.US;
import static dev.hindsight.replay.engine.MachineByHand.fifo;
import static dev.hindsight.replay.engine.MachineByHand.other;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.policy.Decisions;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import dev.hindsight.replay.workload.ResumeCosts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayEngineTest {

    private static final long NEVER = Long.MAX_VALUE;

    private static Program program(Object... steps) {
        Program program = new Program();
        for (int i = 0; i < steps.length; i += 3) {
            program.append((byte) steps[i], ((Number) steps[i + 1]).longValue(), (int) steps[i + 2]);
        }
        return program;
    }

    /** Handler: 10 us in the guest, its port, 4 us, end of interrupt, 2 us; every second delivery gives 1 ms of marked work. */
    private static GuestProgram guest(GuestProgram.Idle idle) {
        return guest(idle, true);
    }

    private static GuestProgram guest(GuestProgram.Idle idle, boolean works) {
        Program ops = program(
                Op.GUEST,
                10 * US,
                0,
                Op.VM_EXIT,
                0x100,
                2,
                Op.COMPUTE,
                US,
                0,
                Op.HANDLED,
                1,
                0,
                Op.COMPUTE,
                US,
                0,
                Op.GUEST,
                4 * US,
                0,
                Op.VM_EXIT,
                0x104,
                2,
                Op.COMPUTE,
                US,
                0,
                Op.ACK,
                0,
                0,
                Op.COMPUTE,
                US,
                0,
                Op.GUEST,
                3 * US,
                0,
                Op.VM_EXIT,
                0x200,
                2,
                Op.MARK,
                1,
                0,
                Op.COMPUTE,
                US,
                0,
                Op.GUEST,
                MS,
                0,
                Op.VM_EXIT,
                0x204,
                2,
                Op.MARK,
                0,
                0,
                Op.COMPUTE,
                US,
                0);
        int handlerEnd = 10;
        Program halt = program(Op.GUEST, US, 0, Op.VM_EXIT, 0x300, 3, Op.COMPUTE, US, 0, Op.HALT, 0, 0);
        return new GuestProgram(
                ops,
                0,
                new int[] {0, 0},
                new int[] {0, 0},
                new int[] {handlerEnd, handlerEnd},
                new int[] {handlerEnd, 0},
                new int[] {works ? ops.size() : handlerEnd, 0},
                idle,
                halt,
                false);
    }

    private static List<Map<String, Object>> virqs(MachineByHand machine) {
        return machine.tables.rows(TimelineTables.VIRQ);
    }

    private static long ns(Map<String, Object> row, String column) {
        return (Long) row.get(column);
    }

    @Test
    void a_burst_runs_at_once_on_an_idle_cpu_and_a_sleep_keeps_its_length() {
        MachineByHand machine = new MachineByHand(1, 4 * MS).tick(100 * MS);
        int thread = machine.thread(
                "user",
                other(),
                1,
                100 * US,
                program(Op.COMPUTE, 50 * US, 0, Op.WAIT_FOR, 500 * US, -1, Op.COMPUTE, 20 * US, 0, Op.END, 0, 0));
        machine.run();
        // 1 us to the switch, 1 us switch in, then the burst; the wakeup takes 1 us and the switch 1 us
        assertThat(machine.runs(thread)).containsExactly("101..152", "654..675");
        assertThat(machine.totals.truncatedNs()).isZero();
    }

    @Test
    void a_fifo_thread_preempts_a_fair_one_when_it_wakes_and_gives_the_cpu_back() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
        int hog = machine.thread("user", other(), 1, 0, program(Op.COMPUTE, 20 * MS, 0));
        int rt = machine.thread(
                "user",
                fifo(80),
                1,
                2 * MS,
                program(Op.COMPUTE, MS, 0, Op.WAIT_UNTIL, 5 * MS, -1, Op.COMPUTE, MS, 0, Op.END, 0, 0));
        machine.run();
        assertThat(machine.runs(rt)).containsExactly("2001..3002", "5002..6003");
        assertThat(machine.runs(hog)).containsExactly("1..2001", "3002..5002", "6003..10000");
    }

    @Test
    void a_thread_that_comes_to_another_cpu_pays_for_the_migration_once() {
        MachineByHand machine = new MachineByHand(2, 10 * MS).tick(100 * MS).migration(30 * US);
        int mover = machine.thread(
                "user",
                other(),
                0b11,
                0,
                program(
                        Op.COMPUTE,
                        100 * US,
                        0,
                        Op.WAIT_UNTIL,
                        2 * MS,
                        -1,
                        Op.COMPUTE,
                        100 * US,
                        0,
                        Op.WAIT_UNTIL,
                        4 * MS,
                        -1,
                        Op.COMPUTE,
                        100 * US,
                        0,
                        Op.END,
                        0,
                        0));
        machine.thread("user", fifo(50), 0b01, MS, program(Op.COMPUTE, 8 * MS, 0, Op.END, 0, 0));
        machine.run();
        // 1 us to come to the CPU, 30 more on the other one, none to stay there
        assertThat(machine.lengths(mover)).containsExactly(101 * US, 131 * US, 101 * US);
        assertThat(machine.totals.migrations()).isEqualTo(1);
    }

    @Test
    void a_wakeup_by_a_thread_falls_at_its_offset_of_the_wakers_demand_wherever_that_runs() {
        MachineByHand machine = new MachineByHand(1, 20 * MS).tick(100 * MS);
        int wakee = machine.thread("user", fifo(50), 1, NEVER, program(Op.COMPUTE, 100 * US, 0, Op.END, 0, 0));
        int rt = machine.thread("user", fifo(80), 1, 3 * MS, program(Op.COMPUTE, 2 * MS, 0, Op.END, 0, 0));
        int waker = machine.thread(
                "user",
                other(),
                1,
                0,
                program(Op.COMPUTE, 4 * MS, 0, Op.WAKE, 0, wakee, Op.COMPUTE, MS, 0, Op.END, 0, 0));
        machine.run();
        assertThat(machine.runs(rt)).containsExactly("3001..5002");
        // 2999 us of the waker's 4000 are done at 3001; it is back at 5002 and pays the switch, and the way to the next
        assertThat(machine.runs(wakee)).containsExactly("6005..6106");
        assertThat(machine.runs(waker)).containsExactly("1..3001", "5002..6005", "6106..7106");
    }

    @Test
    void an_interrupt_steals_time_from_a_burst_without_using_up_its_demand() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
        int thread = machine.thread("user", other(), 1, 0, program(Op.COMPUTE, 3 * MS, 0, Op.END, 0, 0));
        machine.arrival(MS, 0, -1, -1, -1, -1)
                .arrival(2 * MS, 0, -1, -1, -1, -1)
                .run();
        assertThat(machine.runs(thread)).containsExactly("1..3006");
        assertThat(machine.tables.lines(TimelineTables.IRQ_SPAN, "start_ns", "end_ns", "name"))
                .containsExactly("1000000 1002000 local_timer", "2000000 2002000 local_timer");
    }

    @Test
    void timers_that_expire_during_a_timers_interrupt_are_handled_in_it() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS).sharedTimer(US);
        int thread = machine.thread("user", other(), 1, 0, program(Op.COMPUTE, 3 * MS, 0, Op.END, 0, 0));
        machine.arrival(MS, 0, -1, -1, -1, -1)
                .arrival(MS + US, 0, -1, -1, -1, -1)
                .arrival(MS + 10 * US, 0, -1, -1, -1, -1)
                .run();
        assertThat(machine.tables.lines(TimelineTables.IRQ_SPAN, "start_ns", "end_ns", "name"))
                .as("the second takes 1 us of its 2")
                .containsExactly("1000000 1003000 local_timer", "1010000 1012000 local_timer");
        assertThat(machine.runs(thread)).containsExactly("1..3007");
    }

    @Test
    void a_vcpu_comes_back_sooner_after_a_thread_of_the_kernel_than_after_another_process() {
        MachineByHand machine = new MachineByHand(1, 10 * MS)
                .tick(100 * MS)
                .resume(new ResumeCosts(
                        new long[] {10 * US}, new long[] {20 * US}, new long[] {100 * US}, new long[] {200 * US}));
        Program burst = program(Op.COMPUTE, 50 * US, 0, Op.END, 0, 0);
        machine.thread("kworker", fifo(10), 1, 2 * MS, burst);
        machine.thread("user", fifo(10), 1, 4 * MS, burst);
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
        assertThat(ways).containsExactly(US, 11 * US, 101 * US);
    }

    @Test
    void a_gap_of_the_recording_stops_its_cpu_and_what_came_meanwhile_is_taken_afterwards() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
        int woken = machine.thread("user", fifo(10), 1, NEVER, program(Op.COMPUTE, 10 * US, 0, Op.END, 0, 0));
        int thread = machine.thread("user", other(), 1, 0, program(Op.COMPUTE, 3 * MS, 0, Op.END, 0, 0));
        machine.gap(0, MS, 4 * MS).arrival(2 * MS, 0, -1, woken, -1, -1).run();
        assertThat(machine.tables.lines(TimelineTables.IRQ_SPAN, "start_ns", "end_ns"))
                .containsExactly("4000000 4002000");
        assertThat(machine.runs(woken)).containsExactly("4003..4014");
        assertThat(machine.runs(thread)).containsExactly("1..4003", "4014..6016");
    }

    @Test
    void a_halted_vcpu_is_woken_by_its_interrupt_and_its_chain_has_every_stage() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
        int vcpu = machine.vcpu(other(), 1, guest(GuestProgram.Idle.HALT));
        machine.arrival(2 * MS, 0, -1, -1, 0, -1).run();
        assertThat(virqs(machine)).hasSize(1);
        Map<String, Object> row = virqs(machine).get(0);
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
        Map<String, Object> row = virqs(machine).get(0);
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
        Map<String, Object> row = virqs(machine).get(0);
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
        assertThat(virqs(machine)).hasSize(2);
        Map<String, Object> second = virqs(machine).get(1);
        assertThat(machine.tables.lines(TimelineTables.VM_EXIT, "reason")).contains("VINTR");
        assertThat(ns(second, "injected_ns")).isGreaterThan(ns(virqs(machine).get(0), "eoi_ns"));
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
        assertThat(virqs(machine)).hasSize(1);
        assertThat(virqs(machine).get(0).get("coalesced")).isEqualTo(1L);
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
        assertThat(virqs(machine)).hasSize(8);
        assertThat(virqs(machine))
                .allSatisfy(row -> assertThat(row.get("coalesced")).isEqualTo(0L));
        // The ticks at 8 to 24 ms come between the load's end at 25 ms and the tick at 28 ms.
        assertThat(virqs(machine).stream()
                        .mapToLong(row -> ns(row, "handled_ns"))
                        .filter(ns -> ns > 25 * MS && ns < 28 * MS)
                        .count())
                .isEqualTo(5);
    }

    @Test
    void coscheduling_by_markers_raises_the_vcpu_for_its_job_alone() {
        MachineByHand machine = new MachineByHand(1, 40 * MS).tick(MS);
        int vcpu = machine.vcpu(other(), 1, guest(GuestProgram.Idle.SPIN));
        int hog = machine.thread("user", other(), 1, 0, program(Op.COMPUTE, 100 * MS, 0));
        machine.cosched(new Decisions.Cosched(
                new int[] {vcpu}, fifo(80), other(), Decisions.Detector.MARKER, 0, 0, 0, false, 0));
        for (int tick = 1; tick <= 9; tick++) {
            machine.arrival(tick * 4 * MS, 0, -1, -1, 0, -1);
        }
        machine.run();
        List<Map<String, Object>> jobs = machine.tables.rows(TimelineTables.JOB);
        assertThat(jobs).isNotEmpty();
        for (Map<String, Object> job : jobs) {
            // Nobody else runs between the marks: 1 ms, an exit, ticks
            assertThat(ns(job, "end_ns") - ns(job, "start_ns")).isBetween(MS, MS + 30 * US);
        }
        assertThat(machine.ranNs(hog)).isGreaterThan(10 * MS);
        assertThat(machine.ranNs(vcpu)).isGreaterThan(10 * MS);
    }

    /** Handles an interrupt in 10 us, works 1 ms, then idles; told by its own recording, as it spins throughout. */
    private static GuestProgram toldGuest(GuestProgram.Idle idle) {
        Program ops = program(
                Op.GUEST, 10 * US, 0, Op.ACK, 0, 0, Op.GUEST, MS, 0, Op.GUEST_TURNS, 0, 1, Op.GUEST, 500 * US, 0);
        Program halt = program(Op.VM_EXIT, 0x300, 3, Op.COMPUTE, US, 0, Op.HALT, 0, 0);
        return new GuestProgram(
                ops, 0, new int[] {0}, new int[] {0}, new int[] {2}, new int[] {2}, new int[] {5}, idle, halt, false);
    }

    @Test
    void coscheduling_by_the_guests_own_trace_raises_from_the_injection_to_the_turn_to_idle() {
        for (GuestProgram.Idle idle : GuestProgram.Idle.values()) {
            MachineByHand machine = new MachineByHand(1, 40 * MS).tick(100 * MS);
            int vcpu = machine.vcpu(other(), 1, toldGuest(idle));
            int load = machine.thread("user", fifo(50), 1, 4_200 * US, program(Op.COMPUTE, 3 * MS, 0));
            machine.cosched(new Decisions.Cosched(
                            new int[] {vcpu}, fifo(80), other(), Decisions.Detector.GUEST, -1, 0, 0, false, 0))
                    .arrival(4 * MS, 0, -1, -1, 0, -1)
                    .run();
            List<Map<String, Object>> told = machine.tables.rows(TimelineTables.GUEST_SPAN);
            assertThat(told).isEmpty();
            // The load of priority 50 comes at 4.2 ms and gets the CPU when the guest has worked for its 1 ms.
            String first = machine.runs(load).get(0);
            assertThat(Double.parseDouble(first.substring(0, first.indexOf(".."))))
                    .isBetween(5_010.0, 5_060.0);
            assertThat(machine.ranNs(load)).isEqualTo(3 * MS + US);
        }
    }

    @Test
    void boost_on_interrupt_lets_the_vcpu_preempt_when_the_edge_is_raised() {
        for (boolean boost : new boolean[] {false, true}) {
            MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
            machine.thread("user", fifo(50), 1, 1_900 * US, program(Op.COMPUTE, 3 * MS, 0, Op.END, 0, 0));
            int vcpu = machine.vcpu(other(), 1, guest(GuestProgram.Idle.SPIN));
            machine.cosched(new Decisions.Cosched(
                    new int[] {vcpu}, fifo(80), other(), Decisions.Detector.MARKER, 0, 0, 0, boost, 0));
            machine.arrival(2 * MS, 0, -1, -1, 0, -1).run();
            Map<String, Object> row = virqs(machine).get(0);
            long response = ns(row, "handled_ns") - ns(row, "asserted_ns");
            if (boost) {
                assertThat(response).isLessThan(30 * US);
            } else {
                assertThat(response).isGreaterThan(2_500 * US);
            }
        }
    }

    @Test
    void paravirtual_scheduling_boosts_from_the_edge_to_the_handlers_end() {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
        int load = machine.thread("user", fifo(50), 1, 1_900 * US, program(Op.COMPUTE, 3 * MS, 0, Op.END, 0, 0));
        int vcpu = machine.vcpu(other(), 1, guest(GuestProgram.Idle.SPIN));
        machine.paravirtual(new Decisions.ParavirtualSched(new int[] {vcpu}, other(), fifo(80)));
        machine.arrival(2 * MS, 0, -1, -1, 0, -1).run();
        Map<String, Object> row = virqs(machine).get(0);
        assertThat(ns(row, "handled_ns") - ns(row, "asserted_ns")).isLessThan(30 * US);
        // The job that the interrupt gave comes after the load: Done took the boost away.
        assertThat(machine.runs(load)).hasSize(2);
        assertThat(machine.tables.rows(TimelineTables.JOB))
                .allSatisfy(job -> assertThat(ns(job, "start_ns")).isGreaterThan(4_900 * US));
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

    @Test
    void a_wakeup_that_comes_before_a_threads_own_start_ends_its_first_wait() {
        MachineByHand machine = new MachineByHand(2, 10 * MS).tick(100 * MS);
        int worker = machine.thread(
                "kworker",
                other(),
                1,
                5 * MS,
                program(Op.COMPUTE, MS, 0, Op.WAIT_WOKEN, 0, 0, Op.COMPUTE, 2 * MS, 0, Op.WAIT_WOKEN, 0, 0));
        machine.thread("user", other(), 2, 0, program(Op.COMPUTE, MS, 0, Op.WAKE, 0, worker, Op.WAIT_WOKEN, 0, 0));
        machine.run();
        // Switching to it takes 1 us, leaving idle another one.
        assertThat(machine.runs(worker)).containsExactly("5001..8002");
    }

    @Test
    void demand_that_ran_out_is_told_and_a_hungry_thread_goes_on_only_when_asked_to() {
        for (boolean extend : new boolean[] {false, true}) {
            MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
            int hog = machine.thread("user", other(), 1, 0, program(Op.COMPUTE, 4 * MS, 0));
            machine.hungry(hog).run(ReplayOptions.DEFAULT.withExtendHungry(extend));
            assertThat(machine.runs(hog)).containsExactly(extend ? "1..10000" : "1..4002");
            assertThat(machine.totals.truncatedThreads()).isEqualTo(extend ? 0 : 1);
            assertThat(machine.totals.truncatedNs()).isEqualTo(extend ? 0 : 5_998 * US);
        }
    }

    @Test
    void the_same_input_gives_the_same_rows() {
        assertThat(mixed().tables.rows(TimelineTables.THREAD_SPAN))
                .isEqualTo(mixed().tables.rows(TimelineTables.THREAD_SPAN))
                .hasSizeGreaterThan(20);
    }

    private static MachineByHand mixed() {
        MachineByHand machine = new MachineByHand(2, 100 * MS);
        int worker = machine.thread("kvm-pit", other(), 3, NEVER, new Program());
        int one = machine.thread("user", other(), 3, 0, program(Op.COMPUTE, 10, 0));
        int two = machine.thread("user", other(), 3, 0, program(Op.COMPUTE, 10, 0));
        int vcpu = machine.vcpu(other(), 3, guest(GuestProgram.Idle.SPIN));
        machine.pit(worker, true).hungry(one).hungry(two);
        for (int tick = 1; tick <= 20; tick++) {
            machine.arrival(tick * 4 * MS + 300 * US, 0, vcpu, -1, -1, 0);
        }
        return machine.run(ReplayOptions.DEFAULT.withExtendHungry(true));
    }
}
