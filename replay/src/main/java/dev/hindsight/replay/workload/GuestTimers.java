package dev.hindsight.replay.workload;

/**
 * Guests' own timers (LAPIC, arm64's architected timers, POWER's decrementer), by line: the guest arms one in the handler
 * of the interrupt before, so that none comes before that handler.
 *
 * @param own whether a line is a vCPU's own timer
 * @param onlyLoaded whether the CPU's own hardware keeps it while the vCPU is loaded there, so that one that has come due
 *     while the vCPU waits for a CPU shows when it gets one
 * @param relative where the recording does not show what it was set for: due so long after its arming, whenever that is
 * @param periodNs of one that is set again and again for the same time, else 0
 */
public record GuestTimers(boolean[] own, boolean[] onlyLoaded, boolean[] relative, long[] periodNs) {

    /** Of lines none of which is a timer. */
    public static GuestTimers none(int lines) {
        return new GuestTimers(new boolean[lines], new boolean[lines], new boolean[lines], new long[lines]);
    }

    /** Those of the lines that are timers by their source, each without a period. */
    static GuestTimers of(Lines lines) {
        GuestTimers timers = none(lines.size());
        for (int line = 0; line < lines.size(); line++) {
            switch (lines.source().get(line)) {
                case "arch-timer", "decrementer" -> {
                    timers.own[line] = true;
                    timers.onlyLoaded[line] = true;
                }
                case "lapic-timer", "lapic" -> timers.own[line] = true;
                default -> {
                    // A device's, or another vCPU's.
                }
            }
        }
        return timers;
    }
}
