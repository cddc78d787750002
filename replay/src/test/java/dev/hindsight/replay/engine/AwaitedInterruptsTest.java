package dev.hindsight.replay.engine;

import static dev.hindsight.replay.engine.MachineByHand.MS;
import static dev.hindsight.replay.engine.MachineByHand.US;
import static dev.hindsight.replay.engine.MachineByHand.fifo;
import static dev.hindsight.replay.engine.MachineByHand.other;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One vCPU interrupts another twice, 100 us of its guest's time apart; the other has no CPU for the first 3 ms. */
class AwaitedInterruptsTest {

    private final MachineByHand machine = new MachineByHand(2, 10 * MS).tick(100 * MS);

    private List<String> deliveries() {
        Program handles = new Program();
        handles.append(Op.GUEST, 10 * US, 0);
        int[] first = {0};
        machine.vcpu(other(), 1, spinning(handles, 0, first));
        Program sends = new Program();
        for (int i = 0; i < 2; i++) {
            sends.append(Op.GUEST, 100 * US, 0);
            sends.append(Op.ASSERT, 0, 0);
        }
        machine.otherVcpu(other(), 2, spinning(sends, sends.size(), new int[0]));
        Program holds = new Program();
        holds.append(Op.COMPUTE, 3 * MS, 0);
        holds.append(Op.END, 0, 0);
        machine.thread("user", fifo(80), 1, 0, holds);
        machine.run();
        return machine.tables.rows(TimelineTables.VIRQ).stream()
                .map(row -> us(row.get("asserted_ns")) + " " + us(row.get("entered_ns")) + " " + row.get("coalesced"))
                .toList();
    }

    private static GuestProgram spinning(Program ops, int startTo, int[] responses) {
        int[] ends = responses.length == 0 ? responses : new int[] {ops.size()};
        Program idle = new Program();
        return new GuestProgram(
                ops, startTo, responses, responses, responses, responses, ends, GuestProgram.Idle.SPIN, idle, false);
    }

    private static long us(Object ns) {
        return (Long) ns / US;
    }

    @Test
    void a_guest_that_waits_for_what_it_sent_spins_until_the_other_has_taken_it() {
        machine.awaited();
        assertThat(deliveries()).containsExactly("102 3005 0", "3005 3010 0");
    }

    @Test
    void one_that_does_not_wait_sends_on_and_the_second_coalesces() {
        assertThat(deliveries()).containsExactly("102 3005 1");
    }
}
