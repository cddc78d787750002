package dev.hindsight.replay.engine;

import dev.hindsight.replay.outcome.ThreadState;
import dev.hindsight.replay.outcome.WakeContext;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import dev.hindsight.replay.workload.Softirqs;

/**
 * Runs the softirqs of interrupts: behind the interrupt within {@code __do_softirq()}'s budget, and what is left in the
 * CPU's ksoftirqd, a thread as any (Linux, kernel/softirq.c). What a recorded ksoftirqd did is softirqs too: each time
 * that the recording has it woken, the next stretch of its program is raised where that happens.
 */
final class SoftirqRun {

    /** MAX_SOFTIRQ_TIME and MAX_SOFTIRQ_RESTART. */
    private static final long BUDGET_NS = 2_000_000;

    private static final int MOST_ROUNDS = 10;
    private static final int NONE = -1;

    private final Simulation sim;
    private final Softirqs.Where where;
    private final int[] threadOfCpu;
    private final int[] usual;

    SoftirqRun(Simulation sim) {
        this.sim = sim;
        where = sim.workload.softirqs().where();
        threadOfCpu = sim.workload.softirqs().threadOfCpu();
        usual = sim.workload.softirqs().usual();
        for (int cpu = 0; cpu < threadOfCpu.length; cpu++) {
            if (threadOfCpu[cpu] >= 0) {
                sim.threads[threadOfCpu[cpu]].softirqCpu = sim.cpus[cpu];
            }
        }
    }

    /** An interrupt raises a softirq that takes so long. */
    void raise(HostCpu cpu, int softirq, long ns) {
        cpu.softirqs.addTime(softirq, ns);
    }

    /**
     * Something of the recording wakes a ksoftirqd: its next stretch is raised here, for the end of the interrupt, or,
     * out of a thread, for this CPU's ksoftirqd.
     */
    void wake(ThreadRun recorded, HostCpu at, byte context) {
        int from = recorded.position;
        Program program = recorded.program;
        int to = from;
        while (to < program.size() && !isEnd(program.op(to))) {
            to++;
        }
        recorded.position = Math.min(program.size(), to + 1);
        HostCpu cpu = threadOfCpu[at.id] >= 0 ? at : recorded.softirqCpu;
        cpu.softirqs.addSteps(usual[recorded.softirqCpu.id], program, from, to);
        if (context == WakeContext.TASK || cpu != at || at.level < HostCpu.SOFTIRQ) {
            wakeThread(cpu, context);
        }
    }

    private static boolean isEnd(byte op) {
        return op == Op.WAIT_WOKEN || op == Op.WAIT_FOR || op == Op.WAIT_UNTIL || op == Op.END;
    }

    private void wakeThread(HostCpu cpu, byte context) {
        ThreadRun thread = sim.threads[threadOfCpu[cpu.id]];
        if (thread.state == ThreadRun.NEW || thread.state == ThreadRun.WAITS_FOR_WAKEUP) {
            sim.steps.startWaking(thread, cpu.running, context, cpu.id, sim.wakeDelay.next());
        }
    }

    /** The last interrupt on a CPU is over: whether softirqs run behind it. */
    boolean begins(HostCpu cpu) {
        if (cpu.softirqRound > 0) {
            return true;
        }
        if (cpu.softirqs.size() == 0) {
            return false;
        }
        ThreadRun thread = threadOfCpu[cpu.id] < 0 ? null : sim.threads[threadOfCpu[cpu.id]];
        if (thread != null) {
            if (where == Softirqs.Where.IN_THREAD) {
                wakeThread(cpu, WakeContext.HARDIRQ);
                return false;
            }
            boolean runnable = thread.state == ThreadRun.READY || thread.state == ThreadRun.WAKING;
            // One that runs has softirqs off while it does them: it finds these when it looks again.
            boolean left = runnable && where == Softirqs.Where.BEHIND_UNLESS_WOKEN && !cpu.softirqs.isUrgent();
            if (cpu.running == thread.index || left) {
                return false;
            }
        }
        cpu.softirqSinceNs = sim.nowNs;
        cpu.softirqRounds = 1;
        cpu.softirqRound = cpu.softirqs.size();
        cpu.softirqWork = null;
        next(cpu);
        return cpu.softirqRound > 0;
    }

    /** What a CPU's softirq took is over; whether it goes on with another. */
    boolean goesOn(HostCpu cpu) {
        next(cpu);
        return cpu.softirqRound > 0;
    }

    /** Goes through the round until something takes time; a round that is done is followed by another within the budget. */
    private void next(HostCpu cpu) {
        while (true) {
            while (cpu.softirqWork != null && cpu.softirqStep < cpu.softirqWork.to()) {
                Program program = cpu.softirqWork.program();
                int step = cpu.softirqStep++;
                if (program.op(step) == Op.COMPUTE) {
                    cpu.softirqLeftNs = program.a(step);
                    return;
                }
                sim.steps.inSoftirq(cpu, program.op(step), program.a(step), program.b(step));
            }
            if (cpu.softirqWork != null) {
                cpu.softirqWork = null;
                cpu.softirqRound--;
            } else if (cpu.softirqTime) {
                cpu.softirqTime = false;
                cpu.softirqRound--;
            }
            if (cpu.softirqRound == 0) {
                boolean more = cpu.softirqs.size() > 0;
                if (!more || !mayRestart(cpu)) {
                    show(cpu, NONE);
                    if (more) {
                        wakeThread(cpu, WakeContext.SOFTIRQ);
                    }
                    return;
                }
                cpu.softirqRounds++;
                cpu.softirqRound = cpu.softirqs.size();
            }
            SoftirqQueue.Work work = cpu.softirqs.take();
            show(cpu, work.softirq());
            if (work.program() == null) {
                cpu.softirqTime = true;
                cpu.softirqLeftNs = work.from();
                return;
            }
            cpu.softirqWork = work;
            cpu.softirqStep = (int) work.from();
        }
    }

    private void show(HostCpu cpu, int softirq) {
        if (softirq != cpu.softirq) {
            if (cpu.softirq != NONE) {
                sim.out.softirqEnd(sim.nowNs, cpu.id);
            }
            if (softirq != NONE) {
                sim.out.softirqBegin(sim.nowNs, cpu.id, softirq, cpu.running);
            }
            cpu.softirq = softirq;
        }
    }

    private boolean mayRestart(HostCpu cpu) {
        return threadOfCpu[cpu.id] < 0
                || sim.nowNs - cpu.softirqSinceNs < BUDGET_NS
                        && cpu.softirqRounds < MOST_ROUNDS
                        && !sim.scheduler.needsResched(cpu.id);
    }

    /** One step of a ksoftirqd that runs on its CPU; false where it took time or found nothing to do. */
    boolean threadStep(HostCpu cpu, ThreadRun thread) {
        if (thread.begun) {
            if (thread.leftNs > 0) {
                sim.execution.resume(cpu);
                return false;
            }
            thread.begun = false;
        }
        if (thread.softirqWork != null && thread.softirqStep < thread.softirqWork.to()) {
            Program program = thread.softirqWork.program();
            int step = thread.softirqStep++;
            if (program.op(step) == Op.COMPUTE) {
                thread.begin(program.a(step));
            } else {
                sim.steps.inSoftirq(cpu, program.op(step), program.a(step), program.b(step));
            }
            return true;
        }
        thread.softirqWork = null;
        SoftirqQueue softirqs = thread.softirqCpu.softirqs;
        if (softirqs.size() == 0) {
            thread.state = ThreadRun.WAITS_FOR_WAKEUP;
            sim.execution.block(cpu, ThreadState.SLEEPING);
            return false;
        }
        SoftirqQueue.Work work = softirqs.take();
        if (work.program() == null) {
            thread.begin(work.from());
        } else {
            thread.softirqWork = work;
            thread.softirqStep = (int) work.from();
        }
        return true;
    }
}
