package dev.hindsight.replay.engine.sched;

import java.util.Arrays;

/**
 * How much threads wanted a CPU and had one lately: averages that halve every 32 periods of 2^20 ns, as the kernel's per-entity load
 * tracking (kernel/sched/pelt.c), here continuous in time. 1024 is always.
 */
final class LoadTracking {

    /** Full. */
    static final double FULL = 1024;

    private static final int PERIOD_SHIFT = 20;
    private static final int STEP_SHIFT = 10;
    private static final int STEPS = 1 << (PERIOD_SHIFT - STEP_SHIFT);
    private static final long STEP_REST = (1 << STEP_SHIFT) - 1;
    private static final int HALF_LIFE = 32;
    private static final int FORGOTTEN = 2048;
    private static final double[] BY_PERIOD = new double[FORGOTTEN];
    private static final double[] BY_STEP = new double[STEPS];

    static {
        for (int i = 0; i < FORGOTTEN; i++) {
            BY_PERIOD[i] = StrictMath.pow(0.5, (double) i / HALF_LIFE);
        }
        for (int i = 0; i < STEPS; i++) {
            BY_STEP[i] = StrictMath.pow(0.5, (double) i / HALF_LIFE / STEPS);
        }
    }

    private final double[] runnable;
    private final double[] running;
    private final boolean[] isRunnable;
    private final boolean[] isRunning;
    private final long[] sinceNs;
    private final int[] sleepsOn;
    private final double[] blocked;
    private final long[] blockedNs;
    private final double[] blockedRunning;
    private final double[] upperTime;
    private final int[] runs;
    private final long[] runsNs;

    LoadTracking(int threads, int cpus) {
        runnable = new double[threads];
        running = new double[threads];
        isRunnable = new boolean[threads];
        isRunning = new boolean[threads];
        sinceNs = new long[threads];
        sleepsOn = new int[threads];
        blocked = new double[cpus];
        blockedNs = new long[cpus];
        blockedRunning = new double[cpus];
        upperTime = new double[cpus];
        runs = new int[cpus];
        runsNs = new long[cpus];
        Arrays.fill(runnable, FULL);
        Arrays.fill(sleepsOn, RunQueues.IDLE);
        Arrays.fill(runs, RunQueues.IDLE);
    }

    /** What is left of an average after a time. */
    static double decay(long ns) {
        long periods = ns >> PERIOD_SHIFT;
        if (periods >= FORGOTTEN) {
            return 0;
        }
        return BY_PERIOD[(int) periods] * BY_STEP[(int) (ns >> STEP_SHIFT) & STEPS - 1];
    }

    /** A thread wakes: it takes the load with it that it left where it slept. */
    void wakes(int thread, int weight, long nowNs) {
        int cpu = sleepsOn[thread];
        if (cpu != RunQueues.IDLE) {
            update(thread, nowNs);
            decayBlocked(cpu, nowNs);
            blocked[cpu] = Math.max(0, blocked[cpu] - weight * runnable[thread] / FULL);
            blockedRunning[cpu] = Math.max(0, blockedRunning[cpu] - running[thread]);
            sleepsOn[thread] = RunQueues.IDLE;
        }
    }

    /** A fair thread leaves a CPU's queue to sleep; its load stays and fades. */
    void sleeps(int thread, int weight, int cpu, long nowNs) {
        update(thread, nowNs);
        decayBlocked(cpu, nowNs);
        blocked[cpu] += weight * runnable[thread] / FULL;
        blockedRunning[cpu] += running[thread];
        sleepsOn[thread] = cpu;
    }

    /** Whether a thread wants a CPU from now on. */
    void runnable(int thread, boolean now, long nowNs) {
        update(thread, nowNs);
        isRunnable[thread] = now;
    }

    /** Which class runs on a CPU from now on, or idle. */
    void runs(int cpu, int schedulingClass, long nowNs) {
        updateCpu(cpu, nowNs);
        runs[cpu] = schedulingClass;
    }

    /** Whether a thread has a CPU from now on. */
    void running(int thread, boolean now, long nowNs) {
        update(thread, nowNs);
        isRunning[thread] = now;
    }

    /** How much a thread is runnable, 0..1024. */
    double runnable(int thread, long nowNs) {
        update(thread, nowNs);
        return runnable[thread];
    }

    /** Load that sleeping threads left on a CPU, in weight. */
    double blocked(int cpu, long nowNs) {
        decayBlocked(cpu, nowNs);
        return blocked[cpu];
    }

    /** How much a thread runs, 0..1024. */
    double running(int thread, long nowNs) {
        update(thread, nowNs);
        return running[thread];
    }

    /** How much the threads that sleep on a CPU ran. */
    double blockedRunning(int cpu, long nowNs) {
        decayBlocked(cpu, nowNs);
        return blockedRunning[cpu];
    }

    /** What real-time and deadline threads leave of a CPU, 1..1024. */
    double capacity(int cpu, long nowNs) {
        updateCpu(cpu, nowNs);
        return Math.max(1, FULL - upperTime[cpu]);
    }

    private void update(int thread, long nowNs) {
        long ns = nowNs - sinceNs[thread] & ~STEP_REST;
        if (ns > 0) {
            double rest = decay(ns);
            double gain = FULL * (1 - rest);
            runnable[thread] = runnable[thread] * rest + (isRunnable[thread] ? gain : 0);
            running[thread] = running[thread] * rest + (isRunning[thread] ? gain : 0);
            sinceNs[thread] += ns;
        }
    }

    private void decayBlocked(int cpu, long nowNs) {
        long ns = nowNs - blockedNs[cpu] & ~STEP_REST;
        if (ns > 0) {
            double rest = decay(ns);
            blocked[cpu] *= rest;
            blockedRunning[cpu] *= rest;
            blockedNs[cpu] += ns;
        }
    }

    private void updateCpu(int cpu, long nowNs) {
        long ns = nowNs - runsNs[cpu] & ~STEP_REST;
        if (ns > 0) {
            double rest = decay(ns);
            boolean upper = runs[cpu] == SchedulingClass.REALTIME || runs[cpu] == SchedulingClass.DEADLINE;
            upperTime[cpu] = upperTime[cpu] * rest + (upper ? FULL * (1 - rest) : 0);
            runsNs[cpu] += ns;
        }
    }
}
