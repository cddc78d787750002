package dev.hindsight.analyses.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.analyses.compare.ReplayedRun;
import dev.hindsight.queries.result.ResultColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A report of many runs and interrupts stays small, and keeps what matters. */
class ShownRowsTest {

    private static final int RUNS = 30;
    private static final int LINES = 40;

    private static List<ResultColumn> columns(String... names) {
        return Arrays.stream(names)
                .map(name -> new ResultColumn(name, "BIGINT", "", ""))
                .toList();
    }

    @Test
    void the_interrupts_most_often_over_the_slo_have_curves_and_all_have_quantiles() {
        List<ReportRun> runs = new ArrayList<>();
        List<List<Object>> latency = new ArrayList<>();
        List<List<Object>> steps = new ArrayList<>();
        for (long run = 0; run < RUNS; run++) {
            ReplayedRun.Kind kind = run == 0 ? ReplayedRun.Kind.RECORDED : ReplayedRun.Kind.POLICY;
            runs.add(new ReportRun(
                    (int) run, "r" + run, ReportFiguresTest.facts(), "r" + run, kind, "", 1, false, null));
            for (long irq = 0; irq < LINES; irq++) {
                // In replays the order is the other way round: the recording decides.
                long over = run == 0 ? irq : LINES - irq;
                latency.add(Arrays.asList(run, "vm", 0L, "msi", irq, "response", 100L, over));
                latency.add(Arrays.asList(run, "vm", 0L, "msi", irq, "host", 100L, over));
                steps.add(Arrays.asList(run, "vm", 0L, "msi", irq, 1L));
            }
        }
        Map<String, ReportTable> tables = new LinkedHashMap<>();
        tables.put(
                "irq_latency",
                new ReportTable(
                        "irq_latency",
                        columns("run", "vm", "vcpu", "source", "irq", "stage", "count", "over_slo"),
                        latency));
        tables.put(
                "response_histogram",
                new ReportTable("response_histogram", columns("run", "vm", "vcpu", "source", "irq", "step"), steps));
        Map<String, ReportTable> shown = ShownRows.of(tables, runs);
        Set<Object> drawn = new LinkedHashSet<>();
        ReportTable histogram = shown.get("response_histogram");
        histogram.rows().forEach(row -> drawn.add(histogram.value(row, "irq")));
        assertThat(drawn).containsExactlyInAnyOrder(37L, 38L, 39L);
        assertThat(histogram.rows()).hasSize(3 * RUNS);
        assertThat(shown.get("irq_latency").rows()).hasSize(RUNS * (LINES + 3));
    }
}
