package dev.hindsight.analyses.report;

import dev.hindsight.analyses.FigureWarning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * All that a report shows. Made by {@link ReportBuilder}, written by {@link ReportPage}.
 *
 * @param tool name and version of the program
 * @param sloNs longest good response, empty where nobody said
 * @param runs in the order in which they are shown
 * @param verdict what it comes to
 * @param tables figures of all runs, by name
 * @param deliveries the worst ones
 * @param strips overviews of whole runs
 * @param warnings by run
 */
public record Report(
        String tool,
        OptionalLong sloNs,
        List<ReportRun> runs,
        Verdict verdict,
        Map<String, ReportTable> tables,
        List<DeliveryTimeline> deliveries,
        List<CpuStrip> strips,
        Map<Integer, List<FigureWarning>> warnings) {

    public Report {
        runs = List.copyOf(runs);
        deliveries = List.copyOf(deliveries);
        strips = List.copyOf(strips);
    }

    /** What it is of, for a title. */
    public String title() {
        Set<String> labels = new LinkedHashSet<>();
        runs.forEach(run -> labels.add(run.recording().label()));
        return labels.isEmpty() ? "no recording with events" : String.join(", ", labels);
    }

    /** As nested maps and lists of plain values. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("tool", tool);
        json.put("slo_ns", sloNs.isPresent() ? (Object) sloNs.getAsLong() : null);
        Set<RecordingFacts> recordings = new LinkedHashSet<>();
        runs.forEach(run -> recordings.add(run.recording()));
        json.put("recordings", recordings.stream().map(RecordingFacts::toJson).toList());
        json.put("runs", runs.stream().map(ReportRun::toJson).toList());
        json.put("verdict", verdict.toJson());
        Map<String, Object> figures = new LinkedHashMap<>();
        tables.forEach((name, table) -> figures.put(name, table.toJson()));
        json.put("tables", figures);
        json.put("deliveries", deliveries.stream().map(DeliveryTimeline::toJson).toList());
        json.put("strips", strips.stream().map(CpuStrip::toJson).toList());
        json.put("warnings", warningsJson());
        json.put("queries", ReportQueries.toJson(tables.keySet()));
        return json;
    }

    /** One that several runs share stands once. */
    private List<Object> warningsJson() {
        Map<List<Object>, List<Object>> runsOf = new LinkedHashMap<>();
        warnings.forEach((run, list) -> {
            for (FigureWarning w : list) {
                runsOf.computeIfAbsent(List.of(w.code(), w.message(), w.figures()), k -> new ArrayList<>())
                        .add((long) run);
            }
        });
        List<Object> all = new ArrayList<>();
        runsOf.forEach((key, of) -> {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("code", key.get(0));
            json.put("message", key.get(1));
            json.put("figures", key.get(2));
            json.put("runs", of);
            all.add(json);
        });
        return all;
    }
}
