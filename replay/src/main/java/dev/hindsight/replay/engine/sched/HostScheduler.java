package dev.hindsight.replay.engine.sched;

import dev.hindsight.replay.policy.SchedParameters;

/**
 * Linux's scheduler over at most 64 CPUs that share a cache: decides which thread runs on which CPU. The caller drives it
 * with wakeups, blocks, ticks and timers in time order, pays the costs, and calls {@link #pick} where {@link #needsResched}
 * is set. Threads and CPUs are indices; the idle thread is {@link #IDLE}. Time on a CPU counts from pick to pick, interrupts
 * included, as kernels without IRQ time accounting count it. Nothing is allocated after construction; the same calls give
 * the same decisions.
 */
public final class HostScheduler {

    /** In place of a thread: nobody. */
    public static final int IDLE = RunQueues.IDLE;

    private final Entities entities;
    private final RunQueues runQueues;
    private final LoadTracking load;
    private final FairClass fair;
    private final RealtimeClass realtime;
    private final DeadlineClass deadline;
    private final LoadBalance loadBalance;
    private final WakePlacement wakePlacement;
    private final RealtimeBalance realtimeBalance;
    private final DeadlineBalance deadlineBalance;

    /**
     * All threads are asleep at first, last on CPU 0, allowed everywhere, of nice 0.
     *
     * @param cpus CPUs 0 .. cpus-1
     * @param threads threads 0 .. threads-1
     * @param model numbers of the kernel
     * @param migrated hears of migrations
     */
    public HostScheduler(int cpus, int threads, SchedulerModel model, MigrationListener migrated) {
        if (cpus < 1 || cpus > Long.SIZE) {
            throw new IllegalArgumentException(cpus + " CPUs, 1 to 64 can be scheduled");
        }
        entities = new Entities(threads, cpus);
        load = new LoadTracking(threads, cpus);
        runQueues = new RunQueues(cpus, entities, migrated);
        RealtimeThrottling throttling = new RealtimeThrottling(cpus, model);
        deadline = new DeadlineClass(runQueues, entities, throttling, model);
        realtime = new RealtimeClass(runQueues, entities, deadline, throttling, model);
        fair = switch (model.fair()) {
            case CFS -> new CfsClass(runQueues, entities, load, model);
            case EEVDF -> new EevdfClass(runQueues, entities, load, model);
        };
        runQueues.classes(new StopClass(runQueues, entities), deadline, realtime, fair);
        loadBalance = new LoadBalance(runQueues, entities, load, fair, model);
        wakePlacement = new WakePlacement(runQueues, entities, load, loadBalance);
        realtimeBalance = new RealtimeBalance(runQueues, entities, realtime);
        deadlineBalance = new DeadlineBalance(runQueues, entities, deadline);
    }

    /** Sets class and priority of a thread in any state, as sched_setattr(2) does; marks CPUs that shall choose anew. */
    public void parameters(int thread, SchedParameters p, long nowNs) {
        if (entities.has(thread, p)) {
            return;
        }
        boolean queued = entities.queued[thread];
        boolean runs = queued && runQueues.isCurrent(thread);
        int cpu = entities.cpu[thread];
        int before = entities.schedulingClass[thread];
        int priority = entities.priority(thread);
        int weight = entities.weight[thread];
        if (queued) {
            runQueues.deactivate(thread, false, nowNs);
        }
        int after = Entities.classOf(p);
        if (before == SchedulingClass.FAIR && after != SchedulingClass.FAIR) {
            fair.leaves(thread, cpu, !queued, nowNs);
        }
        entities.set(thread, p);
        if (before == SchedulingClass.DEADLINE || after == SchedulingClass.DEADLINE) {
            deadline.reset(thread);
        }
        if (after == SchedulingClass.FAIR) {
            if (before != SchedulingClass.FAIR) {
                fair.joins(thread, cpu, nowNs);
            }
            fair.reweighted(thread, weight);
        }
        if (!queued) {
            return;
        }
        boolean lowered = entities.priority(thread) < priority;
        runQueues.activate(thread, lowered ? Enqueue.LOWERED : Enqueue.CHANGED, nowNs);
        if (runs) {
            runQueues.byRank(after).begin(thread, cpu, false, nowNs);
            load.runs(cpu, after, nowNs);
            load.running(thread, after == SchedulingClass.FAIR, nowNs);
            runQueues.resched[cpu] |= runQueues.runnable[cpu] > 1 && (lowered || after == SchedulingClass.FAIR);
            if (lowered) {
                pullFor(before, cpu, nowNs);
            }
        } else {
            runQueues.preempt(thread, nowNs);
            pushWoken(thread, nowNs);
        }
    }

    /**
     * Sets the CPUs a thread may run on, in any state: one that is queued elsewhere moves at once, one that runs elsewhere
     * at the next {@link #pick} there, which is asked for.
     */
    public void affinity(int thread, long mask, long nowNs) {
        long existing = mask & Entities.allCpus(runQueues.cpus);
        if (existing == 0) {
            throw new IllegalArgumentException(
                    "thread " + thread + " would have no CPU, mask " + Long.toHexString(mask));
        }
        entities.allowed[thread] = existing;
        int cpu = entities.cpu[thread];
        if (entities.queued[thread] && !entities.mayRunOn(thread, cpu)) {
            if (runQueues.isCurrent(thread)) {
                runQueues.resched[cpu] = true;
            } else {
                runQueues.migrate(thread, entities.anyAllowed(thread), nowNs);
            }
        }
    }

    /** Where a thread ran last, before its first wakeup. */
    public void place(int thread, int cpu) {
        entities.cpu[thread] = cpu;
    }

    /**
     * A thread becomes runnable after sleep: chooses its CPU, queues it there and marks that CPU if it shall preempt. Nothing
     * happens to one that is runnable already.
     *
     * @param wakerCpu where the wakeup happens
     * @return the CPU chosen
     */
    public int wake(int thread, int wakerCpu, long nowNs) {
        if (entities.queued[thread]) {
            return entities.cpu[thread];
        }
        if (entities.schedulingClass[thread] == SchedulingClass.FAIR) {
            load.wakes(thread, entities.weight[thread], nowNs);
        }
        int cpu = switch (entities.schedulingClass[thread]) {
            case SchedulingClass.STOP -> entities.cpu[thread];
            case SchedulingClass.DEADLINE -> deadlineBalance.wakeCpu(thread, wakerCpu);
            case SchedulingClass.REALTIME -> realtimeBalance.wakeCpu(thread, wakerCpu);
            default -> wakePlacement.wakeCpu(thread, wakerCpu, nowNs);
        };
        return start(thread, cpu, Enqueue.WAKEUP, nowNs);
    }

    /** A new thread becomes runnable: as {@link #wake}, but on an idle or lightly loaded CPU, and it waits its turn. */
    public int wakeNew(int thread, int parentCpu, long nowNs) {
        if (entities.schedulingClass[thread] == SchedulingClass.FAIR) {
            entities.cpu[thread] = parentCpu;
            fair.fork(thread, parentCpu, nowNs);
            return start(thread, wakePlacement.forkCpu(thread, parentCpu, nowNs), Enqueue.NEW, nowNs);
        }
        return wake(thread, parentCpu, nowNs);
    }

    /** A thread is found runnable on its CPU when the recording begins: queues it there, without a choice. */
    public void resume(int thread, long nowNs) {
        start(thread, entities.cpu[thread], Enqueue.WAKEUP, nowNs);
    }

    /** The thread on a CPU, or {@link #IDLE}; also idle between {@link #block} and {@link #pick}. */
    public int current(int cpu) {
        return runQueues.runs(cpu) ? runQueues.current[cpu] : IDLE;
    }

    /** The thread on a CPU sleeps or ends; {@link #pick} must follow. */
    public void block(int cpu, long nowNs) {
        runQueues.deactivate(runQueues.current[cpu], true, nowNs);
        runQueues.resched[cpu] = true;
    }

    /** Chooses who runs on a CPU from now on, after balancing where that is due; clears {@link #needsResched}. */
    public int pick(int cpu, long nowNs) {
        int previous = runQueues.current[cpu];
        runQueues.charge(cpu, nowNs);
        if (previous != IDLE) {
            leaveForbidden(previous, cpu, nowNs);
        }
        loadBalance.push(cpu, nowNs);
        if (previous != IDLE) {
            int rank = entities.schedulingClass[previous];
            if (!runQueues.runs(cpu) || entities.cpu[previous] != cpu) {
                pullFor(rank, cpu, nowNs);
            }
        }
        if (runQueues.runnable[cpu] == 0) {
            loadBalance.newIdle(cpu, nowNs);
        }
        int next = IDLE;
        for (int rank = SchedulingClass.STOP; rank <= SchedulingClass.FAIR && next == IDLE; rank++) {
            next = runQueues.byRank(rank).first(cpu, nowNs);
        }
        runQueues.resched[cpu] = false;
        if (previous != IDLE) {
            load.running(previous, false, nowNs);
        }
        if (next == IDLE) {
            runQueues.current[cpu] = IDLE;
            load.runs(cpu, IDLE, nowNs);
            return IDLE;
        }
        assert entities.queued[next] && entities.cpu[next] == cpu && entities.mayRunOn(next, cpu) : "thread " + next;
        int rank = entities.schedulingClass[next];
        entities.chargedNs[next] = nowNs;
        runQueues.byRank(rank).begin(next, cpu, next == previous, nowNs);
        runQueues.current[cpu] = next;
        load.runs(cpu, rank, nowNs);
        load.running(next, rank == SchedulingClass.FAIR, nowNs);
        deadlineBalance.push(cpu, nowNs);
        realtimeBalance.push(cpu, nowNs);
        return next;
    }

    /** Whether a CPU shall call {@link #pick} as soon as it may be preempted. */
    public boolean needsResched(int cpu) {
        return runQueues.resched[cpu];
    }

    /** The scheduler's tick on a CPU; it may mark idle CPUs that then get work. */
    public void tick(int cpu, long nowNs) {
        if (runQueues.runs(cpu)) {
            runQueues.classOf(runQueues.current[cpu]).tick(cpu, nowNs);
        }
        loadBalance.tick(cpu, nowNs);
    }

    /** Whether nothing on a CPU needs the tick (as with nohz_full): no deadline, no round robin among others, one fair thread. */
    public boolean canStopTick(int cpu) {
        if (deadline.queue(cpu).size() > 0) {
            return false;
        }
        ThreadQueue queue = realtime.queue(cpu);
        int roundRobins = 0;
        for (int i = 0; i < queue.size(); i++) {
            roundRobins += entities.roundRobin[queue.get(i)] ? 1 : 0;
        }
        if (roundRobins > 0) {
            return roundRobins == 1;
        }
        return queue.size() > 0 || runQueues.runnable[cpu] <= 1;
    }

    /** When {@link #timers} must be called next, {@code Long.MAX_VALUE} for never. Changes with every other call. */
    public long nextTimerNs() {
        return Math.min(realtime.nextTimerNs(), deadline.nextTimerNs());
    }

    /** Periods of real-time throttling and of deadline threads, exact ends of deadline budgets; may mark any CPU. */
    public void timers(long nowNs) {
        if (realtime.nextTimerNs() <= nowNs) {
            realtime.timer(nowNs);
        }
        if (deadline.nextTimerNs() <= nowNs) {
            deadline.timer(nowNs);
            for (int cpu = 0; cpu < runQueues.cpus; cpu++) {
                if (!runQueues.resched[cpu]) {
                    deadlineBalance.push(cpu, nowNs);
                }
            }
        }
    }

    /** The CPU a thread runs or ran on, or is queued on. */
    public int cpuOf(int thread) {
        return entities.cpu[thread];
    }

    /** Whether a thread is runnable or runs; throttled ones are. */
    public boolean queued(int thread) {
        return entities.queued[thread];
    }

    /** Threads of a CPU that may run now, with the one that runs; throttled ones don't count. */
    public int runnable(int cpu) {
        return runQueues.runnable[cpu];
    }

    private int start(int thread, int cpu, Enqueue why, long nowNs) {
        int allowed = entities.mayRunOn(thread, cpu) ? cpu : entities.anyAllowed(thread);
        runQueues.assign(thread, allowed, nowNs);
        loadBalance.woken(allowed, nowNs);
        runQueues.activate(thread, why, nowNs);
        runQueues.preempt(thread, nowNs);
        pushWoken(thread, nowNs);
        return entities.cpu[thread];
    }

    private void pushWoken(int thread, long nowNs) {
        int cpu = entities.cpu[thread];
        if (runQueues.resched[cpu]) {
            return;
        }
        if (entities.schedulingClass[thread] == SchedulingClass.REALTIME) {
            realtimeBalance.woken(thread, nowNs);
        } else if (entities.schedulingClass[thread] == SchedulingClass.DEADLINE) {
            deadlineBalance.push(cpu, nowNs);
        }
    }

    /** A thread that ran where it may not run any more moves. */
    private void leaveForbidden(int thread, int cpu, long nowNs) {
        if (entities.queued[thread] && entities.cpu[thread] == cpu && !entities.mayRunOn(thread, cpu)) {
            runQueues.current[cpu] = IDLE;
            runQueues.migrate(thread, entities.anyAllowed(thread), nowNs);
        }
    }

    /** Work of a class left a CPU: more urgent work that waits elsewhere may come. */
    private void pullFor(int rank, int cpu, long nowNs) {
        if (rank == SchedulingClass.DEADLINE) {
            deadlineBalance.pull(cpu, nowNs);
        }
        if (rank <= SchedulingClass.REALTIME && deadline.queue(cpu).size() == 0) {
            realtimeBalance.pull(cpu, nowNs);
        }
    }
}
