package dev.hindsight.analyses.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Numbers of one subject in one run.
 *
 * @param measures by name, whose end tells the unit ({@code _ns}, {@code _s}, {@code _pct}, {@code per_s}; counts else);
 *     null where the run cannot tell
 */
public record SubjectFigures(Subject subject, Map<String, Number> measures) {

    public SubjectFigures {
        measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }

    /** A measure, or null. */
    public Double value(String measure) {
        Number value = measures.get(measure);
        return value == null ? null : value.doubleValue();
    }
}
