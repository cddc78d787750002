package dev.hindsight.replay.engine.sched;

/**
 * Lets the highest priorities of the machine run (select_task_rq_rt, push_rt_task, pull_rt_task in kernel/sched/rt.c). Deadline
 * threads and stoppers make real-time threads wait as well (rt_task() holds for them).
 */
final class RealtimeBalance extends PushPullBalance {

    private final RealtimeClass realtime;

    RealtimeBalance(RunQueues runQueues, Entities entities, RealtimeClass realtime) {
        super(runQueues, entities);
        this.realtime = realtime;
    }

    /** After a wakeup: sends threads that wait behind a real-time or deadline thread elsewhere (task_woken_rt). */
    void woken(int thread, long nowNs) {
        int cpu = entities.cpu[thread];
        if (runQueues.runs(cpu)
                && runQueues.current[cpu] != thread
                && !runQueues.resched[cpu]
                && !entities.bound(thread)
                && stays(thread, runQueues.current[cpu])) {
            push(cpu, nowNs);
        }
    }

    @Override
    ThreadQueue queue(int cpu) {
        return realtime.queue(cpu);
    }

    @Override
    boolean yieldsTo(int running) {
        return entities.schedulingClass[running] != SchedulingClass.FAIR;
    }

    @Override
    boolean before(int thread, int running) {
        return entities.priority(thread) > entities.priority(running);
    }

    @Override
    boolean beforeAll(int thread, int cpu) {
        return entities.rtPriority[thread] > realtime.highest(cpu);
    }

    @Override
    boolean takesOver(int thread, int running) {
        return before(thread, running);
    }

    @Override
    int lowestCpu(int thread, int thisCpu) {
        long lowest = realtime.lowestCpus(thread);
        return lowest == 0 ? -1 : nearest(lowest, thread, thisCpu);
    }
}
