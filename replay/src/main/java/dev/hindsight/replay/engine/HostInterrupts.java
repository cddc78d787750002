package dev.hindsight.replay.engine;

import dev.hindsight.replay.outcome.ReplayedTimeline;
import dev.hindsight.replay.outcome.WakeContext;
import dev.hindsight.replay.workload.Arrivals;
import dev.hindsight.replay.workload.IrqKinds;

/** Interrupts of the host and their softirqs: what they take from a CPU, and what they do half-way through. */
final class HostInterrupts {

    private static final int TICK = 0;
    private static final int ARRIVAL = 1;
    private static final int WAIT_END = 2;
    private static final int GUEST_TIMER = 3;

    private final Simulation sim;
    private final IrqKinds kinds;
    private final Arrivals arrivals;
    private final long tickNs;
    private final double factor;
    private final long sharedTimerNs;

    HostInterrupts(Simulation sim) {
        this.sim = sim;
        kinds = sim.workload.irqs();
        arrivals = sim.workload.arrivals();
        factor = sim.options.factors().interrupts();
        tickNs = sim.workload.host().tickNs();
        sharedTimerNs = scaled(sim.workload.host().sharedTimerNs());
    }

    /** Plans the first tick of each CPU, and the first arrival. */
    void start() {
        long firstNs = Math.floorDiv(sim.nowNs, tickNs) * tickNs + tickNs;
        for (HostCpu cpu : sim.cpus) {
            sim.plan(firstNs, Simulation.TICK, cpu.id, 0);
        }
        planArrival(0);
    }

    private void planArrival(int index) {
        if (index < arrivals.size()) {
            sim.plan(Math.max(arrivals.dueNs()[index], sim.nowNs), Simulation.ARRIVAL, index, 0);
        }
    }

    /** The tick's time on a CPU: idle ones have none, and those that a policy keeps free of it where it can stop. */
    void tick(HostCpu cpu) {
        sim.plan(sim.nowNs + tickNs, Simulation.TICK, cpu.id, 0);
        boolean stopped =
                cpu.running < 0 || (sim.decisions.tickless() >>> cpu.id & 1) != 0 && sim.scheduler.canStopTick(cpu.id);
        if (!stopped) {
            raise(cpu, ReplayedTimeline.TICK, TICK, 0);
        }
    }

    /** Something arrives from outside, or a timer of the recording is due. */
    void arrival(int index) {
        planArrival(index + 1);
        if (arrivals.irq()[index] < 0) {
            ThreadRun woken = sim.threads[arrivals.wakes()[index]];
            sim.steps.wakeUp(woken, -1, WakeContext.SOFTIRQ, arrivals.cpu()[index], 0);
            return;
        }
        if (arrivals.line()[index] >= 0 && !sim.guestTimers.interrupts(index)) {
            return;
        }
        int kind = arrivals.irq()[index];
        int follows = arrivals.follows()[index];
        int cpu = follows >= 0 ? sim.scheduler.cpuOf(follows) : placed(kind, arrivals.cpu()[index]);
        raise(sim.cpus[cpu], kind, ARRIVAL, index);
    }

    /** A timer is due that a guest armed in the replay: by the interrupt that those of the recording have. */
    void guestTimer(LineRun line) {
        int kind = arrivals.irq()[line.arrivals[0]];
        raise(sim.cpus[sim.scheduler.cpuOf(line.vcpuThread)], kind, GUEST_TIMER, line.index);
    }

    /** A wait for a time or a device ends: by an interrupt, or without one that is counted. */
    void waitEnd(ThreadRun thread, int kind) {
        if (kind < 0) {
            thread.passStep();
            sim.steps.startWaking(
                    thread, -1, WakeContext.SOFTIRQ, sim.scheduler.cpuOf(thread.index), sim.wakeDelay.next());
            return;
        }
        int last = sim.scheduler.cpuOf(thread.index);
        int cpu = kinds.movable()[kind] ? placed(kind, Long.numberOfTrailingZeros(kinds.cpus()[kind])) : last;
        raise(sim.cpus[cpu], kind, WAIT_END, thread.index);
    }

    private int placed(int kind, int recorded) {
        long allowed = sim.decisions.irqAffinity()[kind];
        if (!kinds.movable()[kind] || allowed == 0 || (allowed >>> recorded & 1) != 0) {
            return recorded;
        }
        return Long.numberOfTrailingZeros(allowed);
    }

    private void raise(HostCpu cpu, int kind, int effect, int argument) {
        if (cpu.frozen || cpu.level == HostCpu.HARDIRQ) {
            cpu.hold(kind, effect, argument);
            return;
        }
        sim.execution.suspend(cpu);
        begin(cpu, kind, effect, argument);
    }

    /** Begins the interrupt that was held longest, on a CPU whose level is charged. */
    void takeHeld(HostCpu cpu) {
        int kind = cpu.heldKind();
        int effect = cpu.heldEffect();
        int argument = cpu.heldArgument();
        cpu.releaseHeld();
        begin(cpu, kind, effect, argument);
    }

    private void begin(HostCpu cpu, int kind, int effect, int argument) {
        cpu.level = HostCpu.HARDIRQ;
        cpu.reschedPlan++;
        cpu.reschedPlanned = false;
        sim.out.irqBegin(sim.nowNs, cpu.id, kind, cpu.running);
        handle(cpu, kind, effect, argument, 0);
    }

    /**
     * Handles one cause of an interrupt.
     *
     * @param sharedNs what it takes less as not the first one of its interrupt
     */
    private void handle(HostCpu cpu, int kind, int effect, int argument, long sharedNs) {
        cpu.irqKind = kind;
        cpu.irqEffect = effect;
        cpu.irqArgument = argument;
        cpu.irqActed = false;
        if (effect == TICK) {
            long costNs = sim.tickCost.next();
            cpu.irqLeftNs = costNs / 2;
            cpu.irqAfterNs = costNs - cpu.irqLeftNs;
        } else {
            cpu.irqLeftNs = scaled(kinds.beforeNs()[kind]);
            cpu.irqAfterNs = scaled(kinds.afterNs()[kind]);
        }
        long before = Math.min(cpu.irqLeftNs, sharedNs);
        cpu.irqLeftNs -= before;
        cpu.irqAfterNs -= Math.min(cpu.irqAfterNs, sharedNs - before);
        sim.execution.resume(cpu);
    }

    /** Whether an interrupt is the local timer's: as hrtimer_interrupt() does, it handles all that expired meanwhile. */
    private boolean isTimer(int kind) {
        return kind == ReplayedTimeline.TICK || !kinds.movable()[kind];
    }

    /** The part of an interrupt before its effect, or the one behind it, is over. */
    void hardirqPieceDone(HostCpu cpu) {
        if (!cpu.irqActed) {
            cpu.irqActed = true;
            act(cpu);
            cpu.irqLeftNs = cpu.irqAfterNs;
            sim.execution.resume(cpu);
            return;
        }
        if (cpu.holds() && isTimer(cpu.irqKind) && isTimer(cpu.heldKind())) {
            int kind = cpu.heldKind();
            int effect = cpu.heldEffect();
            int argument = cpu.heldArgument();
            cpu.releaseHeld();
            handle(cpu, kind, effect, argument, sharedTimerNs);
            return;
        }
        sim.out.irqEnd(sim.nowNs, cpu.id);
        if (cpu.irqEffect != TICK && kinds.softirqNs()[cpu.irqKind] > 0) {
            sim.softirqs.raise(cpu, kinds.softirq()[cpu.irqKind], scaled(kinds.softirqNs()[cpu.irqKind]));
        }
        if (cpu.holds()) {
            takeHeld(cpu);
        } else if (sim.softirqs.begins(cpu)) {
            cpu.level = HostCpu.SOFTIRQ;
            sim.execution.resume(cpu);
        } else {
            returnFromInterrupt(cpu);
        }
    }

    /** The time that a CPU's softirq takes is over. */
    void softirqPieceDone(HostCpu cpu) {
        if (sim.softirqs.goesOn(cpu)) {
            sim.execution.resume(cpu);
            return;
        }
        returnFromInterrupt(cpu);
    }

    private void act(HostCpu cpu) {
        switch (cpu.irqEffect) {
            case TICK -> {
                sim.scheduler.tick(cpu.id, sim.nowNs);
                sim.execution.afterDecision(cpu.id);
            }
            case ARRIVAL -> {
                int index = cpu.irqArgument;
                if (arrivals.pit()[index] >= 0) {
                    sim.virtualLines.pitExpired(sim.pits[arrivals.pit()[index]], cpu, arrivals.dueNs()[index]);
                } else if (arrivals.line()[index] >= 0) {
                    sim.virtualLines.edge(arrivals.line()[index], cpu, WakeContext.HARDIRQ, arrivals.dueNs()[index]);
                }
                int woken = arrivals.wakes()[index];
                if (woken >= 0) {
                    sim.steps.wakeUp(
                            sim.threads[woken], cpu.running, WakeContext.HARDIRQ, cpu.id, sim.wakeDelay.next());
                }
            }
            case GUEST_TIMER -> {
                LineRun line = sim.lines[cpu.irqArgument];
                sim.virtualLines.edge(line.index, cpu, WakeContext.HARDIRQ, line.plannedNs);
            }
            case WAIT_END -> {
                ThreadRun thread = sim.threads[cpu.irqArgument];
                thread.passStep();
                sim.steps.startWaking(thread, cpu.running, WakeContext.HARDIRQ, cpu.id, sim.wakeDelay.next());
            }
            default -> throw new IllegalStateException("effect " + cpu.irqEffect);
        }
    }

    /** A median length of the recording at this host's speed. */
    private long scaled(long ns) {
        return PathFactors.scaled(ns, factor, ns);
    }

    private void returnFromInterrupt(HostCpu cpu) {
        if (cpu.running < 0) {
            cpu.level = HostCpu.IDLE;
            sim.execution.resume(cpu);
            sim.execution.afterDecision(cpu.id);
            return;
        }
        cpu.level = HostCpu.THREAD;
        ThreadRun thread = sim.threads[cpu.running];
        if (thread.vcpu != null && thread.vcpu.inGuest) {
            sim.guests.leaveForHost(thread);
            sim.execution.run(cpu);
            return;
        }
        sim.execution.resume(cpu);
        if (sim.scheduler.needsResched(cpu.id) && thread.state == ThreadRun.READY) {
            sim.execution.planPreemption(cpu);
        }
    }
}
