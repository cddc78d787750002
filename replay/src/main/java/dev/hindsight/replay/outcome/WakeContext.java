package dev.hindsight.replay.outcome;

import dev.hindsight.replay.timeline.Wakeups;

/** What a CPU did when it woke somebody. */
public final class WakeContext {

    public static final byte TASK = 0;
    public static final byte HARDIRQ = 1;
    public static final byte SOFTIRQ = 2;

    private WakeContext() {}

    /** As in column {@code context} of {@code wakeup}. */
    static String text(byte context) {
        return switch (context) {
            case TASK -> Wakeups.TASK;
            case HARDIRQ -> Wakeups.HARDIRQ;
            case SOFTIRQ -> Wakeups.SOFTIRQ;
            default -> throw new IllegalArgumentException("wakeup context " + context);
        };
    }
}
