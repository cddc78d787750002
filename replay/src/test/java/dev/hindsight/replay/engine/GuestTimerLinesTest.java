package dev.hindsight.replay.engine;

import static dev.hindsight.replay.engine.MachineByHand.MS;
import static dev.hindsight.replay.engine.MachineByHand.US;
import static dev.hindsight.replay.engine.MachineByHand.fifo;
import static dev.hindsight.replay.engine.MachineByHand.other;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.Arrivals;
import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuestTimerLinesTest {

    /** Each delivery gives the guest 10 us of work; then it spins, or halts. */
    private static GuestProgram guest(GuestProgram.Idle idle) {
        Program ops = new Program();
        ops.append(Op.GUEST, 10 * US, 0);
        Program halt = new Program();
        halt.append(Op.VM_EXIT, 0x300, 3);
        halt.append(Op.HALT, 0, 0);
        int[] first = {0};
        return new GuestProgram(ops, 0, first, first, first, first, new int[] {1}, idle, halt, false);
    }

    private static MachineByHand machine(GuestProgram.Idle idle) {
        MachineByHand machine = new MachineByHand(1, 10 * MS).tick(100 * MS);
        machine.vcpu(other(), 1, guest(idle));
        return machine;
    }

    /** A thread that nobody on the CPU gets past. */
    private static void hold(MachineByHand machine, long fromNs, long forNs) {
        Program program = new Program();
        program.append(Op.COMPUTE, forNs, 0);
        program.append(Op.END, 0, 0);
        machine.thread("user", fifo(80), 1, fromNs, program);
    }

    private static List<String> deliveries(MachineByHand machine) {
        machine.run();
        return machine.tables.rows(TimelineTables.VIRQ).stream()
                .map(row -> us(row.get("due_ns")) + " " + us(row.get("asserted_ns")) + " " + us(row.get("entered_ns")))
                .toList();
    }

    private static long us(Object ns) {
        return (Long) ns / US;
    }

    @Test
    void what_was_due_before_the_guest_arms_it_comes_as_long_after_the_handler_as_it_did_in_the_recording() {
        MachineByHand machine = machine(GuestProgram.Idle.HALT).ownTimer(0).timerAfter(200 * US);
        hold(machine, 500 * US, MS);
        machine.timer(1_000 * US, Arrivals.NONE_BEFORE)
                .timer(1_010 * US, Arrivals.NONE_BEFORE)
                .timer(1_020 * US, Arrivals.NONE_BEFORE);
        assertThat(deliveries(machine)).containsExactly("1000 1001 1506", "1706 1707 1711", "1911 1912 1916");
    }

    @Test
    void a_timer_that_comes_due_while_its_vcpu_has_no_cpu_shows_when_it_gets_one() {
        MachineByHand machine = machine(GuestProgram.Idle.SPIN).ownTimer(0);
        hold(machine, 500 * US, MS);
        machine.timer(1_000 * US, Arrivals.NONE_BEFORE);
        assertThat(deliveries(machine)).containsExactly("1000 1503 1507");
    }

    @Test
    void what_no_event_tells_the_time_of_goes_on_by_the_recorded_intervals_as_long_as_the_guest_handles_it() {
        MachineByHand machine =
                machine(GuestProgram.Idle.SPIN).ownTimer(0).timerAfter(3 * MS).relative();
        hold(machine, 3_500 * US, MS);
        machine.timer(1_000 * US, Arrivals.NONE_BEFORE).timer(5_000 * US, Arrivals.NONE_BEFORE);
        assertThat(deliveries(machine)).containsExactly("1000 1001 1005", "4000 4503 4507", "7000 7001 7005");
    }

    @Test
    void of_a_period_the_guest_passes_over_what_it_is_too_late_for() {
        MachineByHand machine = machine(GuestProgram.Idle.SPIN).ownTimer(MS);
        hold(machine, 500 * US, 3 * MS);
        for (int i = 1; i <= 5; i++) {
            machine.timer(i * MS, Arrivals.NONE_BEFORE);
        }
        assertThat(deliveries(machine)).containsExactly("1000 3503 3507", "4000 4001 4005", "5000 5001 5005");
    }

    @Test
    void where_the_recorded_guest_passed_some_over_one_that_has_a_cpu_gets_them() {
        MachineByHand machine = machine(GuestProgram.Idle.SPIN).ownTimer(MS);
        machine.timer(MS, Arrivals.NONE_BEFORE).timer(4_000 * US, Arrivals.OTHERS_BEFORE);
        assertThat(deliveries(machine))
                .containsExactly("1000 1001 1005", "2000 2001 2005", "3000 3001 3005", "4000 4001 4005");
    }

    @Test
    void where_a_recorded_guest_left_its_timer_alone_it_stays_alone() {
        MachineByHand machine = machine(GuestProgram.Idle.SPIN).ownTimer(MS);
        machine.timer(MS, Arrivals.NONE_BEFORE).timer(4_000 * US, Arrivals.NONE_BEFORE);
        assertThat(deliveries(machine)).containsExactly("1000 1001 1005", "4000 4001 4005");
    }

    @Test
    void what_came_due_in_the_recording_while_there_was_no_cpu_is_due_by_the_period_where_there_is_one() {
        MachineByHand machine = machine(GuestProgram.Idle.SPIN).ownTimer(MS);
        machine.timer(MS, Arrivals.NONE_BEFORE)
                .timer(3_600 * US, Arrivals.DUE_BEFORE)
                .timer(4_700 * US, Arrivals.OTHERS_BEFORE)
                .timer(5_700 * US, Arrivals.NONE_BEFORE);
        assertThat(deliveries(machine))
                .containsExactly(
                        "1000 1001 1005",
                        "2000 2001 2005",
                        "3000 3001 3005",
                        "4000 4001 4005",
                        "4700 4701 4705",
                        "5700 5701 5705");
    }
}
