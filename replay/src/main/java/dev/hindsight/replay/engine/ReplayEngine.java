package dev.hindsight.replay.engine;

import dev.hindsight.replay.engine.sched.SchedulerModel;
import dev.hindsight.replay.outcome.ReplayedTimeline;
import dev.hindsight.replay.policy.Decisions;
import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.Workload;

/**
 * Runs a workload under a policy's decisions, from the window's begin to its end. The order of events is (time, sequence
 * of their planning), nothing is random: the same input gives the same timeline.
 */
public final class ReplayEngine {

    private ReplayEngine() {}

    /**
     * @param workload what is demanded
     * @param decisions who gets which class, priority and CPUs; resolved against this workload
     * @param model the scheduler's numbers
     * @param options how to run
     * @param out takes the timeline; it is ended here
     */
    public static ReplayTotals run(
            Workload workload, Decisions decisions, SchedulerModel model, ReplayOptions options, ReplayedTimeline out) {
        Simulation sim = new Simulation(workload, decisions, model, options, out);
        start(sim);
        EventQueue queue = sim.queue;
        long lastNs = workload.lastNs();
        while (queue.nextNs() < lastNs) {
            long ns = queue.take();
            assert ns >= sim.nowNs : "time goes back from " + sim.nowNs + " to " + ns;
            sim.nowNs = ns;
            sim.stepsRun++;
            dispatch(sim, queue.kind(), queue.first(), queue.second());
        }
        sim.nowNs = Math.max(sim.nowNs, lastNs);
        out.end(lastNs);
        assert demandIsKept(sim);
        return new ReplayTotals(
                lastNs - workload.firstNs(),
                sim.truncatedNs,
                sim.truncatedThreads,
                sim.deliveries,
                sim.truncatedDeliveries,
                unansweredVcpus(sim),
                sim.stepsRun,
                sim.switches,
                sim.migrations);
    }

    private static void start(Simulation sim) {
        sim.interrupts.start();
        Workload.Gaps gaps = sim.workload.gaps();
        for (int gap = 0; gap < gaps.cpu().length; gap++) {
            if (gaps.startNs()[gap] >= sim.nowNs) {
                sim.plan(gaps.startNs()[gap], Simulation.FREEZE, gap, 0);
            }
        }
        Threads threads = sim.workload.threads();
        for (int t = 0; t < threads.size(); t++) {
            long fromNs = threads.runnableAtNs()[t];
            if (fromNs != Long.MAX_VALUE) {
                sim.plan(Math.max(fromNs, sim.nowNs), Simulation.START, t, 0);
            }
        }
    }

    private static void dispatch(Simulation sim, int kind, int first, int second) {
        switch (kind) {
            case Simulation.PIECE_DONE -> sim.execution.pieceDone(sim.cpus[first], second);
            case Simulation.TICK -> sim.interrupts.tick(sim.cpus[first]);
            case Simulation.ARRIVAL -> sim.interrupts.arrival(first);
            case Simulation.WAIT_END -> sim.interrupts.waitEnd(sim.threads[first], second);
            case Simulation.ENQUEUE -> sim.steps.enqueue(sim.threads[first], second);
            case Simulation.RESCHED -> sim.execution.resched(sim.cpus[first], second);
            case Simulation.RESCHED_IPI -> sim.execution.reschedIpi(sim.cpus[first], second);
            case Simulation.KICK -> sim.guests.kicked(sim.threads[first], second);
            case Simulation.SCHED_TIMER -> sim.schedTimer();
            case Simulation.GRACE_END -> sim.priorities.graceEnd(sim.threads[first], second);
            case Simulation.FREEZE -> sim.execution.freeze(first);
            case Simulation.THAW -> sim.execution.thaw(sim.cpus[first]);
            case Simulation.GUEST_TIMER -> sim.guestTimers.due(sim.lines[first], second);
            case Simulation.HALT_WAKING -> sim.guests.haltWaking(sim.lines[first], second);
            case Simulation.START -> sim.steps.start(sim.threads[first]);
            default -> throw new IllegalStateException("event of kind " + kind);
        }
    }

    /** vCPUs that lines lead to and whose programs have no response to any. */
    private static int unansweredVcpus(Simulation sim) {
        boolean[] unanswered = new boolean[sim.threads.length];
        int found = 0;
        for (LineRun line : sim.lines) {
            VcpuRun vcpu = sim.threads[line.vcpuThread].vcpu;
            boolean answers = vcpu != null && vcpu.guest.responses() > 0;
            if (!answers && !unanswered[line.vcpuThread]) {
                unanswered[line.vcpuThread] = true;
                found++;
            }
        }
        return found;
    }

    /**
     * Demand is neither lost nor made: what a thread consumed, and what is left of the step it is at, is what was begun. A
     * guest's interrupted work is set aside, its polling and windows end early: there it is no more than that.
     */
    private static boolean demandIsKept(Simulation sim) {
        for (ThreadRun thread : sim.threads) {
            assert thread.consumedNs <= thread.demandedNs
                    : "thread " + thread.index + " got " + thread.consumedNs + " of " + thread.demandedNs + " ns";
            long leftNs = thread.begun && thread.leftNs != ThreadRun.FOREVER ? thread.leftNs : 0;
            assert thread.vcpu != null || thread.consumedNs + leftNs == thread.demandedNs
                    : "thread " + thread.index + " lost " + (thread.demandedNs - thread.consumedNs - leftNs)
                            + " ns of its demand";
        }
        return true;
    }
}
