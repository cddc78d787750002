package dev.hindsight.replay.engine;

import static dev.hindsight.replay.engine.MachineByHand.MS;
import static dev.hindsight.replay.engine.MachineByHand.US;
import static dev.hindsight.replay.engine.MachineByHand.fifo;
import static dev.hindsight.replay.engine.MachineByHand.other;
import static dev.hindsight.replay.engine.MachineByHand.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import dev.hindsight.replay.workload.Softirqs;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoftirqRunTest {

    private static final long NEVER = Long.MAX_VALUE;

    private final MachineByHand machine = new MachineByHand(1, 50 * MS).tick(100 * MS);

    private static Program busy() {
        Program program = new Program();
        program.append(Op.COMPUTE, 100 * MS, 0);
        return program;
    }

    /** A ksoftirqd that the recording has woken twice: for 300 us, in which it wakes thread 1, and for 200 us. */
    private static Program recorded() {
        Program program = new Program();
        program.append(Op.COMPUTE, 100 * US, 0);
        program.append(Op.WAKE, 0, 1);
        program.append(Op.COMPUTE, 200 * US, 0);
        program.append(Op.WAIT_WOKEN, 0, 0);
        program.append(Op.COMPUTE, 200 * US, 0);
        program.append(Op.WAIT_WOKEN, 0, 0);
        return program;
    }

    private int ksoftirqd(Program program, Softirqs.Where where, long lengthNs) {
        int thread = machine.thread("ksoftirqd", other(), 1, NEVER, program);
        machine.softirqs(thread, where, lengthNs);
        return thread;
    }

    private List<String> softirqs() {
        return machine.tables.rows(TimelineTables.IRQ_SPAN).stream()
                .filter(row -> row.get("kind").equals("softirq"))
                .map(row ->
                        row.get("name") + " " + (Long) row.get("start_ns") / US + ".." + (Long) row.get("end_ns") / US)
                .toList();
    }

    @Test
    void softirqs_run_behind_their_interrupt_ahead_of_any_thread() {
        int thread = ksoftirqd(new Program(), Softirqs.Where.BEHIND, 500 * US);
        machine.thread("user", fifo(99), 1, 0, busy());
        machine.arrival(1 * MS, 0, -1, -1, -1, -1).run();
        assertThat(softirqs()).containsExactly("NET_RX 1002..1502");
        assertThat(machine.runs(thread)).isEmpty();
    }

    @Test
    void beyond_two_milliseconds_what_came_meanwhile_is_left_to_ksoftirqd_which_waits_its_turn() {
        int thread = ksoftirqd(new Program(), Softirqs.Where.BEHIND, 1_500 * US);
        machine.thread("user", fifo(99), 1, 0, programOf(10 * MS));
        machine.arrival(1 * MS, 0, -1, -1, -1, -1);
        machine.arrival(2 * MS, 0, -1, -1, -1, -1);
        machine.arrival(3 * MS, 0, -1, -1, -1, -1).run();
        assertThat(softirqs()).containsExactly("NET_RX 1002..4006");
        assertThat(machine.runs(thread)).containsExactly("13008..14509");
    }

    /** Computes for 5 ms and wakes a thread after the first. */
    private static Program wakesAfterOneOfFive(int thread) {
        return program(Op.COMPUTE, MS, 0, Op.WAKE, 0, thread, Op.COMPUTE, 4 * MS, 0, Op.END, 0, 0);
    }

    private static Program programOf(long ns) {
        Program program = new Program();
        program.append(Op.COMPUTE, ns, 0);
        program.append(Op.END, 0, 0);
        return program;
    }

    @Test
    void where_ksoftirqd_is_runnable_kernels_before_6_5_leave_new_softirqs_to_it() {
        int thread = ksoftirqd(recorded(), Softirqs.Where.BEHIND_UNLESS_WOKEN, 100 * US);
        machine.thread("user", fifo(99), 1, 0, wakesAfterOneOfFive(thread));
        machine.arrival(3 * MS, 0, -1, -1, -1, -1).run();
        assertThat(softirqs()).isEmpty();
        assertThat(machine.runs(thread)).containsExactly("5004..5405");
    }

    @Test
    void tasklets_do_not_wait_for_a_runnable_ksoftirqd_and_take_what_waits_for_it_along() {
        int thread = ksoftirqd(recorded(), Softirqs.Where.BEHIND_UNLESS_WOKEN, 100 * US);
        machine.thread("user", fifo(99), 1, 0, wakesAfterOneOfFive(thread));
        machine.raising(MachineByHand.TASKLET)
                .arrival(3 * MS, 0, -1, -1, -1, -1)
                .run();
        assertThat(softirqs()).hasSize(2).first().asString().startsWith("NET_RX 3002..");
        assertThat(softirqs()).last().asString().startsWith("TASKLET ").endsWith("..3402");
    }

    @Test
    void a_shield_that_moves_a_devices_interrupt_moves_its_softirq_too() {
        MachineByHand two = new MachineByHand(2, 50 * MS).tick(100 * MS);
        int thread = two.thread("ksoftirqd", other(), 1, NEVER, new Program());
        int shielded = two.thread("user", other(), 1, 0, programOf(10 * MS));
        two.softirqs(thread, Softirqs.Where.BEHIND, 500 * US).interruptsGoTo(2);
        two.arrival(MS, 0, -1, -1, -1, -1).run();
        assertThat(two.tables.lines(TimelineTables.IRQ_SPAN, "kind", "cpu"))
                .containsExactlyInAnyOrder("vector 1", "softirq 1");
        assertThat(two.runs(shielded)).containsExactly("1..10002");
    }

    @Test
    void later_kernels_run_them_behind_the_interrupt_all_the_same_with_all_that_waits() {
        int thread = ksoftirqd(recorded(), Softirqs.Where.BEHIND, 100 * US);
        machine.thread("user", fifo(99), 1, 0, wakesAfterOneOfFive(thread));
        machine.arrival(3 * MS, 0, -1, -1, -1, -1).run();
        assertThat(softirqs()).containsExactly("NET_RX 3002..3402");
    }

    @Test
    void of_a_realtime_kernel_all_softirqs_are_ksoftirqds() {
        int thread = ksoftirqd(new Program(), Softirqs.Where.IN_THREAD, 500 * US);
        machine.thread("user", fifo(99), 1, 0, programOf(5 * MS));
        machine.arrival(1 * MS, 0, -1, -1, -1, -1).run();
        assertThat(softirqs()).isEmpty();
        assertThat(machine.runs(thread)).containsExactly("5004..5505");
    }

    @Test
    void what_a_recorded_ksoftirqd_was_woken_for_by_an_interrupt_runs_behind_it_where_there_is_time() {
        int thread = ksoftirqd(recorded(), Softirqs.Where.BEHIND, 0);
        int woken = machine.thread("user", fifo(10), 1, NEVER, programOf(50 * US));
        machine.arrival(1 * MS, 0, -1, thread, -1, -1).run();
        assertThat(softirqs()).containsExactly("NET_RX 1002..1302");
        assertThat(machine.runs(woken)).containsExactly("1303..1354");
        assertThat(machine.runs(thread)).isEmpty();
    }
}
