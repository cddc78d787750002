package dev.hindsight.analyses.compare;

/**
 * A measure of two runs.
 *
 * @param subject what it is of
 * @param measure its name, whose end tells the unit
 * @param a of the first, null where it has none
 * @param b of the second
 * @param interval of the difference b - a; null where it cannot be told
 */
public record ComparedFigure(Subject subject, String measure, Double a, Double b, Interval interval) {

    /** b - a, null where either is not there. */
    public Double difference() {
        return a == null || b == null ? null : b - a;
    }

    /** The difference in percent of a, null where that is 0 or either is not there. */
    public Double differencePct() {
        return a == null || b == null || a == 0 ? null : 100 * (b - a) / a;
    }
}
