package dev.hindsight.replay.engine.sched;

import java.util.Arrays;

/**
 * SCHED_DEADLINE (kernel/sched/deadline.c): earliest deadline first, each thread in a constant bandwidth server with its
 * relative deadline equal to its period. A server out of budget waits for its next period; what it overran is taken from
 * there. A thread that wakes keeps deadline and budget if that does not exceed its bandwidth, else it gets new ones.
 */
final class DeadlineClass implements SchedulingClass {

    private final RunQueues runQueues;
    private final Entities entities;
    private final RealtimeThrottling throttling;
    private final boolean exact;
    private final ThreadQueue[] queues;
    private final long[] budgetNs;
    private final long[] deadlineNs;
    private final boolean[] started;
    private final boolean[] throttled;
    private final long[] replenishNs;
    /** Threads that wait for their next period. */
    private final ThreadQueue waiting;

    DeadlineClass(RunQueues runQueues, Entities entities, RealtimeThrottling throttling, SchedulerModel model) {
        this.runQueues = runQueues;
        this.entities = entities;
        this.throttling = throttling;
        exact = model.deadlineTimer();
        queues = new ThreadQueue[runQueues.cpus];
        for (int cpu = 0; cpu < queues.length; cpu++) {
            queues[cpu] = new ThreadQueue(entities.count);
        }
        budgetNs = new long[entities.count];
        deadlineNs = new long[entities.count];
        started = new boolean[entities.count];
        throttled = new boolean[entities.count];
        replenishNs = new long[entities.count];
        waiting = new ThreadQueue(entities.count);
        Arrays.fill(replenishNs, Long.MAX_VALUE);
    }

    /** Threads of a CPU that have budget, earliest deadline first. */
    ThreadQueue queue(int cpu) {
        return queues[cpu];
    }

    /** Earliest deadline on a CPU, {@code Long.MAX_VALUE} without any. */
    long earliestNs(int cpu) {
        return queues[cpu].size() == 0 ? Long.MAX_VALUE : deadlineNs[queues[cpu].get(0)];
    }

    long deadlineNs(int thread) {
        return deadlineNs[thread];
    }

    /** A thread comes into this class or gets other numbers: its server begins anew when it is next queued. */
    void reset(int thread) {
        started[thread] = false;
        throttled[thread] = false;
        if (replenishNs[thread] != Long.MAX_VALUE) {
            replenishNs[thread] = Long.MAX_VALUE;
            waiting.remove(thread);
        }
    }

    @Override
    public void enqueue(int thread, int cpu, Enqueue why, long nowNs) {
        if (!started[thread]) {
            started[thread] = true;
            renew(thread, nowNs);
        } else if (why == Enqueue.WAKEUP && !throttled[thread]) {
            if (deadlineNs[thread] <= nowNs || exceedsBandwidth(thread, nowNs)) {
                renew(thread, nowNs);
            }
        }
        if (!throttled[thread]) {
            insert(thread, cpu);
        }
    }

    @Override
    public void dequeue(int thread, int cpu, boolean sleeps, long nowNs) {
        if (runQueues.current[cpu] == thread) {
            charge(cpu, nowNs);
        }
        if (!throttled[thread]) {
            remove(thread, cpu);
        }
    }

    @Override
    public void charge(int cpu, long nowNs) {
        int thread = runQueues.current[cpu];
        long ran = entities.charge(thread, nowNs);
        budgetNs[thread] -= ran;
        throttling.chargeDeadline(cpu, ran);
        if (budgetNs[thread] <= 0 && !throttled[thread]) {
            remove(thread, cpu);
            if (deadlineNs[thread] <= nowNs) {
                replenish(thread, nowNs);
                insert(thread, cpu);
            } else {
                throttled[thread] = true;
                replenishNs[thread] = deadlineNs[thread];
                waiting.add(thread);
            }
            if (throttled[thread] || queues[cpu].get(0) != thread) {
                runQueues.resched[cpu] = true;
            }
        }
    }

    @Override
    public void preempt(int thread, int cpu, long nowNs) {
        int running = runQueues.current[cpu];
        if (!throttled[thread] && (throttled[running] || deadlineNs[thread] < deadlineNs[running])) {
            runQueues.resched[cpu] = true;
        }
    }

    @Override
    public int first(int cpu, long nowNs) {
        return queues[cpu].size() == 0 ? RunQueues.IDLE : queues[cpu].get(0);
    }

    @Override
    public void begin(int thread, int cpu, boolean again, long nowNs) {}

    @Override
    public void end(int thread, int cpu, long nowNs) {}

    @Override
    public void tick(int cpu, long nowNs) {
        charge(cpu, nowNs);
    }

    /** Whether a thread waits for its next period. */
    boolean throttled(int thread) {
        return throttled[thread];
    }

    long nextTimerNs() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < waiting.size(); i++) {
            next = Math.min(next, replenishNs[waiting.get(i)]);
        }
        if (exact) {
            for (int cpu = 0; cpu < runQueues.cpus; cpu++) {
                if (servesBudget(cpu)) {
                    int thread = runQueues.current[cpu];
                    next = Math.min(next, entities.chargedNs[thread] + budgetNs[thread]);
                }
            }
        }
        return next;
    }

    /** Ends of budgets, where they are exact, and begins of periods. */
    void timer(long nowNs) {
        if (exact) {
            for (int cpu = 0; cpu < runQueues.cpus; cpu++) {
                if (servesBudget(cpu)) {
                    int thread = runQueues.current[cpu];
                    if (entities.chargedNs[thread] + budgetNs[thread] <= nowNs) {
                        charge(cpu, nowNs);
                    }
                }
            }
        }
        for (int i = waiting.size() - 1; i >= 0; i--) {
            int thread = waiting.get(i);
            if (replenishNs[thread] <= nowNs) {
                waiting.remove(thread);
                replenishNs[thread] = Long.MAX_VALUE;
                throttled[thread] = false;
                replenish(thread, nowNs);
                if (entities.queued[thread]) {
                    insert(thread, entities.cpu[thread]);
                    runQueues.preempt(thread, nowNs);
                }
            }
        }
    }

    private boolean servesBudget(int cpu) {
        if (!runQueues.runs(cpu)) {
            return false;
        }
        int thread = runQueues.current[cpu];
        return entities.schedulingClass[thread] == DEADLINE && !throttled[thread];
    }

    private void renew(int thread, long nowNs) {
        deadlineNs[thread] = nowNs + entities.deadlinePeriodNs[thread];
        budgetNs[thread] = entities.deadlineRuntimeNs[thread];
    }

    private void replenish(int thread, long nowNs) {
        while (budgetNs[thread] <= 0) {
            deadlineNs[thread] += entities.deadlinePeriodNs[thread];
            budgetNs[thread] += entities.deadlineRuntimeNs[thread];
        }
        if (deadlineNs[thread] < nowNs) {
            renew(thread, nowNs);
        }
    }

    /** Whether what is left of the budget until the deadline is more than the bandwidth grants; scaled against overflow. */
    private boolean exceedsBandwidth(int thread, long nowNs) {
        long left = (entities.deadlinePeriodNs[thread] >> 10) * (budgetNs[thread] >> 10);
        long granted = (deadlineNs[thread] - nowNs >> 10) * (entities.deadlineRuntimeNs[thread] >> 10);
        return left > granted;
    }

    private void insert(int thread, int cpu) {
        ThreadQueue queue = queues[cpu];
        int index = 0;
        while (index < queue.size() && deadlineNs[queue.get(index)] <= deadlineNs[thread]) {
            index++;
        }
        queue.insert(index, thread);
        runQueues.runnable[cpu]++;
    }

    private void remove(int thread, int cpu) {
        queues[cpu].remove(thread);
        runQueues.runnable[cpu]--;
    }
}
