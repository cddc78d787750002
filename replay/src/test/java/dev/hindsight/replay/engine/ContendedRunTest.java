package dev.hindsight.replay.engine;

import static dev.hindsight.replay.engine.MachineByHand.MS;
import static dev.hindsight.replay.engine.MachineByHand.other;
import static dev.hindsight.replay.engine.MachineByHand.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import org.junit.jupiter.api.Test;

/** Two threads on a CPU each, of which one holds from its 5th to its 8th ms what the other may need. */
class ContendedRunTest {

    private static final int LOCK = 0;

    /** The stays on its CPU, in us, of a thread that needs the lock after some ms and then computes for 2 ms more. */
    private static Iterable<String> runsOfWaiter(int needsItAfterMs) {
        MachineByHand machine = new MachineByHand(2, 20 * MS).tick(100 * MS);
        Program holder = program(
                Op.COMPUTE,
                5 * MS,
                0,
                Op.HOLD,
                0,
                LOCK,
                Op.COMPUTE,
                3 * MS,
                0,
                Op.RELEASE,
                0,
                LOCK,
                Op.COMPUTE,
                4 * MS,
                0);
        Program waiter = program(Op.COMPUTE, needsItAfterMs * MS, 0, Op.WAIT_HELD, 0, LOCK, Op.COMPUTE, 2 * MS, 0);
        machine.thread("user", other(), 1, 0, holder);
        int waits = machine.thread("user", other(), 2, 0, waiter);
        machine.run();
        return machine.runs(waits);
    }

    @Test
    void who_comes_before_it_is_taken_does_not_wait() {
        assertThat(runsOfWaiter(3)).containsExactly("1..5002");
    }

    @Test
    void who_comes_while_it_is_held_waits_until_it_is_released() {
        // Coming to a CPU, leaving it and leaving idle take 1 us each.
        assertThat(runsOfWaiter(6)).containsExactly("1..6002", "8003..10004");
    }

    @Test
    void who_comes_after_its_release_does_not_wait() {
        assertThat(runsOfWaiter(9)).containsExactly("1..11002");
    }
}
