package dev.hindsight.replay.engine;

import dev.hindsight.replay.outcome.ThreadState;
import dev.hindsight.replay.outcome.WakeContext;

/** Virtual interrupts between their source and their injection: edges, coalescing, acknowledgements, KVM's interval timer. */
final class VirtualInterruptLines {

    private final Simulation sim;

    VirtualInterruptLines(Simulation sim) {
        this.sim = sim;
    }

    /**
     * An edge on a line. One that finds another not yet injected coalesces with it.
     *
     * @param cpu where it is raised
     * @param dueNs expiry of the timer behind it, or -1
     */
    void edge(int index, HostCpu cpu, byte context, long dueNs) {
        LineRun line = sim.lines[index];
        ThreadRun thread = sim.threads[line.vcpuThread];
        if (thread.vcpu == null) {
            return;
        }
        sim.out.edge(sim.nowNs, index, cpu.running, cpu.id, dueNs, line.pending);
        if (line.pending) {
            return;
        }
        line.pending = true;
        line.dueNs = dueNs;
        thread.vcpu.addPending(index);
        sim.priorities.interrupted(thread, cpu.id);
        sim.guests.kick(thread, line, cpu, context);
    }

    /** Whether a vCPU spins until another has taken what was sent to it before: not for one that is out of its loop. */
    boolean isAwaited(ThreadRun sender, int index) {
        LineRun line = sim.lines[index];
        if (!line.pending || !sim.workload.lines().awaited()[index] || line.vcpuThread == sender.index) {
            return false;
        }
        byte state = sim.threads[line.vcpuThread].state;
        return state == ThreadRun.READY || state == ThreadRun.WAKING || state == ThreadRun.HALTED;
    }

    /** A pending edge is put into the guest. */
    void injected(int index) {
        sim.lines[index].pending = false;
        sim.deliveries++;
        if (sim.lines[index].responses.length > 0) {
            // What a guest does for an interrupt that the recording never shows it taking has no time to tell.
            sim.out.injected(sim.nowNs, index);
        }
    }

    /** Which recorded response the delivery just injected takes; -1 where the line has none. */
    int response(int index) {
        LineRun line = sim.lines[index];
        int[] responses = line.responses;
        if (responses.length == 0) {
            sim.truncatedDeliveries++;
            return -1;
        }
        int number = line.delivered++;
        if (number >= responses.length) {
            sim.truncatedDeliveries++;
        }
        return responses[number % responses.length];
    }

    /** The guest acknowledges a line. */
    void acknowledged(int index, HostCpu cpu) {
        sim.out.ack(sim.nowNs, index);
        PitRun pit = sim.lines[index].pit;
        if (pit != null && pit.acknowledges()) {
            queueWork(pit, cpu, WakeContext.TASK);
        }
    }

    /** The interval timer's hrtimer expires on a CPU. */
    void pitExpired(PitRun pit, HostCpu cpu, long dueNs) {
        pit.expires(dueNs);
        queueWork(pit, cpu, WakeContext.HARDIRQ);
    }

    private void queueWork(PitRun pit, HostCpu cpu, byte context) {
        if (pit.worker == null) {
            if (!pit.reinject || pit.acknowledged) {
                pit.acknowledged = false;
                edge(pit.line, cpu, context, pit.dueNs());
            }
            return;
        }
        if (pit.queued) {
            return;
        }
        pit.queued = true;
        pit.queuedAgain = context == WakeContext.TASK;
        if (pit.worker.state == ThreadRun.WAITS_FOR_WAKEUP || pit.worker.state == ThreadRun.NEW) {
            sim.steps.wakeUp(pit.worker, cpu.running, context, cpu.id, sim.wakeDelay.next());
        }
    }

    /** One step of an interval timer's worker that runs on a CPU; false where it took time or blocked. */
    boolean workerStep(HostCpu cpu, ThreadRun thread) {
        PitRun pit = thread.pit;
        if (thread.begun && thread.leftNs > 0) {
            sim.execution.resume(cpu);
            return false;
        }
        thread.begun = false;
        switch (pit.stage) {
            case PitRun.RESTS -> {
                return takeWork(cpu, thread, pit);
            }
            case PitRun.BEFORE_ASSERTION -> {
                pit.stage = PitRun.AFTER_ASSERTION;
                thread.begin(pit.run.afterNs().next());
                edge(pit.line, cpu, WakeContext.TASK, pit.runDueNs);
            }
            default -> pit.stage = PitRun.RESTS;
        }
        return true;
    }

    private boolean takeWork(HostCpu cpu, ThreadRun thread, PitRun pit) {
        if (!pit.queued) {
            thread.state = ThreadRun.WAITS_FOR_WAKEUP;
            sim.execution.block(cpu, ThreadState.SLEEPING);
            return false;
        }
        pit.queued = false;
        if (pit.reinject && !pit.acknowledged) {
            pit.stage = PitRun.NOTHING_TO_ASSERT;
            thread.begin(pit.idleNs.next());
        } else {
            pit.acknowledged = false;
            pit.stage = PitRun.BEFORE_ASSERTION;
            pit.run = pit.queuedAgain ? pit.again : pit.expired;
            pit.runDueNs = pit.dueNs();
            thread.begin(pit.run.beforeNs().next());
        }
        return true;
    }
}
