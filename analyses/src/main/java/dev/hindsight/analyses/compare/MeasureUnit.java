package dev.hindsight.analyses.compare;

/** What a measure counts in, as the end of its name tells. */
public enum MeasureUnit {
    NS("ns"),
    SECONDS("s"),
    PER_SECOND("1/s"),
    PERCENT("%"),
    COUNT("");

    private final String symbol;

    MeasureUnit(String symbol) {
        this.symbol = symbol;
    }

    /** The unit of a measure. */
    public static MeasureUnit of(String measure) {
        if (measure.endsWith("_ns")) {
            return NS;
        } else if (measure.endsWith("_pct")) {
            return PERCENT;
        } else if (measure.equals("per_s")) {
            return PER_SECOND;
        } else if (measure.endsWith("_s")) {
            return SECONDS;
        }
        return COUNT;
    }

    /** As printed; empty for counts. */
    public String symbol() {
        return symbol;
    }

    /** A value as it is printed for programs: whole where the unit is, null for null. */
    public Number plain(Double value) {
        if (value == null) {
            return null;
        }
        return switch (this) {
            case NS, COUNT -> (Number) Math.round(value);
            case SECONDS, PER_SECOND, PERCENT -> (Number) value;
        };
    }
}
