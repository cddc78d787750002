package dev.hindsight.replay.engine.sched;

/**
 * The stop class (kernel/sched/stop_task.c): a CPU's stopper thread ({@code migration/N}) runs before all others, is preempted
 * by nobody and throttled by nothing.
 */
final class StopClass implements SchedulingClass {

    private final RunQueues runQueues;
    private final Entities entities;
    private final ThreadQueue[] queues;

    StopClass(RunQueues runQueues, Entities entities) {
        this.runQueues = runQueues;
        this.entities = entities;
        queues = new ThreadQueue[runQueues.cpus];
        for (int cpu = 0; cpu < queues.length; cpu++) {
            queues[cpu] = new ThreadQueue(entities.count);
        }
    }

    @Override
    public void enqueue(int thread, int cpu, Enqueue why, long nowNs) {
        queues[cpu].add(thread);
        runQueues.runnable[cpu]++;
    }

    @Override
    public void dequeue(int thread, int cpu, boolean sleeps, long nowNs) {
        if (runQueues.current[cpu] == thread) {
            charge(cpu, nowNs);
        }
        queues[cpu].remove(thread);
        runQueues.runnable[cpu]--;
    }

    @Override
    public void charge(int cpu, long nowNs) {
        entities.charge(runQueues.current[cpu], nowNs);
    }

    @Override
    public void preempt(int thread, int cpu, long nowNs) {}

    @Override
    public int first(int cpu, long nowNs) {
        return queues[cpu].size() == 0 ? RunQueues.IDLE : queues[cpu].get(0);
    }

    @Override
    public void begin(int thread, int cpu, boolean again, long nowNs) {}

    @Override
    public void end(int thread, int cpu, long nowNs) {}

    @Override
    public void tick(int cpu, long nowNs) {}
}
