package dev.hindsight.replay.engine.sched;

import java.util.Arrays;

/**
 * The completely fair scheduler as in Linux 5.x to 6.5 (kernel/sched/fair.c): least virtual runtime first, a slice of the
 * latency period by weight that is looked at in ticks, sleepers placed half a latency back, buddies.
 */
final class CfsClass extends FairClass {

    /** From so many runnable threads on, who is preempted shall run next (LAST_BUDDY). */
    private final int manyThreads;

    private final long[] minVruntime;
    private final long[] sliceFromNs;
    private final long[] order;
    private final int[] next;
    private final int[] last;
    private long orders;

    CfsClass(RunQueues runQueues, Entities entities, LoadTracking load, SchedulerModel model) {
        super(runQueues, entities, load, model);
        manyThreads = (int) ((model.latencyNs() + model.minGranularityNs() - 1) / model.minGranularityNs());
        minVruntime = new long[runQueues.cpus];
        sliceFromNs = new long[entities.count];
        order = new long[entities.count];
        next = new int[runQueues.cpus];
        last = new int[runQueues.cpus];
        Arrays.fill(next, RunQueues.IDLE);
        Arrays.fill(last, RunQueues.IDLE);
    }

    @Override
    public void enqueue(int thread, int cpu, Enqueue why, long nowNs) {
        chargeRunning(cpu, nowNs);
        if (why == Enqueue.WAKEUP) {
            placeSleeper(thread, cpu);
        }
        order[thread] = orders++;
        insert(thread, cpu, nowNs);
    }

    @Override
    public void dequeue(int thread, int cpu, boolean sleeps, long nowNs) {
        chargeRunning(cpu, nowNs);
        forget(thread, cpu);
        remove(thread, cpu, sleeps, nowNs);
        int running = running(cpu);
        advance(cpu, running == thread ? RunQueues.IDLE : running);
    }

    @Override
    void fork(int thread, int cpu, long nowNs) {
        chargeRunning(cpu, nowNs);
        long weight = entities.weight[thread];
        long slice = slice(thread, queued(cpu) + 1, weights[cpu] + weight);
        vruntime[thread] = minVruntime[cpu] + virtual(slice, thread);
        int parent = running(cpu);
        if (parent != RunQueues.IDLE) {
            vruntime[thread] = Math.max(vruntime[thread], vruntime[parent]);
        }
    }

    @Override
    void moved(int thread, int from, int to, long nowNs) {
        vruntime[thread] += minVruntime[to] - minVruntime[from];
    }

    @Override
    void joins(int thread, int cpu, long nowNs) {
        chargeRunning(cpu, nowNs);
        vruntime[thread] += minVruntime[cpu];
    }

    @Override
    void leaves(int thread, int cpu, boolean sleeps, long nowNs) {
        if (sleeps) {
            placeSleeper(thread, cpu);
        }
        vruntime[thread] -= minVruntime[cpu];
    }

    @Override
    void reweighted(int thread, int before) {}

    @Override
    public void charge(int cpu, long nowNs) {
        int thread = runQueues.current[cpu];
        vruntime[thread] += virtual(entities.charge(thread, nowNs), thread);
        advance(cpu, thread);
    }

    @Override
    public void preempt(int thread, int cpu, long nowNs) {
        int running = runQueues.current[cpu];
        if (runQueues.resched[cpu]) {
            return;
        }
        boolean preempts = yieldsAtOnce(running, thread);
        if (!preempts) {
            if (entities.idlePolicy[thread]) {
                return;
            }
            chargeRunning(cpu, nowNs);
            preempts = ahead(running, thread) > 0;
        }
        if (preempts) {
            next[cpu] = thread;
            runQueues.resched[cpu] = true;
            if (queued(cpu) >= manyThreads) {
                last[cpu] = running;
            }
        }
    }

    @Override
    public int first(int cpu, long nowNs) {
        int running = running(cpu);
        int left = leftmost(cpu, running);
        if (left == RunQueues.IDLE || running != RunQueues.IDLE && vruntime[running] < vruntime[left]) {
            left = running;
        }
        if (left == RunQueues.IDLE) {
            return RunQueues.IDLE;
        }
        if (next[cpu] != RunQueues.IDLE && ahead(next[cpu], left) < 1) {
            return next[cpu];
        }
        if (last[cpu] != RunQueues.IDLE && ahead(last[cpu], left) < 1) {
            return last[cpu];
        }
        return left;
    }

    @Override
    public void begin(int thread, int cpu, boolean again, long nowNs) {
        if (!again) {
            forget(thread, cpu);
            sliceFromNs[thread] = entities.ranNs[thread];
            queues[cpu].toEnd(thread);
        }
    }

    @Override
    public void tick(int cpu, long nowNs) {
        charge(cpu, nowNs);
        if (queued(cpu) < 2) {
            return;
        }
        int thread = runQueues.current[cpu];
        long ideal = Math.min(slice(thread, queued(cpu), weights[cpu]), model.latencyNs());
        long ran = entities.ranNs[thread] - sliceFromNs[thread];
        if (ran > ideal) {
            runQueues.resched[cpu] = true;
            forget(thread, cpu);
        } else if (ran >= model.minGranularityNs() && vruntime[thread] - vruntime[leftmost(cpu, thread)] > ideal) {
            runQueues.resched[cpu] = true;
        }
    }

    private void chargeRunning(int cpu, long nowNs) {
        if (running(cpu) != RunQueues.IDLE) {
            charge(cpu, nowNs);
        }
    }

    /** Half a latency back at most, so that sleepers come soon but gain nothing by long sleep (GENTLE_FAIR_SLEEPERS). */
    private void placeSleeper(int thread, int cpu) {
        long credit = (entities.idlePolicy[thread] ? model.minGranularityNs() : model.latencyNs()) / 2;
        vruntime[thread] = Math.max(vruntime[thread], minVruntime[cpu] - credit);
    }

    private long slice(int thread, int running, long weightSum) {
        long period = running > manyThreads ? running * model.minGranularityNs() : model.latencyNs();
        return Math.max(period * entities.weight[thread] / weightSum, model.minGranularityNs());
    }

    /** 1 if {@code woken} is more than the wakeup granularity behind {@code running}, -1 if not behind, else 0. */
    private int ahead(int running, int woken) {
        long difference = vruntime[running] - vruntime[woken];
        if (difference <= 0) {
            return -1;
        }
        return difference > virtual(model.wakeupGranularityNs(), woken) ? 1 : 0;
    }

    private int leftmost(int cpu, int except) {
        ThreadQueue queue = queues[cpu];
        int left = RunQueues.IDLE;
        for (int i = 0; i < queue.size(); i++) {
            int thread = queue.get(i);
            if (thread != except
                    && (left == RunQueues.IDLE
                            || vruntime[thread] < vruntime[left]
                            || vruntime[thread] == vruntime[left] && order[thread] < order[left])) {
                left = thread;
            }
        }
        return left;
    }

    private void advance(int cpu, int running) {
        int left = leftmost(cpu, running);
        long least;
        if (running == RunQueues.IDLE) {
            if (left == RunQueues.IDLE) {
                return;
            }
            least = vruntime[left];
        } else {
            least = left == RunQueues.IDLE ? vruntime[running] : Math.min(vruntime[running], vruntime[left]);
        }
        minVruntime[cpu] = Math.max(minVruntime[cpu], least);
    }

    private void forget(int thread, int cpu) {
        if (next[cpu] == thread) {
            next[cpu] = RunQueues.IDLE;
        }
        if (last[cpu] == thread) {
            last[cpu] = RunQueues.IDLE;
        }
    }
}
