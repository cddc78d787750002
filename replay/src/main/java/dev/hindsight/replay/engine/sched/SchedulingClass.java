package dev.hindsight.replay.engine.sched;

/**
 * One of Linux's scheduling classes over all CPUs: {@link StopClass}, {@link DeadlineClass}, {@link RealtimeClass},
 * {@link FairClass}, in descending order. The thread on a CPU stays queued there while it runs.
 */
sealed interface SchedulingClass permits StopClass, DeadlineClass, RealtimeClass, FairClass {

    /** Highest class: the kernel's stopper threads. */
    int STOP = 0;

    /** SCHED_DEADLINE. */
    int DEADLINE = 1;

    /** SCHED_FIFO and SCHED_RR. */
    int REALTIME = 2;

    /** SCHED_OTHER, SCHED_BATCH and SCHED_IDLE. */
    int FAIR = 3;

    /** Puts a thread in line on a CPU. */
    void enqueue(int thread, int cpu, Enqueue why, long nowNs);

    /** Takes a thread out of line; {@code sleeps} unless it comes back at once, here or elsewhere. */
    void dequeue(int thread, int cpu, boolean sleeps, long nowNs);

    /** Charges the thread on a CPU, one of this class, for the time since it was charged last. */
    void charge(int cpu, long nowNs);

    /** A thread of this class came on a CPU that runs another of this class: preempt? */
    void preempt(int thread, int cpu, long nowNs);

    /** Who runs next on a CPU, or {@link RunQueues#IDLE} where this class has nobody that may. */
    int first(int cpu, long nowNs);

    /** A thread begins to run; {@code again} if it is the one that ran before. */
    void begin(int thread, int cpu, boolean again, long nowNs);

    /** The thread that ran, still queued, is no longer the CPU's current one. */
    void end(int thread, int cpu, long nowNs);

    /** The tick of a CPU whose thread is of this class. */
    void tick(int cpu, long nowNs);
}
