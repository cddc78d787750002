package dev.hindsight.replay.engine;

/**
 * Factors on what a host's own short paths take in a replay: 1 for the recording's own speed, other values for another
 * recording of a machine whose speed drifts. Kinds of path drift by themselves: a guest's instructions may be slower where
 * the host's interrupts are not.
 *
 * @param exits KVM's paths: handling of exits, entries, injections
 * @param interrupts the host's interrupts, softirqs and ticks
 * @param switches wakeups, context switches, interrupts between CPUs
 * @param guest the guest's interrupt handlers
 */
public record PathFactors(double exits, double interrupts, double switches, double guest) {

    /** As recorded. */
    public static final PathFactors RECORDED = all(1);

    private static final double MOST = 1000;

    public PathFactors {
        check(exits);
        check(interrupts);
        check(switches);
        check(guest);
    }

    /** One factor for every kind. */
    public static PathFactors all(double factor) {
        return new PathFactors(factor, factor, factor, factor);
    }

    private static void check(double factor) {
        if (!(factor > 0) || factor > MOST) {
            throw new IllegalArgumentException("factor " + factor + ", it must be above 0 and at most " + MOST);
        }
    }

    /**
     * A path's length at another speed. What it usually takes is its own and scaled; what one took beyond that came from
     * elsewhere (caches, the machine below) and stays.
     *
     * @param ns as recorded
     * @param usualNs what the path usually takes
     */
    static long scaled(long ns, double factor, long usualNs) {
        return factor == 1 ? ns : ns + Math.round((factor - 1) * Math.min(ns, usualNs));
    }
}
