package dev.hindsight.replay.engine.sched;

/**
 * Keeps the most urgent threads of a class above the fair one running, wherever in the machine: a thread chooses its CPU
 * when it wakes up, is pushed away where it waits, and pulled where a CPU's work sinks. What is urgent, and which CPU has
 * the least urgent work, is {@link DeadlineBalance}'s and {@link RealtimeBalance}'s to say.
 */
abstract sealed class PushPullBalance permits DeadlineBalance, RealtimeBalance {

    final RunQueues runQueues;
    final Entities entities;

    PushPullBalance(RunQueues runQueues, Entities entities) {
        this.runQueues = runQueues;
        this.entities = entities;
    }

    /** Threads of the class that may run on a CPU, the most urgent first. */
    abstract ThreadQueue queue(int cpu);

    /** Whether a thread of the class can be made to wait by one that runs, of this class or a higher one. */
    abstract boolean yieldsTo(int running);

    /** Whether a thread of the class goes before one that runs, which {@link #yieldsTo} is true for. */
    abstract boolean before(int thread, int running);

    /** Whether a thread goes before all of its class on a CPU. */
    abstract boolean beforeAll(int thread, int cpu);

    /** Whether a waiting thread that shall be pushed takes its own CPU instead, from the one that runs there. */
    abstract boolean takesOver(int thread, int running);

    /** The CPU, of those it may run on, where a thread's class has the least urgent work, all of it less than the thread's; -1 for none. */
    abstract int lowestCpu(int thread, int thisCpu);

    /** Where a thread wakes up: where it was, unless one runs there that it can't or should not displace. */
    final int wakeCpu(int thread, int wakerCpu) {
        int cpu = entities.cpu[thread];
        if (runQueues.runs(cpu) && !entities.bound(thread) && stays(thread, runQueues.current[cpu])) {
            int target = lowestCpu(thread, wakerCpu);
            if (target >= 0 && beforeAll(thread, target)) {
                return target;
            }
        }
        return cpu;
    }

    /** Sends waiting threads to CPUs with less urgent work. */
    final void push(int cpu, long nowNs) {
        int thread = pushable(cpu, -1L);
        while (queue(cpu).size() > 1 && thread != RunQueues.IDLE) {
            if (runQueues.runs(cpu) && takesOver(thread, runQueues.current[cpu])) {
                runQueues.resched[cpu] = true;
                return;
            }
            int target = lowestCpu(thread, cpu);
            if (target < 0 || target == cpu) {
                return;
            }
            runQueues.migrate(thread, target, nowNs);
            thread = pushable(cpu, -1L);
        }
    }

    /** Fetches threads that wait elsewhere and are more urgent than all that this CPU has. */
    final void pull(int cpu, long nowNs) {
        for (int from = 0; from < runQueues.cpus; from++) {
            if (from == cpu || queue(from).size() < 2 || !runQueues.runs(from)) {
                continue;
            }
            int thread = pushable(from, 1L << cpu);
            int running = runQueues.current[from];
            if (thread != RunQueues.IDLE && beforeAll(thread, cpu) && yieldsTo(running) && !before(thread, running)) {
                runQueues.migrate(thread, cpu, nowNs);
            }
        }
    }

    /** Whether the running thread keeps its CPU: it goes first, or can go nowhere else. */
    final boolean stays(int thread, int running) {
        return yieldsTo(running) && (entities.bound(running) || !before(thread, running));
    }

    /** Of some CPUs the one a thread was on, else the one where it is looked for, else the first. */
    final int nearest(long mask, int thread, int thisCpu) {
        int cpu = entities.cpu[thread];
        if ((mask >>> cpu & 1) != 0) {
            return cpu;
        }
        return (mask >>> thisCpu & 1) != 0 ? thisCpu : Long.numberOfTrailingZeros(mask);
    }

    private int pushable(int cpu, long allowed) {
        ThreadQueue queue = queue(cpu);
        for (int i = 0; i < queue.size(); i++) {
            int thread = queue.get(i);
            if (thread != runQueues.current[cpu]
                    && !entities.bound(thread)
                    && (entities.allowed[thread] & allowed) != 0) {
                return thread;
            }
        }
        return RunQueues.IDLE;
    }
}
