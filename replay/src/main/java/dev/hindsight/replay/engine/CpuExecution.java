package dev.hindsight.replay.engine;

import dev.hindsight.replay.engine.sched.HostScheduler;
import dev.hindsight.replay.outcome.ThreadState;
import dev.hindsight.replay.workload.Threads;

/** Lets time pass on the CPUs: what runs at which level, what is left of it, and the switch from thread to thread. */
final class CpuExecution {

    private final Simulation sim;
    private final HostScheduler scheduler;

    CpuExecution(Simulation sim) {
        this.sim = sim;
        this.scheduler = sim.scheduler;
    }

    /** Charges what a CPU's level did until now; the piece planned there is void. */
    void suspend(HostCpu cpu) {
        long doneNs = sim.nowNs - cpu.sinceNs;
        assert doneNs >= 0 : "CPU " + cpu.id + " goes back in time";
        cpu.sinceNs = sim.nowNs;
        cpu.plan++;
        if (cpu.frozen) {
            return;
        }
        if (cpu.level == HostCpu.THREAD) {
            sim.threads[cpu.running].charge(doneNs);
        } else if (cpu.level == HostCpu.HARDIRQ) {
            cpu.irqLeftNs -= doneNs;
        } else if (cpu.level == HostCpu.SOFTIRQ) {
            cpu.softirqLeftNs -= doneNs;
        }
    }

    /** Lets a CPU's level run from now on and plans the end of its piece. */
    void resume(HostCpu cpu) {
        cpu.sinceNs = sim.nowNs;
        cpu.plan++;
        if (cpu.frozen || cpu.level == HostCpu.IDLE) {
            return;
        }
        long leftNs = switch (cpu.level) {
            case HostCpu.THREAD -> sim.threads[cpu.running].nextPieceNs();
            case HostCpu.HARDIRQ -> cpu.irqLeftNs;
            default -> cpu.softirqLeftNs;
        };
        if (leftNs != ThreadRun.FOREVER) {
            sim.plan(sim.nowNs + leftNs, Simulation.PIECE_DONE, cpu.id, cpu.plan);
        }
    }

    /** The piece planned on a CPU is done, unless another plan came between. */
    void pieceDone(HostCpu cpu, int plan) {
        if (plan != cpu.plan) {
            return;
        }
        suspend(cpu);
        switch (cpu.level) {
            case HostCpu.THREAD -> run(cpu);
            case HostCpu.HARDIRQ -> sim.interrupts.hardirqPieceDone(cpu);
            case HostCpu.SOFTIRQ -> sim.interrupts.softirqPieceDone(cpu);
            default -> throw new IllegalStateException("an idle CPU has nothing to end");
        }
    }

    /** Goes on with the thread of a CPU: through its steps until one takes time, blocks or is preempted. */
    void run(HostCpu cpu) {
        ThreadRun thread = sim.threads[cpu.running];
        while (true) {
            if (thread.overheadNs > 0) {
                resume(cpu);
                return;
            }
            boolean goesOn;
            if (thread.softirqCpu != null) {
                goesOn = sim.softirqs.threadStep(cpu, thread);
            } else if (thread.pit != null) {
                goesOn = sim.virtualLines.workerStep(cpu, thread);
            } else if (thread.vcpu != null && thread.vcpu.looping) {
                goesOn = sim.guests.step(cpu, thread);
            } else {
                goesOn = sim.steps.step(cpu, thread);
            }
            if (!goesOn) {
                return;
            }
        }
    }

    /** The thread of a CPU leaves it asleep, in the given state of {@link ThreadState}. */
    void block(HostCpu cpu, byte state) {
        cpu.plan++;
        scheduler.block(cpu.id, sim.nowNs);
        schedule(cpu, state);
    }

    /** The scheduler picks who runs on a CPU from now on; what ran is charged already. */
    void schedule(HostCpu cpu, byte stateOfLast) {
        int last = cpu.running;
        int next = scheduler.pick(cpu.id, sim.nowNs);
        cpu.reschedPlan++;
        cpu.reschedPlanned = false;
        cpu.running = next;
        cpu.level = next < 0 ? HostCpu.IDLE : HostCpu.THREAD;
        afterDecision(cpu.id);
        if (next == last && stateOfLast == ThreadState.RUNNABLE) {
            if (next >= 0) {
                run(cpu);
            }
            return;
        }
        if (next != last) {
            sim.out.switched(sim.nowNs, cpu.id, last, stateOfLast, next);
            sim.switches++;
            if (last >= 0 && sim.threads[last].vcpu != null) {
                sim.threads[last].vcpu.leftCpuNs = sim.nowNs;
            }
        }
        if (next < 0) {
            resume(cpu);
            return;
        }
        ThreadRun thread = sim.threads[next];
        assert thread.state == ThreadRun.READY : "thread " + next + " picked in state " + thread.state;
        assert (sim.decisions.affinity()[next] >>> cpu.id & 1) != 0 : "thread " + next + " on CPU " + cpu.id;
        thread.overheadNs += Math.max(1, sim.switchIn.next());
        if (thread.lastCpu >= 0 && thread.lastCpu != cpu.id) {
            thread.overheadNs += sim.migrateNs;
        }
        thread.lastCpu = cpu.id;
        if (thread.vcpu != null) {
            sim.guests.switchedIn(thread, cpu);
        }
        if (sim.process[next] != Threads.KERNEL) {
            cpu.mapped = sim.process[next];
        }
        run(cpu);
    }

    /**
     * The scheduler has decided something: plans a look at each CPU that it wants to reschedule.
     *
     * @param origin CPU where the decision was made, -1 for none: others hear of it by an inter-processor interrupt
     */
    void afterDecision(int origin) {
        for (HostCpu cpu : sim.cpus) {
            if (cpu.reschedPlanned || !scheduler.needsResched(cpu.id) || cpu.level >= HostCpu.SOFTIRQ) {
                continue;
            }
            cpu.reschedPlanned = true;
            if (cpu.level == HostCpu.IDLE) {
                long delayNs = cpu.id == origin ? sim.switchOut.next() : sim.idleExit.next();
                sim.plan(sim.nowNs + delayNs, Simulation.RESCHED, cpu.id, cpu.reschedPlan);
            } else if (cpu.id == origin) {
                planPreemption(cpu);
            } else {
                sim.plan(sim.nowNs + sim.resched.next(), Simulation.RESCHED_IPI, cpu.id, cpu.reschedPlan);
            }
        }
        sim.planSchedTimer();
    }

    /** Plans the switch away from a host thread that runs, or does nothing where an entry will look anyway. */
    void planPreemption(HostCpu cpu) {
        cpu.reschedPlanned = true;
        if (sim.guests.looksBeforeEntry(sim.threads[cpu.running])) {
            return;
        }
        long delayNs = sim.threads[cpu.running].preemptDelay.next();
        sim.plan(sim.nowNs + delayNs, Simulation.RESCHED, cpu.id, cpu.reschedPlan);
    }

    /** The inter-processor interrupt that asks a CPU to reschedule arrives. */
    void reschedIpi(HostCpu cpu, int plan) {
        if (plan != cpu.reschedPlan || !cpu.reschedPlanned) {
            return;
        }
        if (cpu.frozen) {
            sim.plan(cpu.frozenUntilNs, Simulation.RESCHED_IPI, cpu.id, plan);
            return;
        }
        cpu.reschedPlanned = false;
        if (cpu.level == HostCpu.THREAD) {
            ThreadRun thread = sim.threads[cpu.running];
            if (thread.vcpu != null && thread.vcpu.inGuest) {
                suspend(cpu);
                sim.guests.leaveForHost(thread);
                run(cpu);
            } else {
                planPreemption(cpu);
            }
        } else if (cpu.level == HostCpu.IDLE) {
            schedule(cpu, ThreadState.RUNNABLE);
        }
    }

    /** The planned look at the scheduler's wish: switches where it still wants to and the CPU may. */
    void resched(HostCpu cpu, int plan) {
        if (plan != cpu.reschedPlan || !cpu.reschedPlanned) {
            return;
        }
        if (cpu.frozen) {
            sim.plan(cpu.frozenUntilNs, Simulation.RESCHED, cpu.id, plan);
            return;
        }
        cpu.reschedPlanned = false;
        if (cpu.level >= HostCpu.SOFTIRQ || !scheduler.needsResched(cpu.id)) {
            return;
        }
        if (cpu.level == HostCpu.THREAD) {
            ThreadRun thread = sim.threads[cpu.running];
            if (thread.vcpu != null && (thread.vcpu.inGuest || thread.vcpu.looping && thread.overheadNs > 0)) {
                if (thread.vcpu.inGuest) {
                    suspend(cpu);
                    sim.guests.leaveForHost(thread);
                    run(cpu);
                }
                return;
            }
            suspend(cpu);
        }
        schedule(cpu, ThreadState.RUNNABLE);
    }

    /** A CPU stops for the time of a recorded gap. */
    void freeze(int gap) {
        HostCpu cpu = sim.cpus[sim.workload.gaps().cpu()[gap]];
        long untilNs = sim.workload.gaps().endNs()[gap];
        if (untilNs <= sim.nowNs) {
            return;
        }
        if (!cpu.frozen) {
            suspend(cpu);
            cpu.frozen = true;
            cpu.frozenUntilNs = untilNs;
        } else if (untilNs > cpu.frozenUntilNs) {
            cpu.frozenUntilNs = untilNs;
        } else {
            return;
        }
        sim.plan(untilNs, Simulation.THAW, cpu.id, 0);
    }

    /** A CPU goes on after a gap: the interrupts that waited come first. */
    void thaw(HostCpu cpu) {
        if (!cpu.frozen || sim.nowNs < cpu.frozenUntilNs) {
            return;
        }
        cpu.frozen = false;
        cpu.sinceNs = sim.nowNs;
        if (cpu.level != HostCpu.HARDIRQ && cpu.holds()) {
            sim.interrupts.takeHeld(cpu);
        } else {
            resume(cpu);
        }
    }
}
