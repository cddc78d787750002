package dev.hindsight.replay.engine.sched;

/**
 * Lets the earliest deadlines of the machine run (select_task_rq_dl, push_dl_task, pull_dl_task in kernel/sched/deadline.c).
 * Only deadline threads make each other wait; a thread takes over its CPU where the one that runs can go elsewhere.
 */
final class DeadlineBalance extends PushPullBalance {

    private final DeadlineClass deadline;

    DeadlineBalance(RunQueues runQueues, Entities entities, DeadlineClass deadline) {
        super(runQueues, entities);
        this.deadline = deadline;
    }

    @Override
    ThreadQueue queue(int cpu) {
        return deadline.queue(cpu);
    }

    @Override
    boolean yieldsTo(int running) {
        return entities.schedulingClass[running] == SchedulingClass.DEADLINE;
    }

    @Override
    boolean before(int thread, int running) {
        return deadline.deadlineNs(thread) < deadline.deadlineNs(running);
    }

    @Override
    boolean beforeAll(int thread, int cpu) {
        return deadline.deadlineNs(thread) < deadline.earliestNs(cpu);
    }

    @Override
    boolean takesOver(int thread, int running) {
        return yieldsTo(running) && before(thread, running) && !entities.bound(running);
    }

    /** A CPU without deadline threads, else the one whose earliest is last, if that is later than the thread's; -1 for none. */
    @Override
    int lowestCpu(int thread, int thisCpu) {
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
            return nearest(free, thread, thisCpu);
        }
        return latest >= 0 && beforeAll(thread, latest) ? latest : -1;
    }
}
