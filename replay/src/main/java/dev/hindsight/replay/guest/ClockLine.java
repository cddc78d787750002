package dev.hindsight.replay.guest;

/**
 * The host's clock as a straight line over the guest's.
 *
 * @param refNs time on the guest's clock at which the offset holds
 * @param offsetNs the host's time less the guest's then
 * @param drift by which the offset grows, ns by ns
 * @param uncertaintyNs the offset may be off by so much either way, anywhere in the recording
 */
record ClockLine(long refNs, long offsetNs, double drift, long uncertaintyNs) {

    /** Stretches with fewer events bound nothing. */
    private static final int FEWEST_EVENTS = 20;

    long hostNs(long guestNs) {
        return guestNs + offsetNs + (drift == 0 ? 0 : Math.round(drift * (guestNs - refNs)));
    }

    /** This line, moved by another one that was found against it. */
    ClockLine plus(ClockLine correction) {
        return new ClockLine(refNs, offsetNs + correction.offsetNs, drift + correction.drift, correction.uncertaintyNs);
    }

    /**
     * The line through the bounds of all stretches: without drift if there is one, else with the drift in the middle of
     * those that are possible; where none passes, the one that misses by the least at the outermost bounds.
     *
     * @param bounds of stretches of equal length, null where one tells nothing
     * @return null where no stretch tells anything
     */
    static ClockLine through(CausalFit.Bounds[] bounds, long fromNs, long lengthNs) {
        long low = Long.MIN_VALUE;
        long high = Long.MAX_VALUE;
        double slowest = -Double.MAX_VALUE;
        double fastest = Double.MAX_VALUE;
        double stretchNs = (double) lengthNs / bounds.length;
        boolean any = false;
        for (boolean few : new boolean[] {false, true}) {
            for (int i = 0; i < bounds.length && !(few && any); i++) {
                if (bounds[i] != null && (few || bounds[i].events() >= FEWEST_EVENTS)) {
                    any = true;
                    low = Math.max(low, bounds[i].lowNs());
                    high = Math.min(high, bounds[i].highNs());
                }
            }
        }
        if (!any) {
            return null;
        }
        if (low <= high) {
            return new ClockLine(fromNs, low + (high - low) / 2, 0, (high - low + 1) / 2);
        }
        for (int i = 0; i < bounds.length; i++) {
            for (int j = i + 1; j < bounds.length; j++) {
                if (tells(bounds[i]) && tells(bounds[j])) {
                    double apart = (j - i) * stretchNs;
                    slowest = Math.max(slowest, (bounds[j].lowNs() - bounds[i].highNs()) / apart);
                    fastest = Math.min(fastest, (bounds[j].highNs() - bounds[i].lowNs()) / apart);
                }
            }
        }
        double drift = (slowest + fastest) / 2;
        double lowest = -Double.MAX_VALUE;
        double highest = Double.MAX_VALUE;
        for (int i = 0; i < bounds.length; i++) {
            if (tells(bounds[i])) {
                double byThen = drift * (i + 0.5) * stretchNs;
                lowest = Math.max(lowest, bounds[i].lowNs() - byThen);
                highest = Math.min(highest, bounds[i].highNs() - byThen);
            }
        }
        double wide = Math.abs(highest - lowest) / 2 + Math.abs(fastest - slowest) * lengthNs / 4;
        return new ClockLine(fromNs, Math.round((lowest + highest) / 2), drift, Math.round(wide));
    }

    private static boolean tells(CausalFit.Bounds bounds) {
        return bounds != null && bounds.events() >= FEWEST_EVENTS;
    }
}
