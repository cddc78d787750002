package dev.hindsight.analyses.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The figures of one run that runs are compared by.
 *
 * @param run of the dataset
 * @param trace of the dataset
 * @param durationS seconds that it covers
 * @param cpus CPUs of its host
 * @param figures by subject, in the order in which they are shown
 * @param samples what they can be resampled from, {@link RunSamples#NONE} where nobody asked for it
 */
public record RunFigures(
        String run, long trace, double durationS, long cpus, Map<Subject, SubjectFigures> figures, RunSamples samples) {

    public RunFigures {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** A measure of a subject, null where the run has none. */
    public Double value(Subject subject, String measure) {
        SubjectFigures of = figures.get(subject);
        return of == null ? null : of.value(measure);
    }
}
