package dev.hindsight.replay.engine.sched;

/** Which CPU a real-time thread runs on: at wakeup, when it waits behind another one (push), when a CPU's work sinks (pull). */
final class RealtimeBalance {

    private final RunQueues runQueues;
    private final Entities entities;
    private final RealtimeClass realtime;

    RealtimeBalance(RunQueues runQueues, Entities entities, RealtimeClass realtime) {
        this.runQueues = runQueues;
        this.entities = entities;
        this.realtime = realtime;
    }

    /**
     * Where a thread wakes up: where it was, unless a thread above the fair class runs there that it can't or should not
     * displace (select_task_rq_rt; its rt_task() holds for deadline threads and stoppers too).
     */
    int wakeCpu(int thread, int wakerCpu) {
        int cpu = entities.cpu[thread];
        if (runQueues.runs(cpu)) {
            int running = runQueues.current[cpu];
            boolean stays = entities.schedulingClass[running] != SchedulingClass.FAIR
                    && (entities.bound(running) || entities.priority(running) >= entities.priority(thread));
            if (stays) {
                int target = lowestCpu(thread, wakerCpu);
                if (target >= 0 && entities.rtPriority[thread] > realtime.highest(target)) {
                    return target;
                }
            }
        }
        return cpu;
    }

    /** After a wakeup: sends threads that wait behind a real-time or deadline thread elsewhere (task_woken_rt). */
    void woken(int thread, long nowNs) {
        int cpu = entities.cpu[thread];
        if (runQueues.current[cpu] == thread
                || runQueues.resched[cpu]
                || entities.bound(thread)
                || !runQueues.runs(cpu)) {
            return;
        }
        int running = runQueues.current[cpu];
        if (entities.schedulingClass[running] != SchedulingClass.FAIR
                && (entities.bound(running) || entities.priority(running) >= entities.priority(thread))) {
            push(cpu, nowNs);
        }
    }

    /** Sends waiting threads to CPUs with less urgent work. */
    void push(int cpu, long nowNs) {
        int thread = pushable(cpu, -1L);
        while (realtime.queue(cpu).size() > 1 && thread != RunQueues.IDLE) {
            if (runQueues.runs(cpu) && entities.priority(thread) > entities.priority(runQueues.current[cpu])) {
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
    void pull(int cpu, long nowNs) {
        for (int from = 0; from < runQueues.cpus; from++) {
            if (from == cpu || realtime.queue(from).size() < 2) {
                continue;
            }
            int thread = pushable(from, 1L << cpu);
            if (thread != RunQueues.IDLE
                    && entities.rtPriority[thread] > realtime.highest(cpu)
                    && runQueues.runs(from)
                    && entities.rtPriority[thread] <= entities.priority(runQueues.current[from])) {
                runQueues.migrate(thread, cpu, nowNs);
            }
        }
    }

    private int pushable(int cpu, long allowed) {
        ThreadQueue queue = realtime.queue(cpu);
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

    private int lowestCpu(int thread, int thisCpu) {
        if (entities.bound(thread)) {
            return -1;
        }
        long mask = realtime.lowestCpus(thread);
        if (mask == 0) {
            return -1;
        }
        int cpu = entities.cpu[thread];
        if ((mask >>> cpu & 1) != 0) {
            return cpu;
        }
        return (mask >>> thisCpu & 1) != 0 ? thisCpu : Long.numberOfTrailingZeros(mask);
    }
}
