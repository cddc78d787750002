package dev.hindsight.replay.engine;

import static dev.hindsight.replay.engine.MachineByHand.MS;
import static dev.hindsight.replay.engine.MachineByHand.US;
import static dev.hindsight.replay.engine.MachineByHand.program;

import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;

/** A guest written by hand that takes the interrupts of line 0. */
final class GuestByHand {

    private GuestByHand() {}

    /** Handler: 10 us in the guest, its port, 4 us, end of interrupt, 2 us; every second delivery gives 1 ms of marked work. */
    static GuestProgram guest(GuestProgram.Idle idle) {
        return guest(idle, true);
    }

    static GuestProgram guest(GuestProgram.Idle idle, boolean works) {
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
}
