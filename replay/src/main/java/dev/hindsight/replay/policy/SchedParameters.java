package dev.hindsight.replay.policy;

/**
 * A scheduling class of Linux with its numbers, as sched_setattr(2) takes them.
 *
 * @param policy class
 * @param rtPriority 1..99 for {@link Policy#FIFO} and {@link Policy#RR}, else 0
 * @param nice -20..19 for {@link Policy#OTHER}, else 0
 * @param runtimeNs for {@link Policy#DEADLINE}, else 0
 * @param periodNs period and relative deadline for {@link Policy#DEADLINE}, else 0
 */
public record SchedParameters(Policy policy, int rtPriority, int nice, long runtimeNs, long periodNs) {

    /** Linux's scheduling classes: those that a user can choose, and {@link #STOP}, which is the kernel's own. */
    public enum Policy {
        OTHER,
        IDLE,
        FIFO,
        RR,
        DEADLINE,
        STOP
    }

    public SchedParameters {
        boolean rt = policy == Policy.FIFO || policy == Policy.RR;
        if (rt ? rtPriority < 1 || rtPriority > 99 : rtPriority != 0) {
            throw new IllegalArgumentException("real-time priority " + rtPriority + " with " + policy);
        }
        if (nice < -20 || nice > 19 || nice != 0 && policy != Policy.OTHER) {
            throw new IllegalArgumentException("nice " + nice + " with " + policy);
        }
        boolean deadline = policy == Policy.DEADLINE;
        if (deadline ? runtimeNs <= 0 || periodNs < runtimeNs : runtimeNs != 0 || periodNs != 0) {
            throw new IllegalArgumentException("runtime " + runtimeNs + " ns in " + periodNs + " ns with " + policy);
        }
    }

    /**
     * What a recorded kernel priority stands for: below 0 deadline (its numbers are unknown: FIFO 99), 0..98 FIFO, 100..139
     * nice.
     *
     * @param stopper whether it is of a CPU's stopper thread, which shows priority 0
     */
    public static SchedParameters recorded(boolean stopper, int priority) {
        if (stopper && priority == 0) {
            return new SchedParameters(Policy.STOP, 0, 0, 0, 0);
        }
        if (priority < 100) {
            return new SchedParameters(Policy.FIFO, Math.max(1, Math.min(99, 99 - priority)), 0, 0, 0);
        }
        return new SchedParameters(Policy.OTHER, 0, Math.min(priority, 139) - 120, 0, 0);
    }
}
