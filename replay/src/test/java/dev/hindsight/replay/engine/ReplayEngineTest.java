package dev.hindsight.replay.engine;

import static dev.hindsight.replay.engine.GuestByHand.guest;
import static dev.hindsight.replay.engine.MachineByHand.MS;
import static dev.hindsight.replay.engine.MachineByHand.US;
import static dev.hindsight.replay.engine.MachineByHand.fifo;
import static dev.hindsight.replay.engine.MachineByHand.other;
import static dev.hindsight.replay.engine.MachineByHand.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import org.junit.jupiter.api.Test;

/** Threads, interrupts and gaps on CPUs; no guest but in the last test. */
class ReplayEngineTest {

    private static final long NEVER = Long.MAX_VALUE;

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
