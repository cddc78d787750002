package dev.hindsight.replay.engine.sched;

import java.util.Arrays;

/**
 * Which CPU a fair thread wakes up on (select_task_rq_fair in kernel/sched/fair.c), where all CPUs share the last cache and
 * each is a core: the waker's or its own by idleness and load, then an idle one near it. Wakeups that are synchronous by the
 * waker's promise to sleep are not known as such in a recording and count as others.
 */
final class WakePlacement {

    /** By how much, in percent, loads must differ to matter (imbalance_pct of a domain of cores). */
    static final int IMBALANCE_PERCENT = 117;

    private static final long FLIP_PERIOD_NS = 1_000_000_000L;

    private final RunQueues runQueues;
    private final Entities entities;
    private final LoadTracking load;
    private final LoadBalance balance;
    /** How often a waker changed whom it wakes; last slot: nobody, for wakeups of idle CPUs. */
    private final int[] flips;

    private final int[] lastWakee;
    private final long[] flipsSinceNs;
    private final int[] recentCpu;

    WakePlacement(RunQueues runQueues, Entities entities, LoadTracking load, LoadBalance balance) {
        this.runQueues = runQueues;
        this.entities = entities;
        this.load = load;
        this.balance = balance;
        flips = new int[entities.count + runQueues.cpus];
        lastWakee = new int[flips.length];
        flipsSinceNs = new long[flips.length];
        recentCpu = new int[entities.count];
        Arrays.fill(lastWakee, RunQueues.IDLE);
        Arrays.fill(recentCpu, RunQueues.IDLE);
    }

    /** The CPU for a thread that wakes up; its load must not be counted on the CPU where it slept any more. */
    int wakeCpu(int thread, int wakerCpu, long nowNs) {
        if (entities.bound(thread)) {
            return entities.anyAllowed(thread);
        }
        int previous = entities.cpu[thread];
        int waker =
                runQueues.current[wakerCpu] == RunQueues.IDLE ? entities.count + wakerCpu : runQueues.current[wakerCpu];
        recordWakee(waker, thread, nowNs);
        int target = previous;
        if (wakerCpu != previous && entities.mayRunOn(thread, wakerCpu) && !wide(waker, thread)) {
            target = affine(thread, wakerCpu, previous, nowNs);
        }
        int cpu = idleNear(thread, previous, target);
        return entities.mayRunOn(thread, cpu) ? cpu : entities.anyAllowed(thread);
    }

    /** The CPU for a thread that is forked on a CPU: an idle one, else the one with the least load unless the parent's is near. */
    int forkCpu(int thread, int parentCpu, long nowNs) {
        int best = entities.mayRunOn(thread, parentCpu) ? parentCpu : entities.anyAllowed(thread);
        if (runQueues.idle(best)) {
            return best;
        }
        double least = loadOf(best, nowNs) - NiceWeights.NICE_0 * (IMBALANCE_PERCENT - 100) / 100.0;
        for (long left = entities.allowed[thread]; left != 0; left &= left - 1) {
            int cpu = Long.numberOfTrailingZeros(left);
            if (runQueues.idle(cpu)) {
                return cpu;
            }
            double other = loadOf(cpu, nowNs);
            if (other < least) {
                least = other;
                best = cpu;
            }
        }
        return best;
    }

    private int affine(int thread, int here, int previous, long nowNs) {
        if (runQueues.idle(here)) {
            return runQueues.idle(previous) ? previous : here;
        }
        if (runQueues.idle(previous)) {
            return previous;
        }
        double own = entities.weight[thread] * load.runnable(thread, nowNs) / LoadTracking.FULL;
        double loadHere = (loadOf(here, nowNs) + own) * 100 * load.capacity(previous, nowNs);
        double loadThere = loadOf(previous, nowNs) * (100 + (IMBALANCE_PERCENT - 100) / 2) * load.capacity(here, nowNs);
        return loadHere < loadThere ? here : previous;
    }

    private int idleNear(int thread, int previous, int target) {
        if (runQueues.idle(target) || runQueues.runsIdlersOnly(target)) {
            return target;
        }
        if (previous != target && (runQueues.idle(previous) || runQueues.runsIdlersOnly(previous))) {
            return previous;
        }
        int recent = recentCpu[thread];
        recentCpu[thread] = previous;
        if (recent != RunQueues.IDLE
                && recent != previous
                && recent != target
                && entities.mayRunOn(thread, recent)
                && (runQueues.idle(recent) || runQueues.runsIdlersOnly(recent))) {
            return recent;
        }
        int scans = balance.idleScans();
        for (int i = 1; i <= runQueues.cpus && scans > 0; i++) {
            int cpu = (target + i) % runQueues.cpus;
            if (entities.mayRunOn(thread, cpu)) {
                if (runQueues.idle(cpu) || runQueues.runsIdlersOnly(cpu)) {
                    return cpu;
                }
                scans--;
            }
        }
        return target;
    }

    private double loadOf(int cpu, long nowNs) {
        return balance.loadOf(cpu, nowNs);
    }

    /** A waker of many that they don't wake in turn: its wakees shall not all come to it. */
    private boolean wide(int waker, int wakee) {
        int more = Math.max(flips[waker], flips[wakee]);
        int less = Math.min(flips[waker], flips[wakee]);
        return less >= runQueues.cpus && more >= less * runQueues.cpus;
    }

    private void recordWakee(int waker, int wakee, long nowNs) {
        if (nowNs > flipsSinceNs[waker] + FLIP_PERIOD_NS) {
            flips[waker] >>= 1;
            flipsSinceNs[waker] = nowNs;
        }
        if (lastWakee[waker] != wakee) {
            lastWakee[waker] = wakee;
            flips[waker]++;
        }
    }
}
