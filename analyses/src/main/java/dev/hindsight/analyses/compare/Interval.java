package dev.hindsight.analyses.compare;

/**
 * Where a difference lies, with the confidence of the bootstrap that made it.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {

    /** Whether no difference at all is among what the samples allow. */
    public boolean excludesZero() {
        return low > 0 || high < 0;
    }
}
