package dev.hindsight.replay.engine;

import dev.hindsight.replay.policy.Decisions;
import dev.hindsight.replay.policy.SchedParameters;

/**
 * Priorities that change while threads run: recorded changes of threads that no policy decides, co-scheduling, and
 * paravirtual scheduling.
 */
final class DynamicPriority {

    private final Simulation sim;
    private final Decisions.Cosched[] cosched;
    private final Decisions.ParavirtualSched[] paravirtual;
    private final boolean[] high;
    private final int[] gracePlan;

    DynamicPriority(Simulation sim) {
        this.sim = sim;
        int threads = sim.threads.length;
        cosched = new Decisions.Cosched[threads];
        paravirtual = new Decisions.ParavirtualSched[threads];
        high = new boolean[threads];
        gracePlan = new int[threads];
        for (Decisions.Cosched rule : sim.decisions.coscheduled()) {
            for (int thread : rule.threads()) {
                cosched[thread] = rule;
                high[thread] = sim.decisions.parameters()[thread].equals(rule.high());
            }
        }
        for (Decisions.ParavirtualSched rule : sim.decisions.paravirtual()) {
            for (int thread : rule.threads()) {
                paravirtual[thread] = rule;
            }
        }
    }

    /** Kernel priority as traces show it: -1 deadline, 0..98 real-time, 100..139 fair. */
    static int kernelPriority(SchedParameters parameters) {
        return switch (parameters.policy()) {
            case STOP -> 0;
            case DEADLINE -> -1;
            case FIFO, RR -> 99 - parameters.rtPriority();
            case OTHER -> 120 + parameters.nice();
            case IDLE -> 120;
        };
    }

    private void set(ThreadRun thread, SchedParameters parameters, int cpu) {
        thread.kernelPriority = kernelPriority(parameters);
        sim.scheduler.parameters(thread.index, parameters, sim.nowNs);
        sim.out.priority(sim.nowNs, thread.index, thread.kernelPriority);
        sim.execution.afterDecision(cpu);
    }

    /** The recording shows another priority from here on. */
    void recorded(ThreadRun thread, int kernelPriority, int cpu) {
        if (!sim.decisions.decided()[thread.index] && cosched[thread.index] == null) {
            set(thread, SchedParameters.recorded(sim.workload.threads().isStopper(thread.index), kernelPriority), cpu);
        }
    }

    /** The guest says that a job begins or ends. */
    void marked(ThreadRun thread, int marker, boolean begins, int cpu) {
        Decisions.Cosched rule = cosched[thread.index];
        if (rule != null && rule.detector() == Decisions.Detector.MARKER && rule.marker() == marker) {
            works(thread, rule, begins, cpu);
        }
    }

    /** The guest's own recording tells that it is idle, or busy again. */
    void guestTurned(ThreadRun thread, boolean idle, int cpu) {
        Decisions.Cosched rule = cosched[thread.index];
        if (rule != null && rule.detector() == Decisions.Detector.GUEST) {
            works(thread, rule, !idle, cpu);
        }
    }

    /** The vCPU halts. */
    void halted(ThreadRun thread, int cpu) {
        Decisions.Cosched rule = cosched[thread.index];
        if (rule != null && rule.detector() == Decisions.Detector.HALT) {
            works(thread, rule, false, cpu);
        }
    }

    /** A halted vCPU is woken. */
    void woken(ThreadRun thread, int cpu) {
        Decisions.Cosched rule = cosched[thread.index];
        if (rule != null && rule.detector() == Decisions.Detector.HALT) {
            works(thread, rule, true, cpu);
        }
    }

    /** An exit shows where the guest was. */
    void exited(ThreadRun thread, long rip, int cpu) {
        Decisions.Cosched rule = cosched[thread.index];
        if (rule != null && rule.detector() == Decisions.Detector.RIP && rip != 0) {
            boolean idle = rip >= rule.ripFrom() && rip <= rule.ripTo();
            works(thread, rule, !idle, cpu);
        }
    }

    /** An exit that the host forced shows whether the guest was in its idle loop. */
    void idleSeenAtExit(ThreadRun thread, boolean idle) {
        Decisions.Cosched rule = cosched[thread.index];
        if (rule != null && rule.detector() == Decisions.Detector.RIP) {
            works(thread, rule, !idle, sim.scheduler.cpuOf(thread.index));
        }
    }

    /** An edge for the vCPU is raised. */
    void interrupted(ThreadRun thread, int cpu) {
        Decisions.Cosched rule = cosched[thread.index];
        if (rule != null && rule.boost()) {
            works(thread, rule, true, cpu);
        }
        Decisions.ParavirtualSched pv = paravirtual[thread.index];
        if (pv != null) {
            set(thread, pv.irq(), cpu);
        }
    }

    /** The guest's handler is through (Kiszka's Done). */
    void handlerDone(ThreadRun thread, int cpu) {
        Decisions.ParavirtualSched pv = paravirtual[thread.index];
        if (pv != null && !thread.vcpu.hasPending()) {
            set(thread, pv.base(), cpu);
        }
    }

    private void works(ThreadRun thread, Decisions.Cosched rule, boolean works, int cpu) {
        gracePlan[thread.index]++;
        if (works == high[thread.index]) {
            return;
        }
        if (!works && rule.graceNs() > 0) {
            sim.plan(sim.nowNs + rule.graceNs(), Simulation.GRACE_END, thread.index, gracePlan[thread.index]);
            return;
        }
        high[thread.index] = works;
        set(thread, works ? rule.high() : rule.low(), cpu);
    }

    /** The grace that a policy gives an idle guest is over. */
    void graceEnd(ThreadRun thread, int plan) {
        Decisions.Cosched rule = cosched[thread.index];
        if (plan == gracePlan[thread.index] && rule != null && high[thread.index]) {
            high[thread.index] = false;
            set(thread, rule.low(), sim.scheduler.cpuOf(thread.index));
        }
    }
}
