package dev.hindsight.cli;

import dev.hindsight.analyses.compare.MeasureUnit;
import java.util.Locale;

/** Measures of runs as text for people, in the unit that fits. */
final class FigureText {

    private FigureText() {}

    /** A measure's name without the unit that the value shows. */
    static String name(String measure) {
        for (String end : new String[] {"_ns", "_pct"}) {
            if (measure.endsWith(end)) {
                return measure.substring(0, measure.length() - end.length());
            }
        }
        return measure;
    }

    /** A value, {@code -} for null. */
    static String of(String measure, Double value) {
        if (value == null) {
            return "-";
        }
        return switch (MeasureUnit.of(measure)) {
            case NS -> duration(value);
            case PERCENT -> String.format(Locale.ROOT, "%.3f %%", value);
            case SECONDS -> String.format(Locale.ROOT, "%.3f s", value);
            case PER_SECOND -> String.format(Locale.ROOT, "%.3f /s", value);
            case COUNT -> String.format(Locale.ROOT, "%d", Math.round(value));
        };
    }

    /** A difference, with its sign. */
    static String signed(String measure, Double value) {
        return value == null ? "-" : (value > 0 ? "+" : "") + of(measure, value);
    }

    static String duration(double ns) {
        double magnitude = Math.abs(ns);
        if (magnitude < 1e3) {
            return String.format(Locale.ROOT, "%.0f ns", ns);
        } else if (magnitude < 1e6) {
            return String.format(Locale.ROOT, "%.3f us", ns / 1e3);
        } else if (magnitude < 1e9) {
            return String.format(Locale.ROOT, "%.3f ms", ns / 1e6);
        }
        return String.format(Locale.ROOT, "%.3f s", ns / 1e9);
    }
}
