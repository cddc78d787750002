package dev.hindsight.analyses;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.result.QueryException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Computes all figures of a dataset, by the queries of this package. */
public final class Analysis {

    private static final String RESPONSE = "response";

    private Analysis() {}

    /**
     * All figures.
     *
     * @throws QueryException where one cannot be computed
     */
    public static AnalysisReport of(Dataset dataset, AnalysisOptions options) {
        try (Connection connection = dataset.connect()) {
            return of(connection, options);
        } catch (SQLException e) {
            throw QueryException.of(e);
        }
    }

    /** All figures of the tables that a connection shows. */
    static AnalysisReport of(Connection connection, AnalysisOptions options) {
        Figures figures = new Figures(connection, options);
        return new AnalysisReport(
                figures.compute("overview"),
                irqLatency(figures.compute("irq_latency")),
                worst(figures.compute("worst")),
                figures.compute("blame"),
                figures.compute("jobs"),
                figures.compute("exits"),
                figures.compute("sched_latency"),
                figures.compute("sched_latency_by_role"),
                figures.compute("cpu_usage"),
                figures.compute("cpu_usage_by_vm"),
                figures.compute("cpu_usage_by_thread"),
                figures.compute("cpu_usage_by_cpu"),
                figures.compute("cpu_waste"),
                figures.compute("cpu_waste_by_cpu"),
                figures.compute("halt_poll"),
                figures.compute("starvation"),
                figures.compute("priority_inversion"),
                figures.compute("losses"),
                figures.compute("hidden_stages"),
                figures.compute("guest_clock"),
                figures.compute("guest_latency"),
                figures.compute("guest_worst"),
                warnings(figures.compute("figure_warnings")));
    }

    private static List<IrqLatency> irqLatency(FigureTable table) {
        List<IrqLatency> lines = new ArrayList<>();
        Map<String, StageLatency> stages = new LinkedHashMap<>();
        StageLatency response = null;
        for (int i = 0; i < table.rows().size(); i++) {
            String stage = text(table, i, "stage");
            if (stage.equals(RESPONSE)) {
                response = stageLatency(table, i);
                stages.clear();
            } else {
                stages.put(stage, stageLatency(table, i));
            }
            boolean last =
                    i + 1 == table.rows().size() || text(table, i + 1, "stage").equals(RESPONSE);
            if (last) {
                lines.add(new IrqLatency(
                        text(table, i, "run"),
                        number(table, i, "trace"),
                        text(table, i, "vm"),
                        number(table, i, "vcpu"),
                        text(table, i, "source"),
                        number(table, i, "irq"),
                        number(table, i, "deliveries"),
                        number(table, i, "coalesced"),
                        number(table, i, "lost"),
                        number(table, i, "unhandled"),
                        text(table, i, "response_end"),
                        response,
                        stages));
            }
        }
        return lines;
    }

    private static StageLatency stageLatency(FigureTable table, int row) {
        return new StageLatency(
                number(table, row, "count"),
                number(table, row, "hidden"),
                (Long) table.value(row, "min_ns"),
                (Long) table.value(row, "avg_ns"),
                (Long) table.value(row, "p50_ns"),
                (Long) table.value(row, "p90_ns"),
                (Long) table.value(row, "p99_ns"),
                (Long) table.value(row, "p999_ns"),
                (Long) table.value(row, "max_ns"),
                (Long) table.value(row, "over_slo"),
                (Double) table.value(row, "over_slo_pct"));
    }

    private static List<WorstDelivery> worst(FigureTable table) {
        List<WorstDelivery> deliveries = new ArrayList<>();
        int row = 0;
        while (row < table.rows().size()) {
            int first = row;
            List<WorstDelivery.Stage> stages = new ArrayList<>();
            while (row < table.rows().size() && sameIn(table, first, row, "run", "trace", "delivery")) {
                row = addStage(table, row, stages);
            }
            deliveries.add(new WorstDelivery(
                    text(table, first, "run"),
                    number(table, first, "trace"),
                    number(table, first, "place"),
                    text(table, first, "vm"),
                    number(table, first, "vcpu"),
                    text(table, first, "source"),
                    number(table, first, "irq"),
                    number(table, first, "asserted_ns"),
                    number(table, first, "response_ns"),
                    (Long) table.value(first, "due_response_ns"),
                    number(table, first, "coalesced"),
                    stages));
        }
        return deliveries;
    }

    /** Takes the rows of one stage; returns the row after them. */
    private static int addStage(FigureTable table, int first, List<WorstDelivery.Stage> stages) {
        String stage = text(table, first, "stage");
        if (stage == null) {
            return first + 1;
        }
        List<Holder> blame = new ArrayList<>();
        int row = first;
        while (row < table.rows().size() && sameIn(table, first, row, "run", "trace", "delivery", "stage")) {
            blame.add(new Holder(
                    text(table, row, "kind"),
                    (Long) table.value(row, "tid"),
                    text(table, row, "comm"),
                    text(table, row, "role"),
                    text(table, row, "name"),
                    number(table, row, "ns"),
                    (Double) table.value(row, "share_pct")));
            row++;
        }
        stages.add(new WorstDelivery.Stage(stage, number(table, first, "stage_ns"), blame));
        return row;
    }

    private static boolean sameIn(FigureTable table, int a, int b, String... columns) {
        for (String column : columns) {
            if (!Objects.equals(table.value(a, column), table.value(b, column))) {
                return false;
            }
        }
        return true;
    }

    private static List<FigureWarning> warnings(FigureTable table) {
        List<FigureWarning> all = new ArrayList<>();
        for (int i = 0; i < table.rows().size(); i++) {
            String figures = text(table, i, "figures");
            all.add(new FigureWarning(
                    text(table, i, "run"),
                    number(table, i, "trace"),
                    text(table, i, "code"),
                    text(table, i, "message"),
                    figures.isEmpty() ? List.of() : List.of(figures.split(", ")),
                    number(table, i, "count")));
        }
        return all;
    }

    private static String text(FigureTable table, int row, String column) {
        return (String) table.value(row, column);
    }

    private static long number(FigureTable table, int row, String column) {
        return ((Number) table.value(row, column)).longValue();
    }
}
