package dev.hindsight.replay.engine;

import dev.hindsight.replay.outcome.WakeContext;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import java.util.Arrays;

/** What threads ran into each other for in the recording, see {@link Op#WAIT_HELD}: who holds it now, and who waits. */
final class ContendedRun {

    private final Simulation sim;
    private final boolean[] held;

    /** By contended wait: the thread that waits, -1 for none. */
    private final int[] waiter;

    ContendedRun(Simulation sim) {
        this.sim = sim;
        int count = 0;
        for (ThreadRun thread : sim.threads) {
            Program program = thread.program;
            for (int step = 0; step < program.size(); step++) {
                if (program.op(step) == Op.WAIT_HELD) {
                    count = Math.max(count, program.b(step) + 1);
                }
            }
        }
        held = new boolean[count];
        waiter = new int[count];
        Arrays.fill(waiter, -1);
    }

    /** The holder comes to where it takes it. */
    void take(int wait) {
        held[wait] = true;
    }

    /** A thread comes to its wait; whether it has to. */
    boolean waits(ThreadRun thread, int wait) {
        if (!held[wait]) {
            return false;
        }
        waiter[wait] = thread.index;
        thread.state = ThreadRun.WAITS_FOR_RELEASE;
        return true;
    }

    /** The holder is done with it: who waits for it is on its way to a run queue. */
    void release(int wait, int holder, int cpu, long delayNs) {
        held[wait] = false;
        if (waiter[wait] >= 0) {
            ThreadRun thread = sim.threads[waiter[wait]];
            thread.passStep();
            sim.steps.startWaking(thread, holder, WakeContext.TASK, cpu, delayNs);
        }
    }
}
