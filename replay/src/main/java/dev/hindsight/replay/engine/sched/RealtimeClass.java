package dev.hindsight.replay.engine.sched;

/**
 * SCHED_FIFO and SCHED_RR (kernel/sched/rt.c): highest priority first, among equals who came first; round robin gives way
 * after its slice. A preempted thread stays first of its priority. Throttled by {@link RealtimeThrottling}.
 */
final class RealtimeClass implements SchedulingClass {

    private final RunQueues runQueues;
    private final Entities entities;
    private final DeadlineClass deadline;
    private final RealtimeThrottling throttling;
    private final ThreadQueue[] queues;
    private final int[] queued;
    private final int sliceTicks;
    private final int[] ticksLeft;

    RealtimeClass(
            RunQueues runQueues,
            Entities entities,
            DeadlineClass deadline,
            RealtimeThrottling throttling,
            SchedulerModel model) {
        this.runQueues = runQueues;
        this.entities = entities;
        this.deadline = deadline;
        this.throttling = throttling;
        queues = new ThreadQueue[runQueues.cpus];
        for (int cpu = 0; cpu < queues.length; cpu++) {
            queues[cpu] = new ThreadQueue(entities.count);
        }
        queued = new int[runQueues.cpus];
        sliceTicks = (int) Math.max(1, model.rrSliceNs() / model.tickNs());
        ticksLeft = new int[entities.count];
        java.util.Arrays.fill(ticksLeft, sliceTicks);
    }

    ThreadQueue queue(int cpu) {
        return queues[cpu];
    }

    /** Highest priority queued on a CPU, 0 without any. */
    int highest(int cpu) {
        return queues[cpu].size() == 0 ? 0 : entities.rtPriority[queues[cpu].get(0)];
    }

    /** The CPUs a thread may run on that run the least urgent work, all of it less urgent than the thread; 0 if there are none. */
    long lowestCpus(int thread) {
        int lowest = entities.priority(thread);
        long mask = 0;
        for (long left = entities.allowed[thread]; left != 0; left &= left - 1) {
            int cpu = Long.numberOfTrailingZeros(left);
            int level = deadline.queue(cpu).size() > 0 ? 100 : highest(cpu);
            if (level < lowest) {
                lowest = level;
                mask = 0;
            }
            if (level == lowest && level < entities.priority(thread)) {
                mask |= 1L << cpu;
            }
        }
        return mask;
    }

    @Override
    public void enqueue(int thread, int cpu, Enqueue why, long nowNs) {
        ThreadQueue queue = queues[cpu];
        int priority = entities.rtPriority[thread];
        int index = 0;
        while (index < queue.size()
                && (entities.rtPriority[queue.get(index)] > priority
                        || why != Enqueue.LOWERED && entities.rtPriority[queue.get(index)] == priority)) {
            index++;
        }
        queue.insert(index, thread);
        queued[cpu]++;
        if (!throttling.throttled(cpu)) {
            runQueues.runnable[cpu]++;
        }
        throttling.start(nowNs);
    }

    @Override
    public void dequeue(int thread, int cpu, boolean sleeps, long nowNs) {
        if (runQueues.current[cpu] == thread) {
            charge(cpu, nowNs);
        }
        queues[cpu].remove(thread);
        queued[cpu]--;
        if (!throttling.throttled(cpu)) {
            runQueues.runnable[cpu]--;
        }
    }

    @Override
    public void charge(int cpu, long nowNs) {
        long ran = entities.charge(runQueues.current[cpu], nowNs);
        if (throttling.charge(cpu, ran, nowNs)) {
            runQueues.runnable[cpu] -= queued[cpu];
            runQueues.resched[cpu] = true;
        }
    }

    @Override
    public void preempt(int thread, int cpu, long nowNs) {
        int running = runQueues.current[cpu];
        int difference = entities.rtPriority[thread] - entities.rtPriority[running];
        if (difference > 0) {
            runQueues.resched[cpu] = true;
        } else if (difference == 0 && !runQueues.resched[cpu]) {
            preemptEqual(thread, cpu, running);
        }
    }

    /** Between equals, one that can't go elsewhere takes the CPU of one that can. */
    private void preemptEqual(int thread, int cpu, int running) {
        boolean runningCanGo = !entities.bound(running) && lowestCpus(running) != 0;
        boolean threadCanGo = !entities.bound(thread) && lowestCpus(thread) != 0;
        if (runningCanGo && !threadCanGo) {
            queues[cpu].remove(thread);
            int index = 0;
            while (entities.rtPriority[queues[cpu].get(index)] > entities.rtPriority[thread]) {
                index++;
            }
            queues[cpu].insert(index, thread);
            runQueues.resched[cpu] = true;
        }
    }

    @Override
    public int first(int cpu, long nowNs) {
        return throttling.throttled(cpu) || queues[cpu].size() == 0 ? RunQueues.IDLE : queues[cpu].get(0);
    }

    @Override
    public void begin(int thread, int cpu, boolean again, long nowNs) {}

    @Override
    public void end(int thread, int cpu, long nowNs) {}

    @Override
    public void tick(int cpu, long nowNs) {
        charge(cpu, nowNs);
        int thread = runQueues.current[cpu];
        if (!entities.roundRobin[thread] || --ticksLeft[thread] > 0) {
            return;
        }
        ticksLeft[thread] = sliceTicks;
        ThreadQueue queue = queues[cpu];
        int equals = 0;
        int after = 0;
        for (int i = 0; i < queue.size(); i++) {
            int priority = entities.rtPriority[queue.get(i)];
            equals += priority == entities.rtPriority[thread] ? 1 : 0;
            after += priority >= entities.rtPriority[thread] ? 1 : 0;
        }
        if (equals > 1) {
            queue.remove(thread);
            queue.insert(after - 1, thread);
            runQueues.resched[cpu] = true;
        }
    }

    long nextTimerNs() {
        return throttling.nextNs();
    }

    /** The period of throttling ends: CPUs that are no longer throttled shall choose anew. */
    void timer(long nowNs) {
        for (long left = throttling.expire(queued, nowNs); left != 0; left &= left - 1) {
            int cpu = Long.numberOfTrailingZeros(left);
            runQueues.runnable[cpu] += queued[cpu];
            if (queued[cpu] > 0) {
                runQueues.resched[cpu] = true;
            }
        }
    }
}
