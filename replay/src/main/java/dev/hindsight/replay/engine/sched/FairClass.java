package dev.hindsight.replay.engine.sched;

/** The fair class: what its two algorithms share, its queues, weights and virtual time. */
abstract sealed class FairClass implements SchedulingClass permits CfsClass, EevdfClass {

    final RunQueues runQueues;
    final Entities entities;
    final SchedulerModel model;
    /** Threads of each CPU with the running one, the ones that were queued or ran last at the end. */
    final ThreadQueue[] queues;
    /** Weights of each CPU's threads, summed up. */
    final long[] weights;
    /** Time on a CPU over weight, comparable within one CPU. */
    final long[] vruntime;

    private final LoadTracking load;

    FairClass(RunQueues runQueues, Entities entities, LoadTracking load, SchedulerModel model) {
        this.runQueues = runQueues;
        this.entities = entities;
        this.load = load;
        this.model = model;
        queues = new ThreadQueue[runQueues.cpus];
        for (int cpu = 0; cpu < queues.length; cpu++) {
            queues[cpu] = new ThreadQueue(entities.count);
        }
        weights = new long[runQueues.cpus];
        vruntime = new long[entities.count];
    }

    /** Where a thread that is forked from the current one of {@code cpu} shall stand in virtual time. */
    abstract void fork(int thread, int cpu, long nowNs);

    /** A thread that is not queued changes its CPU: takes its place in virtual time along. */
    abstract void moved(int thread, int from, int to, long nowNs);

    /** A thread, not queued, comes from another class. */
    abstract void joins(int thread, int cpu, long nowNs);

    /** A thread, not queued, goes to another class. */
    abstract void leaves(int thread, int cpu, boolean sleeps, long nowNs);

    /** A thread, not queued, has another weight. */
    abstract void reweighted(int thread, int before);

    final int queued(int cpu) {
        return queues[cpu].size();
    }

    final void insert(int thread, int cpu, long nowNs) {
        queues[cpu].add(thread);
        weights[cpu] += entities.weight[thread];
        runQueues.runnable[cpu]++;
        runQueues.fair[cpu]++;
        runQueues.idlers[cpu] += entities.idlePolicy[thread] ? 1 : 0;
        load.runnable(thread, true, nowNs);
    }

    final void remove(int thread, int cpu, boolean sleeps, long nowNs) {
        queues[cpu].remove(thread);
        weights[cpu] -= entities.weight[thread];
        runQueues.runnable[cpu]--;
        runQueues.fair[cpu]--;
        runQueues.idlers[cpu] -= entities.idlePolicy[thread] ? 1 : 0;
        load.runnable(thread, false, nowNs);
        if (sleeps) {
            load.sleeps(thread, entities.weight[thread], cpu, nowNs);
        }
    }

    /** The current thread of a CPU if it is a fair one that is still queued, else {@link RunQueues#IDLE}. */
    final int running(int cpu) {
        int thread = runQueues.current[cpu];
        boolean fair = thread != RunQueues.IDLE
                && entities.queued[thread]
                && entities.schedulingClass[thread] == SchedulingClass.FAIR;
        return fair ? thread : RunQueues.IDLE;
    }

    final long virtual(long ns, int thread) {
        int weight = entities.weight[thread];
        return weight == NiceWeights.NICE_0 ? ns : ns * NiceWeights.NICE_0 / weight;
    }

    /** SCHED_IDLE never preempts others on wakeup and always yields to them. */
    final boolean yieldsAtOnce(int running, int woken) {
        return entities.idlePolicy[running] && !entities.idlePolicy[woken];
    }

    @Override
    public final void end(int thread, int cpu, long nowNs) {}
}
