package dev.hindsight.analyses.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run's figures can be resampled from.
 *
 * @param values responses of a line and durations of jobs, in order of time
 * @param windows by subject and measure, sums over equal windows of the run
 */
public record RunSamples(Map<Subject, Samples> values, Map<Subject, Map<String, Windows>> windows) {

    /** A run without samples. */
    public static final RunSamples NONE = new RunSamples(Map.of(), Map.of());

    public RunSamples {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        windows = Collections.unmodifiableMap(new LinkedHashMap<>(windows));
    }

    /**
     * A rate in windows.
     *
     * @param sums one a window
     * @param scale by which the mean of the sums becomes the measure
     */
    public record Windows(Samples sums, double scale) {}
}
