package dev.hindsight.replay.engine.sched;

/** Which CPU a deadline thread runs on, so that the earliest deadlines of the machine run: at wakeup, by push and by pull. */
final class DeadlineBalance {

    private final RunQueues runQueues;
    private final Entities entities;
    private final DeadlineClass deadline;

    DeadlineBalance(RunQueues runQueues, Entities entities, DeadlineClass deadline) {
        this.runQueues = runQueues;
        this.entities = entities;
        this.deadline = deadline;
    }

    /** Where a thread wakes up: where it was, unless a deadline thread runs there that it does not displace. */
    int wakeCpu(int thread, int wakerCpu) {
        int cpu = entities.cpu[thread];
        if (runQueues.runs(cpu) && !entities.bound(thread)) {
            int running = runQueues.current[cpu];
            boolean stays = entities.schedulingClass[running] == SchedulingClass.DEADLINE
                    && (entities.bound(running) || deadline.deadlineNs(thread) >= deadline.deadlineNs(running));
            if (stays) {
                int target = laterCpu(thread, wakerCpu);
                if (target >= 0 && deadline.deadlineNs(thread) < deadline.earliestNs(target)) {
                    return target;
                }
            }
        }
        return cpu;
    }

    /** Sends threads that wait behind an earlier deadline to CPUs without or with a later one. */
    void push(int cpu, long nowNs) {
        int thread = pushable(cpu, -1L);
        while (deadline.queue(cpu).size() > 1 && thread != RunQueues.IDLE) {
            int running = runQueues.current[cpu];
            if (runQueues.runs(cpu)
                    && entities.schedulingClass[running] == SchedulingClass.DEADLINE
                    && deadline.deadlineNs(thread) < deadline.deadlineNs(running)
                    && !entities.bound(running)) {
                runQueues.resched[cpu] = true;
                return;
            }
            int target = laterCpu(thread, cpu);
            if (target < 0 || target == cpu) {
                return;
            }
            runQueues.migrate(thread, target, nowNs);
            thread = pushable(cpu, -1L);
        }
    }

    /** Fetches threads that wait elsewhere and are due before all that this CPU has. */
    void pull(int cpu, long nowNs) {
        for (int from = 0; from < runQueues.cpus; from++) {
            if (from == cpu || deadline.queue(from).size() < 2 || !runQueues.runs(from)) {
                continue;
            }
            int thread = pushable(from, 1L << cpu);
            int running = runQueues.current[from];
            if (thread != RunQueues.IDLE
                    && deadline.deadlineNs(thread) < deadline.earliestNs(cpu)
                    && entities.schedulingClass[running] == SchedulingClass.DEADLINE
                    && deadline.deadlineNs(thread) >= deadline.deadlineNs(running)) {
                runQueues.migrate(thread, cpu, nowNs);
            }
        }
    }

    private int pushable(int cpu, long allowed) {
        ThreadQueue queue = deadline.queue(cpu);
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

    /** A CPU without deadline threads, else the one whose earliest is last, if that is later than the thread's; -1 for none. */
    private int laterCpu(int thread, int thisCpu) {
        long free = 0;
        int latest = -1;
        for (long left = entities.allowed[thread]; left != 0; left &= left - 1) {
            int cpu = Long.numberOfTrailingZeros(left);
            if (deadline.queue(cpu).size() == 0) {
                free |= 1L << cpu;
            } else if (latest < 0 || deadline.earliestNs(cpu) > deadline.earliestNs(latest)) {
                latest = cpu;
            }
        }
        if (free != 0) {
            int cpu = entities.cpu[thread];
            if ((free >>> cpu & 1) != 0) {
                return cpu;
            }
            return (free >>> thisCpu & 1) != 0 ? thisCpu : Long.numberOfTrailingZeros(free);
        }
        return latest >= 0 && deadline.deadlineNs(thread) < deadline.earliestNs(latest) ? latest : -1;
    }
}
