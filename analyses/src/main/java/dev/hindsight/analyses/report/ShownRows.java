package dev.hindsight.analyses.report;

import dev.hindsight.analyses.compare.ReplayedRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which rows of its figures a report shows, so that it stays small however many interrupts, threads and runs there are: the
 * interrupts that matter most have curves, all have their quantiles; of holders and exits the first of each machine.
 */
final class ShownRows {

    /** Curves of one kind, over all interrupts and runs. */
    private static final int CURVES = 90;

    private static final int HOLDERS = 60;
    private static final int REASONS = 25;
    private static final int EXIT_ROWS = 1_500;

    private static final Set<String> CURVED = Set.of("response_histogram", "response_exceedance", "stage_bands");

    private ShownRows() {}

    static Map<String, ReportTable> of(Map<String, ReportTable> tables, List<ReportRun> runs) {
        ReportTable latency = tables.get("irq_latency");
        Set<List<Object>> lines =
                latency == null ? Set.of() : lines(latency, runs, Math.max(1, CURVES / Math.max(1, runs.size())));
        Map<String, ReportTable> shown = new LinkedHashMap<>();
        tables.forEach((name, table) -> {
            if (CURVED.contains(name)) {
                shown.put(name, table.only(row -> lines.contains(line(table, row))));
            } else if (name.equals("irq_latency")) {
                shown.put(
                        name,
                        table.only(row ->
                                table.text(row, "stage").equals("response") || lines.contains(line(table, row))));
            } else if (name.equals("blame_by_holder")) {
                shown.put(name, first(table, HOLDERS, "run", "vm"));
            } else if (name.equals("exits")) {
                shown.put(name, exits(first(table, REASONS, "run", "vm", "vcpu"), runs));
            } else {
                shown.put(name, table);
            }
        });
        return shown;
    }

    /** Those with most responses over the SLO in recorded runs, then those with most responses. */
    private static Set<List<Object>> lines(ReportTable latency, List<ReportRun> runs, int most) {
        Map<List<Object>, long[]> sums = new LinkedHashMap<>();
        for (List<Object> row : latency.rows()) {
            if (latency.text(row, "stage").equals("response") && latency.number(row, "count") > 0) {
                long[] sum = sums.computeIfAbsent(line(latency, row), k -> new long[2]);
                if (runs.get((int) latency.number(row, "run")).kind() == ReplayedRun.Kind.RECORDED) {
                    Long over = (Long) latency.value(row, "over_slo");
                    sum[0] += over == null ? 0 : over;
                    sum[1] += latency.number(row, "count");
                }
            }
        }
        List<Map.Entry<List<Object>, long[]>> ranked = new ArrayList<>(sums.entrySet());
        ranked.sort((a, b) -> {
            int byOver = Long.compare(b.getValue()[0], a.getValue()[0]);
            return byOver != 0 ? byOver : Long.compare(b.getValue()[1], a.getValue()[1]);
        });
        Set<List<Object>> lines = new HashSet<>();
        ranked.subList(0, Math.min(most, ranked.size())).forEach(entry -> lines.add(entry.getKey()));
        return lines;
    }

    private static List<Object> line(ReportTable table, List<Object> row) {
        return List.of(
                table.value(row, "vm"), table.value(row, "vcpu"), table.value(row, "source"), table.value(row, "irq"));
    }

    /** The first rows of each group, as the figure orders them. */
    private static ReportTable first(ReportTable table, int most, String... columns) {
        Map<List<Object>, Integer> taken = new HashMap<>();
        return table.only(row -> {
            List<Object> group = new ArrayList<>();
            for (String column : columns) {
                group.add(table.value(row, column));
            }
            return taken.merge(group, 1, Integer::sum) <= most;
        });
    }

    /** Replays keep the recorded exits; where all are too many, theirs are left out. */
    private static ReportTable exits(ReportTable table, List<ReportRun> runs) {
        return table.rows().size() <= EXIT_ROWS
                ? table
                : table.only(row -> runs.get((int) table.number(row, "run")).kind() == ReplayedRun.Kind.RECORDED);
    }
}
