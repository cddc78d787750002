package dev.hindsight.replay.engine.sched;

import java.util.Arrays;

/** Who runs on each CPU and who waits there, over the classes; moves threads between CPUs. */
final class RunQueues {

    /** In place of a thread: nobody. */
    static final int IDLE = -1;

    final int cpus;
    final Entities entities;
    final int[] current;
    final boolean[] resched;
    /** Threads of a CPU that may run now, the running one among them; throttled ones don't count. */
    final int[] runnable;
    /** Of these, the ones of the fair class. */
    final int[] fair;
    /** Of these, the ones of SCHED_IDLE. */
    final int[] idlers;

    private final MigrationListener migrated;
    private SchedulingClass[] classes;
    private FairClass fairClass;

    RunQueues(int cpus, Entities entities, MigrationListener migrated) {
        this.cpus = cpus;
        this.entities = entities;
        this.migrated = migrated;
        current = new int[cpus];
        resched = new boolean[cpus];
        runnable = new int[cpus];
        fair = new int[cpus];
        idlers = new int[cpus];
        Arrays.fill(current, IDLE);
    }

    /** Completes the construction: the classes know the run queues, these them. */
    void classes(StopClass stop, DeadlineClass deadline, RealtimeClass realtime, FairClass fairClass) {
        this.fairClass = fairClass;
        classes = new SchedulingClass[] {stop, deadline, realtime, fairClass};
    }

    SchedulingClass classOf(int thread) {
        return classes[entities.schedulingClass[thread]];
    }

    SchedulingClass byRank(int rank) {
        return classes[rank];
    }

    /** Whether a CPU runs nobody and nobody waits there. */
    boolean idle(int cpu) {
        return current[cpu] == IDLE && runnable[cpu] == 0;
    }

    /** Whether all that a CPU runs is of SCHED_IDLE. */
    boolean runsIdlersOnly(int cpu) {
        return runnable[cpu] > 0 && runnable[cpu] == idlers[cpu];
    }

    /** Whether the current thread of a CPU is there and has not just blocked. */
    boolean runs(int cpu) {
        return current[cpu] != IDLE && entities.queued[current[cpu]];
    }

    boolean isCurrent(int thread) {
        return current[entities.cpu[thread]] == thread;
    }

    /** Charges whoever runs on a CPU. */
    void charge(int cpu, long nowNs) {
        if (runs(cpu)) {
            classOf(current[cpu]).charge(cpu, nowNs);
        }
    }

    void activate(int thread, Enqueue why, long nowNs) {
        int cpu = entities.cpu[thread];
        entities.queued[thread] = true;
        classOf(thread).enqueue(thread, cpu, why, nowNs);
    }

    void deactivate(int thread, boolean sleeps, long nowNs) {
        classOf(thread).dequeue(thread, entities.cpu[thread], sleeps, nowNs);
        entities.queued[thread] = false;
    }

    /** Gives a thread that is not queued another CPU. */
    void assign(int thread, int cpu, long nowNs) {
        int from = entities.cpu[thread];
        if (from == cpu) {
            return;
        }
        if (entities.schedulingClass[thread] == SchedulingClass.FAIR) {
            fairClass.moved(thread, from, cpu, nowNs);
        }
        entities.cpu[thread] = cpu;
        migrated.migrated(nowNs, thread, cpu);
    }

    /** Moves a queued thread that does not run to another CPU, and lets it preempt there. */
    void migrate(int thread, int cpu, long nowNs) {
        deactivate(thread, false, nowNs);
        assign(thread, cpu, nowNs);
        activate(thread, Enqueue.MIGRATED, nowNs);
        preempt(thread, nowNs);
    }

    /** Marks the CPU of a thread that was just queued if it shall run there before the current one. */
    void preempt(int thread, long nowNs) {
        int cpu = entities.cpu[thread];
        int running = current[cpu];
        if (!runs(cpu)) {
            resched[cpu] = true;
        } else if (running != thread) {
            int rank = entities.schedulingClass[thread];
            int other = entities.schedulingClass[running];
            if (rank < other) {
                resched[cpu] = true;
            } else if (rank == other) {
                classes[rank].preempt(thread, cpu, nowNs);
            }
        }
    }
}
