package dev.hindsight.replay.engine.sched;

import dev.hindsight.replay.policy.SchedParameters;
import java.util.Arrays;

/** What the scheduler knows of each thread, by thread index: its class with its numbers, where it may run and where it is. */
final class Entities {

    final int count;
    /** {@link SchedulingClass#STOP}, {@link SchedulingClass#DEADLINE}, {@link SchedulingClass#REALTIME} or {@link SchedulingClass#FAIR}. */
    final int[] schedulingClass;
    /** 1..99, high is urgent; 0 outside of the real-time class. */
    final int[] rtPriority;

    final boolean[] roundRobin;
    /** Fair class; kept while the thread is in another one. */
    final int[] weight;

    final boolean[] idlePolicy;
    final long[] deadlineRuntimeNs;
    final long[] deadlinePeriodNs;
    final long[] allowed;
    final int[] cpu;
    final boolean[] queued;
    /** Until when the running thread is charged; of others, when they ran last. */
    final long[] chargedNs;
    /** All time on a CPU. */
    final long[] ranNs;

    Entities(int count, int cpus) {
        this.count = count;
        schedulingClass = new int[count];
        rtPriority = new int[count];
        roundRobin = new boolean[count];
        weight = new int[count];
        idlePolicy = new boolean[count];
        deadlineRuntimeNs = new long[count];
        deadlinePeriodNs = new long[count];
        allowed = new long[count];
        cpu = new int[count];
        queued = new boolean[count];
        chargedNs = new long[count];
        ranNs = new long[count];
        Arrays.fill(schedulingClass, SchedulingClass.FAIR);
        Arrays.fill(weight, NiceWeights.NICE_0);
        Arrays.fill(allowed, allCpus(cpus));
    }

    static long allCpus(int cpus) {
        return -1L >>> (Long.SIZE - cpus);
    }

    void set(int thread, SchedParameters p) {
        schedulingClass[thread] = classOf(p);
        rtPriority[thread] = p.rtPriority();
        roundRobin[thread] = p.policy() == SchedParameters.Policy.RR;
        idlePolicy[thread] = p.policy() == SchedParameters.Policy.IDLE;
        weight[thread] = idlePolicy[thread] ? NiceWeights.IDLE_POLICY : NiceWeights.of(p.nice());
        deadlineRuntimeNs[thread] = p.runtimeNs();
        deadlinePeriodNs[thread] = p.periodNs();
    }

    boolean has(int thread, SchedParameters p) {
        return schedulingClass[thread] == classOf(p)
                && rtPriority[thread] == p.rtPriority()
                && roundRobin[thread] == (p.policy() == SchedParameters.Policy.RR)
                && idlePolicy[thread] == (p.policy() == SchedParameters.Policy.IDLE)
                && (schedulingClass[thread] != SchedulingClass.FAIR
                        || idlePolicy[thread]
                        || weight[thread] == NiceWeights.of(p.nice()))
                && deadlineRuntimeNs[thread] == p.runtimeNs()
                && deadlinePeriodNs[thread] == p.periodNs();
    }

    static int classOf(SchedParameters p) {
        return switch (p.policy()) {
            case STOP -> SchedulingClass.STOP;
            case DEADLINE -> SchedulingClass.DEADLINE;
            case FIFO, RR -> SchedulingClass.REALTIME;
            case OTHER, IDLE -> SchedulingClass.FAIR;
        };
    }

    /** One number over the classes, high is urgent: stop 101, deadline 100, real-time 1..99, fair 0. */
    int priority(int thread) {
        return switch (schedulingClass[thread]) {
            case SchedulingClass.STOP -> 101;
            case SchedulingClass.DEADLINE -> 100;
            default -> rtPriority[thread];
        };
    }

    boolean mayRunOn(int thread, int cpu) {
        return (allowed[thread] >>> cpu & 1) != 0;
    }

    /** Whether it may run on one CPU alone. */
    boolean bound(int thread) {
        return (allowed[thread] & (allowed[thread] - 1)) == 0;
    }

    int anyAllowed(int thread) {
        return Long.numberOfTrailingZeros(allowed[thread]);
    }

    /** Charges a running thread and returns the time since it was charged last. */
    long charge(int thread, long nowNs) {
        long ran = nowNs - chargedNs[thread];
        chargedNs[thread] = nowNs;
        ranNs[thread] += ran;
        return ran;
    }
}
