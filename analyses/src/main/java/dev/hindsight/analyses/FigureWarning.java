package dev.hindsight.analyses;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

    /** The members that every command's JSON has of a warning, in their order. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("code", code);
        json.put("message", message);
        json.put("figures", figures);
        json.put("count", count);
        return json;
    }
}
