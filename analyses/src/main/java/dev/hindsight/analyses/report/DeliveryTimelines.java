package dev.hindsight.analyses.report;

import dev.hindsight.analyses.FigureTable;
import dev.hindsight.analyses.Figures;
import dev.hindsight.analyses.report.DeliveryTimeline.Lane;
import dev.hindsight.analyses.report.DeliveryTimeline.Span;
import dev.hindsight.analyses.report.ReportBuilder.WorstRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what there is to draw of chosen deliveries. */
final class DeliveryTimelines {

    private DeliveryTimelines() {}

    /**
     * Reads them.
     *
     * @param chosen by run, trace and delivery of the dataset
     */
    static List<DeliveryTimeline> read(Figures figures, Map<List<Object>, WorstRows> chosen) {
        if (chosen.isEmpty()) {
            return List.of();
        }
        List<String> explained = new ArrayList<>();
        chosen.keySet().forEach(key -> explained.add(key.get(0) + ":" + key.get(1) + ":" + key.get(2)));
        Figures of = figures.with(Map.of("explained", String.join(",", explained)));
        FigureTable points = of.compute("delivery_points");
        Map<List<Object>, List<Lane>> lanes = lanes(of.compute("delivery_timeline"));
        List<DeliveryTimeline> timelines = new ArrayList<>();
        for (List<Object> row : points.rows()) {
            List<Object> key = List.copyOf(row.subList(0, 3));
            WorstRows worst = chosen.get(key);
            Map<String, Object> byName = new LinkedHashMap<>();
            for (int i = 3; i < row.size(); i++) {
                byName.put(points.columns().get(i).name(), row.get(i));
            }
            timelines.add(new DeliveryTimeline(
                    worst.run(),
                    worst.place(),
                    worst.responseNs(),
                    byName,
                    worst.blame(),
                    lanes.getOrDefault(key, List.of())));
        }
        return timelines;
    }

    private static Map<List<Object>, List<Lane>> lanes(FigureTable table) {
        Map<List<Object>, List<Lane>> lanes = new LinkedHashMap<>();
        for (int i = 0; i < table.rows().size(); i++) {
            List<Object> key = List.copyOf(table.rows().get(i).subList(0, 3));
            String lane = (String) table.value(i, "lane");
            String vm = (String) table.value(i, "vm");
            long number = (Long) table.value(i, "number");
            List<Lane> of = lanes.computeIfAbsent(key, k -> new ArrayList<>());
            Lane last = of.isEmpty() ? null : of.get(of.size() - 1);
            if (last == null || !last.lane().equals(lane) || last.number() != number) {
                last = new Lane(lane, vm, number, new ArrayList<>());
                of.add(last);
            }
            last.spans()
                    .add(new Span(
                            (Long) table.value(i, "start_ns"),
                            (Long) table.value(i, "length_ns"),
                            (String) table.value(i, "state"),
                            who(table, i),
                            (String) table.value(i, "role"),
                            (Long) table.value(i, "spans")));
        }
        return lanes;
    }

    private static String who(FigureTable table, int row) {
        Object name = table.value(row, "name");
        if (name != null) {
            return name.toString();
        }
        Object cpu = table.value(row, "cpu");
        if (cpu != null) {
            return "on CPU " + cpu;
        }
        Object tid = table.value(row, "tid");
        Object comm = table.value(row, "comm");
        return tid == null || tid.equals(0L) ? null : (comm == null ? "" : comm + "-") + tid;
    }
}
