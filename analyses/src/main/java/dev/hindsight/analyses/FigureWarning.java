package dev.hindsight.analyses;

import java.util.List;

/**
 * What a reader of the figures has to know of a trace.
 *
 * @param run run of the dataset
 * @param trace number of the trace
 * @param code stable, lower-case, hyphenated, for instance {@code lost-events}
 * @param message one sentence
 * @param figures that it concerns, by name; empty for all of them
 * @param count how many of what the message says
 */
public record FigureWarning(String run, long trace, String code, String message, List<String> figures, long count) {

    public FigureWarning {
        figures = List.copyOf(figures);
    }
}
