package dev.hindsight.replay.engine;

import dev.hindsight.replay.outcome.WakeContext;
import dev.hindsight.replay.workload.Arrivals;
import dev.hindsight.replay.workload.GuestTimers;
import java.util.Arrays;

/**
 * Guests' own timers. A guest arms the next one in the handler of the one before, so that none comes before that handler:
 * what the recording had due by then comes as long after the handler as it did in the recording. A timer that no event
 * tells the time of is set for as long after it was due before as it was in the recording. Of a timer with a period
 * the guest passes over what it is too late for, as Linux's {@code hrtimer_forward()} does; and where the recording passed
 * some over, as the vCPU had no CPU to take them, the timer goes on by its period as long as the guest handles it.
 */
final class GuestTimerLines {

    private final Simulation sim;
    private final Arrivals arrivals;

    GuestTimerLines(Simulation sim) {
        this.sim = sim;
        arrivals = sim.workload.arrivals();
        GuestTimers timers = sim.workload.timers();
        int[] count = new int[sim.lines.length];
        for (int line : arrivals.line()) {
            if (line >= 0) {
                count[line]++;
            }
        }
        for (LineRun line : sim.lines) {
            line.ownTimer = timers.own()[line.index];
            line.onlyLoaded = timers.onlyLoaded()[line.index];
            line.relative = timers.relative()[line.index];
            line.periodNs = timers.periodNs()[line.index];
            line.arrivals = new int[line.ownTimer ? count[line.index] : 0];
        }
        Arrays.fill(count, 0);
        for (int arrival = 0; arrival < arrivals.size(); arrival++) {
            int line = arrivals.line()[arrival];
            if (line >= 0 && sim.lines[line].ownTimer) {
                sim.lines[line].arrivals[count[line]++] = arrival;
            }
        }
    }

    /**
     * Whether an arrival is an interrupt now: not where another came in its place, where the guest has not armed it yet, or
     * where its vCPU has to get a CPU first.
     */
    boolean interrupts(int arrival) {
        LineRun line = sim.lines[arrivals.line()[arrival]];
        if (!line.ownTimer) {
            return true;
        }
        if (arrival <= line.replacedUpTo) {
            return false;
        }
        line.nextArrival++;
        if (line.periodNs == 0) {
            boolean armedLater = line.relative && line.nextArrival > 1;
            if (armedLater || line.underWay || line.played < line.nextArrival - 1) {
                return false;
            }
            line.played++;
            line.underWay = true;
        }
        return interrupts(line, arrivals.dueNs()[arrival]);
    }

    private boolean interrupts(LineRun line, long dueNs) {
        ThreadRun thread = sim.threads[line.vcpuThread];
        boolean loaded = sim.cpus[sim.scheduler.cpuOf(thread.index)].running == thread.index;
        if (!line.onlyLoaded || loaded || thread.vcpu == null || thread.state == ThreadRun.HALTED) {
            return true;
        }
        if (!line.risen) {
            line.risen = true;
            line.risenDueNs = dueNs;
        }
        return false;
    }

    /** A vCPU gets a CPU: what came due meanwhile shows. */
    void loaded(ThreadRun thread, HostCpu cpu) {
        for (int index : thread.vcpu.lines) {
            LineRun line = sim.lines[index];
            if (line.risen) {
                line.risen = false;
                sim.virtualLines.edge(index, cpu, WakeContext.TASK, line.risenDueNs);
            }
        }
    }

    /** The guest has handled its timer, and armed it again. */
    void armed(int index) {
        LineRun line = sim.lines[index];
        if (!line.ownTimer) {
            return;
        }
        if (line.relative) {
            plan(line, nextNs(line, arrivals.afterNs()[line.arrivals[line.played++ % line.arrivals.length]]));
        } else if (line.periodNs == 0) {
            line.underWay = false;
            armLate(line);
        } else if (line.nextArrival < line.arrivals.length) {
            goOn(line, line.arrivals[line.nextArrival]);
        }
    }

    /** Arms what should have come by now; what coalesced in the recording does so again. */
    private void armLate(LineRun line) {
        while (line.played < line.nextArrival) {
            int late = line.arrivals[line.played++];
            if (arrivals.afterNs()[late] >= 0) {
                line.underWay = true;
                plan(line, sim.nowNs + arrivals.afterNs()[late]);
                return;
            }
        }
    }

    private void goOn(LineRun line, int recorded) {
        byte passedOver = arrivals.passedOver()[recorded];
        long recordedNs = arrivals.dueNs()[recorded];
        long nextNs = nextNs(line, line.periodNs);
        if (passedOver == Arrivals.DUE_BEFORE) {
            if (recordedNs - nextNs < line.periodNs) {
                line.replacedUpTo = recorded;
                line.nextArrival++;
            }
            plan(line, nextNs);
        } else if (passedOver == Arrivals.OTHERS_BEFORE && recordedNs - nextNs >= line.periodNs / 2) {
            plan(line, nextNs);
        }
    }

    /** So long after the one before was due; where that is over, from now on. */
    private long nextNs(LineRun line, long intervalNs) {
        long nextNs = line.dueNs + intervalNs;
        return nextNs > sim.nowNs ? nextNs : sim.nowNs + intervalNs;
    }

    private void plan(LineRun line, long dueNs) {
        line.plannedNs = dueNs;
        sim.plan(Math.max(dueNs, sim.nowNs), Simulation.GUEST_TIMER, line.index, ++line.plan);
    }

    /** A timer that the guest armed is due. */
    void due(LineRun line, int plan) {
        if (plan == line.plan && interrupts(line, line.plannedNs)) {
            sim.interrupts.guestTimer(line);
        }
    }
}
