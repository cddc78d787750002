package dev.hindsight.replay.engine.sched;

import dev.hindsight.replay.policy.SchedParameters;

/**
 * Linux's scheduler over at most 64 CPUs: decides which thread runs on which CPU. The caller drives it with wakeups, blocks,
 * ticks and timers in time order, pays the costs, and calls {@link #pick} where {@link #needsResched} is set. Threads and
 * CPUs are indices; the idle thread is {@link #IDLE}. Time on a CPU counts from pick to pick. Nothing is allocated after
 * construction; the same calls give the same decisions.
 */
public final class HostScheduler {

    /** In place of a thread: nobody. */
    public static final int IDLE = -1;

    private final int cpus;
    private final int threads;
    private final MigrationListener migrated;
    private final SchedParameters[] parameters;
    private final long[] affinity;
    private final int[] cpuOf;
    private final boolean[] queued;
    private final long[] ranNs;
    private final int[] current;
    private final long[] sinceNs;
    private final boolean[] resched;

    /**
     * @param cpus CPUs 0 .. cpus-1
     * @param threads threads 0 .. threads-1, all asleep, allowed everywhere, of nice 0
     * @param model numbers of the kernel
     * @param migrated hears of migrations
     */
    public HostScheduler(int cpus, int threads, SchedulerModel model, MigrationListener migrated) {
        if (cpus < 1 || cpus > Long.SIZE) {
            throw new IllegalArgumentException(cpus + " CPUs, 1 to 64 can be scheduled");
        }
        this.cpus = cpus;
        this.threads = threads;
        this.migrated = migrated;
        parameters = new SchedParameters[threads];
        affinity = new long[threads];
        cpuOf = new int[threads];
        queued = new boolean[threads];
        ranNs = new long[threads];
        current = new int[cpus];
        sinceNs = new long[cpus];
        resched = new boolean[cpus];
        java.util.Arrays.fill(parameters, new SchedParameters(SchedParameters.Policy.OTHER, 0, 0, 0, 0));
        java.util.Arrays.fill(affinity, -1);
        java.util.Arrays.fill(current, IDLE);
    }

    /** Sets class and priority of a thread in any state, as sched_setattr(2) does. */
    public void parameters(int thread, SchedParameters p, long nowNs) {
        parameters[thread] = p;
        if (queued[thread]) {
            resched[cpuOf[thread]] = true;
        }
    }

    /** Sets the CPUs a thread may run on, in any state: one that is queued elsewhere moves, one that runs is preempted and moves. */
    public void affinity(int thread, long mask, long nowNs) {
        affinity[thread] = mask;
        if (queued[thread] && (mask >>> cpuOf[thread] & 1) == 0) {
            resched[cpuOf[thread]] = true;
        }
    }

    /** Where a thread ran last, before its first wakeup. */
    public void place(int thread, int cpu) {
        cpuOf[thread] = cpu;
    }

    /**
     * A thread becomes runnable: chooses its CPU, queues it there and marks that CPU if it shall preempt.
     *
     * @param wakerCpu where the wakeup happens
     * @return the CPU chosen
     */
    public int wake(int thread, int wakerCpu, long nowNs) {
        int cpu = cpuOf[thread];
        if ((affinity[thread] >>> cpu & 1) == 0 || current[cpu] != IDLE) {
            for (int other = 0; other < cpus; other++) {
                if ((affinity[thread] >>> other & 1) != 0
                        && (current[other] == IDLE || (affinity[thread] >>> cpu & 1) == 0)) {
                    cpu = other;
                }
            }
        }
        if (cpu != cpuOf[thread]) {
            cpuOf[thread] = cpu;
            migrated.migrated(nowNs, thread, cpu);
        }
        queued[thread] = true;
        if (current[cpu] == IDLE || above(thread, current[cpu])) {
            resched[cpu] = true;
        }
        return cpu;
    }

    /** The thread on a CPU, or {@link #IDLE}. */
    public int current(int cpu) {
        return current[cpu];
    }

    /** The thread on a CPU sleeps or ends; {@link #pick} must follow. */
    public void block(int cpu, long nowNs) {
        charge(cpu, nowNs);
        queued[current[cpu]] = false;
        current[cpu] = IDLE;
        resched[cpu] = true;
    }

    /** Chooses who runs on a CPU from now on, after balancing where that is due; clears {@link #needsResched}. */
    public int pick(int cpu, long nowNs) {
        charge(cpu, nowNs);
        int best = IDLE;
        for (int t = 0; t < threads; t++) {
            if (queued[t] && cpuOf[t] == cpu && (best == IDLE || above(t, best))) {
                best = t;
            }
        }
        current[cpu] = best;
        sinceNs[cpu] = nowNs;
        resched[cpu] = false;
        return best;
    }

    /** Whether a CPU shall call {@link #pick} as soon as it may be preempted. */
    public boolean needsResched(int cpu) {
        return resched[cpu];
    }

    /** The scheduler's tick on a CPU that is not idle; it may mark other CPUs that idle. */
    public void tick(int cpu, long nowNs) {
        charge(cpu, nowNs);
        resched[cpu] |= runnable(cpu) > 1;
    }

    /** Whether nothing on a CPU needs the tick: at most one runnable thread. */
    public boolean canStopTick(int cpu) {
        return runnable(cpu) <= 1;
    }

    /** When {@link #timers} must be called next, {@code Long.MAX_VALUE} for never. */
    public long nextTimerNs() {
        return Long.MAX_VALUE;
    }

    /** Periods of real-time throttling and of deadline threads, ends of deadline budgets; may mark any CPU. */
    public void timers(long nowNs) {}

    /** The CPU a thread runs or ran on, or is queued on. */
    public int cpuOf(int thread) {
        return cpuOf[thread];
    }

    /** Whether a thread is runnable or runs. */
    public boolean queued(int thread) {
        return queued[thread];
    }

    /** Runnable threads of a CPU with the one that runs. */
    public int runnable(int cpu) {
        int n = 0;
        for (int t = 0; t < threads; t++) {
            n += queued[t] && cpuOf[t] == cpu ? 1 : 0;
        }
        return n;
    }

    private void charge(int cpu, long nowNs) {
        if (current[cpu] != IDLE) {
            ranNs[current[cpu]] += nowNs - sinceNs[cpu];
            sinceNs[cpu] = nowNs;
        }
    }

    private boolean above(int a, int b) {
        int pa = parameters[a].rtPriority();
        int pb = parameters[b].rtPriority();
        return pa != pb ? pa > pb : pa == 0 && ranNs[a] < ranNs[b];
    }
}
