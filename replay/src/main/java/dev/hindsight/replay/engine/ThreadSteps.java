package dev.hindsight.replay.engine;

import dev.hindsight.replay.outcome.ThreadState;
import dev.hindsight.replay.outcome.WakeContext;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;

/** Runs the steps of host threads, and wakes them. */
final class ThreadSteps {

    private final Simulation sim;
    private final ContendedRun contended;

    /** Factor on what a wakeup takes, and what that usually is. */
    private final double switches;

    private final long usualWakeNs;

    ThreadSteps(Simulation sim) {
        this.sim = sim;
        switches = sim.options.factors().switches();
        usualWakeNs = Samples.median(sim.workload.host().wakeNs());
        contended = new ContendedRun(sim);
        for (ThreadRun thread : sim.threads) {
            thread.startsLater |= sim.workload.threads().runnableAtNs()[thread.index] != Long.MAX_VALUE;
            findForks(thread.program);
            if (thread.vcpu != null) {
                findForks(thread.vcpu.guest.ops());
            }
        }
    }

    private void findForks(Program program) {
        for (int step = 0; step < program.size(); step++) {
            if (program.op(step) == Op.FORK) {
                sim.threads[program.b(step)].startsLater = true;
            }
        }
    }

    /** One step of the thread that runs on a CPU; false where it took time, blocked, or left the CPU. */
    boolean step(HostCpu cpu, ThreadRun thread) {
        if (thread.begun) {
            if (thread.leftNs > 0) {
                sim.execution.resume(cpu);
                return false;
            }
            thread.begun = false;
            thread.position++;
        }
        Program program = thread.program;
        if (thread.position >= program.size()) {
            return atEnd(cpu, thread);
        }
        byte op = program.op(thread.position);
        long a = program.a(thread.position);
        if (op == Op.COMPUTE) {
            thread.begin(a);
            return true;
        }
        return timeless(cpu, thread, op, a, program.b(thread.position));
    }

    /** A step that needs no CPU time, of a host thread or of a vCPU; false where the thread left the CPU by it. */
    boolean timeless(HostCpu cpu, ThreadRun thread, byte op, long a, int b) {
        switch (op) {
            case Op.WAIT_WOKEN -> {
                if (thread.wakeupsKept == 0) {
                    thread.state = ThreadRun.WAITS_FOR_WAKEUP;
                    sim.execution.block(cpu, b == 1 ? ThreadState.BLOCKED : ThreadState.SLEEPING);
                    return false;
                }
                thread.wakeupsKept--;
            }
            case Op.WAIT_FOR -> {
                return sleep(cpu, thread, sim.nowNs + a, b);
            }
            case Op.WAIT_UNTIL -> {
                if (a > sim.nowNs) {
                    return sleep(cpu, thread, a, b);
                }
            }
            case Op.WAIT_HELD -> {
                if (contended.waits(thread, b)) {
                    sim.execution.block(cpu, ThreadState.BLOCKED);
                    return false;
                }
            }
            case Op.END -> {
                thread.state = ThreadRun.DEAD;
                sim.execution.block(cpu, ThreadState.DEAD);
                return false;
            }
            default -> instant(cpu, thread, op, a, b);
        }
        thread.passStep();
        return true;
    }

    private boolean sleep(HostCpu cpu, ThreadRun thread, long untilNs, int irq) {
        thread.state = ThreadRun.WAITS_FOR_TIME;
        sim.plan(untilNs, Simulation.WAIT_END, thread.index, irq);
        sim.execution.block(cpu, ThreadState.SLEEPING);
        return false;
    }

    /** The program is used up: the guest takes over, the thread is extended, or nobody knows what it would have done. */
    private boolean atEnd(HostCpu cpu, ThreadRun thread) {
        if (thread.vcpu != null) {
            thread.vcpu.looping = true;
            return true;
        }
        if (sim.options.extendHungry() && sim.workload.threads().hungry()[thread.index]) {
            thread.begin(ThreadRun.FOREVER);
            sim.execution.resume(cpu);
            return false;
        }
        return outOfDemand(cpu, thread);
    }

    /** Nobody knows what a thread would have done from here on: it sleeps. */
    boolean outOfDemand(HostCpu cpu, ThreadRun thread) {
        thread.state = ThreadRun.OUT_OF_DEMAND;
        sim.truncatedNs += sim.workload.lastNs() - sim.nowNs;
        sim.truncatedThreads++;
        sim.execution.block(cpu, ThreadState.SLEEPING);
        return false;
    }

    /** A step of a softirq, behind an interrupt or in ksoftirqd. */
    void inSoftirq(HostCpu cpu, byte op, long a, int b) {
        switch (op) {
            case Op.WAKE -> wakeUp(sim.threads[b], cpu.running, WakeContext.SOFTIRQ, cpu.id, atSpeed(a));
            case Op.ASSERT -> sim.virtualLines.edge(b, cpu, WakeContext.SOFTIRQ, -1);
            case Op.FORK -> fork(sim.threads[b], cpu);
            case Op.SET_PRIORITY -> {
                // The thread's that ran it in the recording.
            }
            default -> throw new IllegalStateException("op " + op + " in a softirq");
        }
    }

    /** What a recorded wakeup took until its thread was queued, on this host. */
    private long atSpeed(long wakeNs) {
        return wakeNs > 0 ? PathFactors.scaled(wakeNs, switches, usualWakeNs) : 0;
    }

    private void instant(HostCpu cpu, ThreadRun thread, byte op, long a, int b) {
        switch (op) {
            case Op.WAKE -> wakeUp(sim.threads[b], thread.index, WakeContext.TASK, cpu.id, atSpeed(a));
            case Op.HOLD -> contended.take(b);
            case Op.RELEASE -> contended.release(b, thread.index, cpu.id, atSpeed(a));
            case Op.ASSERT -> sim.virtualLines.edge(b, cpu, WakeContext.TASK, -1);
            case Op.ACK -> sim.virtualLines.acknowledged(b, cpu);
            case Op.HANDLED -> sim.out.handled(sim.nowNs, b, (int) a);
            case Op.MARK -> {
                sim.out.marker(sim.nowNs, thread.index, b, a);
                sim.priorities.marked(thread, b, a != 0, cpu.id);
            }
            case Op.SET_PRIORITY -> sim.priorities.recorded(thread, (int) a, cpu.id);
            case Op.FORK -> fork(sim.threads[b], cpu);
            case Op.GUEST_TURNS -> sim.guests.turned(cpu, thread, b == 1);
            case Op.VMM -> sim.out.vmm(sim.nowNs, thread.index, b == 1);
            default -> throw new IllegalStateException("op " + op + " of thread " + thread.index);
        }
    }

    private void fork(ThreadRun child, HostCpu cpu) {
        if (child.softirqCpu != null) {
            sim.softirqs.wake(child, cpu, WakeContext.TASK);
        } else if (child.state == ThreadRun.NEW) {
            child.state = ThreadRun.READY;
            queued(child, sim.scheduler.wakeNew(child.index, cpu.id, sim.nowNs), cpu.id);
        }
    }

    /**
     * Wakes a thread: one that waits for a wakeup becomes runnable after the delay, any other keeps the wakeup.
     *
     * @param waker index of the thread that runs where it is made, -1 for none
     */
    void wakeUp(ThreadRun thread, int waker, byte context, int cpu, long delayNs) {
        if (thread.softirqCpu != null) {
            sim.softirqs.wake(thread, sim.cpus[cpu], context);
            return;
        }
        switch (thread.state) {
            case ThreadRun.NEW -> {
                if (thread.startsLater) {
                    thread.wakeupsKept++;
                } else {
                    startWaking(thread, waker, context, cpu, delayNs);
                }
            }
            case ThreadRun.WAITS_FOR_WAKEUP -> {
                if (thread.pit == null) {
                    thread.passStep();
                }
                startWaking(thread, waker, context, cpu, delayNs);
            }
            case ThreadRun.READY, ThreadRun.WAKING, ThreadRun.WAITS_FOR_TIME, ThreadRun.WAITS_FOR_RELEASE ->
                thread.wakeupsKept++;
            default -> {}
        }
    }

    /** A sleeping thread of any kind is on its way to a run queue. */
    void startWaking(ThreadRun thread, int waker, byte context, int cpu, long delayNs) {
        thread.state = ThreadRun.WAKING;
        sim.out.waking(sim.nowNs, waker, context, thread.index, cpu);
        if (delayNs > 0) {
            sim.plan(sim.nowNs + delayNs, Simulation.ENQUEUE, thread.index, cpu);
        } else {
            enqueue(thread, cpu);
        }
    }

    /** A woken thread reaches the run queue that the scheduler chooses. */
    void enqueue(ThreadRun thread, int wakerCpu) {
        thread.state = ThreadRun.READY;
        queued(thread, sim.scheduler.wake(thread.index, wakerCpu, sim.nowNs), wakerCpu);
    }

    private void queued(ThreadRun thread, int cpu, int wakerCpu) {
        sim.out.wakeup(sim.nowNs, thread.index, cpu, thread.kernelPriority, sim.scheduler.current(cpu));
        sim.execution.afterDecision(wakerCpu);
    }

    /** A thread that is runnable when the window begins, or that the recording shows runnable without a wakeup. */
    void start(ThreadRun thread) {
        if (thread.softirqCpu != null) {
            sim.softirqs.wake(thread, thread.softirqCpu, WakeContext.TASK);
        } else if (thread.state == ThreadRun.NEW) {
            thread.state = ThreadRun.READY;
            int cpu = sim.scheduler.cpuOf(thread.index);
            if (sim.nowNs > sim.workload.firstNs()) {
                cpu = sim.scheduler.wake(thread.index, cpu, sim.nowNs);
            } else {
                sim.scheduler.resume(thread.index, sim.nowNs);
            }
            queued(thread, cpu, cpu);
        }
    }
}
