package dev.hindsight.replay.engine.sched;

/**
 * Earliest eligible virtual deadline first, as in Linux 6.6 and later (kernel/sched/fair.c, after Stoica and Abdel-Wahab
 * 1995): of the threads that got no more than their share, the one whose request is due first in virtual time. Who sleeps
 * keeps its lag (PLACE_LAG); who runs stays until its request is served or it has got more than its share (RUN_TO_PARITY).
 */
final class EevdfClass extends FairClass {

    private final long[] deadline;
    private final long[] lag;
    /** Deadline at which a thread was chosen; while it stands, the request that it was chosen for is not yet served. */
    private final long[] chosenAt;
    /** Least virtual runtime there was on a CPU: where virtual time stands on an empty one. */
    private final long[] base;

    EevdfClass(RunQueues runQueues, Entities entities, LoadTracking load, SchedulerModel model) {
        super(runQueues, entities, load, model);
        deadline = new long[entities.count];
        lag = new long[entities.count];
        chosenAt = new long[entities.count];
        base = new long[runQueues.cpus];
    }

    @Override
    public void enqueue(int thread, int cpu, Enqueue why, long nowNs) {
        chargeRunning(cpu, nowNs);
        long placedLag = lag[thread];
        long load = weights[cpu];
        if (load > 0) {
            placedLag = placedLag * (load + entities.weight[thread]) / load;
        } else {
            placedLag = 0;
        }
        vruntime[thread] = virtualTime(cpu) - placedLag;
        long request = virtual(model.baseSliceNs(), thread);
        deadline[thread] = vruntime[thread] + (why == Enqueue.NEW ? request / 2 : request);
        insert(thread, cpu, nowNs);
    }

    @Override
    public void dequeue(int thread, int cpu, boolean sleeps, long nowNs) {
        chargeRunning(cpu, nowNs);
        long limit = virtual(Math.max(2 * model.baseSliceNs(), model.tickNs()), thread);
        lag[thread] = Math.max(-limit, Math.min(limit, virtualTime(cpu) - vruntime[thread]));
        remove(thread, cpu, sleeps, nowNs);
        advance(cpu);
    }

    @Override
    void fork(int thread, int cpu, long nowNs) {
        lag[thread] = 0;
    }

    @Override
    void moved(int thread, int from, int to, long nowNs) {}

    @Override
    void joins(int thread, int cpu, long nowNs) {}

    @Override
    void leaves(int thread, int cpu, boolean sleeps, long nowNs) {}

    @Override
    void reweighted(int thread, int before) {
        lag[thread] = lag[thread] * before / entities.weight[thread];
    }

    @Override
    public void charge(int cpu, long nowNs) {
        int thread = runQueues.current[cpu];
        vruntime[thread] += virtual(entities.charge(thread, nowNs), thread);
        if (vruntime[thread] >= deadline[thread]) {
            deadline[thread] = vruntime[thread] + virtual(model.baseSliceNs(), thread);
            if (queued(cpu) > 1) {
                runQueues.resched[cpu] = true;
            }
        }
        advance(cpu);
    }

    @Override
    public void preempt(int thread, int cpu, long nowNs) {
        int running = runQueues.current[cpu];
        if (runQueues.resched[cpu]) {
            return;
        }
        if (yieldsAtOnce(running, thread)) {
            runQueues.resched[cpu] = true;
        } else if (!entities.idlePolicy[thread]) {
            chargeRunning(cpu, nowNs);
            if (first(cpu, nowNs) == thread) {
                runQueues.resched[cpu] = true;
            }
        }
    }

    @Override
    public int first(int cpu, long nowNs) {
        ThreadQueue queue = queues[cpu];
        if (queue.size() == 0) {
            return RunQueues.IDLE;
        }
        long reference = vruntime[queue.get(0)];
        long weighted = weighted(cpu, reference);
        int running = running(cpu);
        if (running != RunQueues.IDLE
                && deadline[running] == chosenAt[running]
                && eligible(running, cpu, reference, weighted)) {
            return running;
        }
        int best = RunQueues.IDLE;
        for (int i = 0; i < queue.size(); i++) {
            int thread = queue.get(i);
            if (eligible(thread, cpu, reference, weighted)
                    && (best == RunQueues.IDLE
                            || deadline[thread] < deadline[best]
                            || deadline[thread] == deadline[best] && best == running)) {
                best = thread;
            }
        }
        return best;
    }

    @Override
    public void begin(int thread, int cpu, boolean again, long nowNs) {
        if (!again) {
            chosenAt[thread] = deadline[thread];
            queues[cpu].toEnd(thread);
        }
    }

    @Override
    public void tick(int cpu, long nowNs) {
        charge(cpu, nowNs);
    }

    /** Average of the virtual runtimes, by weight: what each would have with an ideal division. */
    private long virtualTime(int cpu) {
        if (weights[cpu] == 0) {
            return base[cpu];
        }
        long reference = vruntime[queues[cpu].get(0)];
        return reference + Math.floorDiv(weighted(cpu, reference), weights[cpu]);
    }

    private long weighted(int cpu, long reference) {
        ThreadQueue queue = queues[cpu];
        long sum = 0;
        for (int i = 0; i < queue.size(); i++) {
            int thread = queue.get(i);
            sum += (vruntime[thread] - reference) * entities.weight[thread];
        }
        return sum;
    }

    private boolean eligible(int thread, int cpu, long reference, long weighted) {
        return weighted >= (vruntime[thread] - reference) * weights[cpu];
    }

    private void chargeRunning(int cpu, long nowNs) {
        if (running(cpu) != RunQueues.IDLE) {
            charge(cpu, nowNs);
        }
    }

    private void advance(int cpu) {
        ThreadQueue queue = queues[cpu];
        if (queue.size() > 0) {
            long least = Long.MAX_VALUE;
            for (int i = 0; i < queue.size(); i++) {
                least = Math.min(least, vruntime[queue.get(i)]);
            }
            base[cpu] = Math.max(base[cpu], least);
        }
    }
}
