package dev.hindsight.analyses.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hindsight.analyses.Analysis;
import dev.hindsight.analyses.AnalysisOptions;
import dev.hindsight.analyses.AnalysisReport;
import dev.hindsight.analyses.WorstDelivery;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a report shows of a recording is what {@code analyze} says, and what the rows of the timeline add up to. */
class ReportFiguresTest {

    private static final long SLO_NS = 1_000_000;
    private static final AnalysisOptions OPTIONS = AnalysisOptions.DEFAULT.withSloNs(SLO_NS);

    private static Dataset dataset;
    private static AnalysisReport analysis;
    private static Report report;
    private static List<Long> responses;

    @BeforeAll
    static void read() throws SQLException, IOException {
        dataset = Dataset.ofTraces(
                List.of(SampleTraces.trace("bonnie-pitspin-base")),
                IngestOptions.DEFAULT
                        .withMarkers(List.of(MarkerRule.parse("job=pio:0x510")))
                        .timelineOnly(),
                SqlAccess.CONFINED);
        analysis = Analysis.of(dataset, OPTIONS);
        ReportBuilder builder = new ReportBuilder("hindsight", OPTIONS);
        try (Connection connection = dataset.connect()) {
            builder.add(connection, Map.of(0L, facts()), List.of("recorded"), steps -> {});
        }
        report = builder.build();
        responses = new ArrayList<>();
        try (QueryResult rows = dataset.query(
                "SELECT handled_ns - asserted_ns FROM virq WHERE NOT lost AND handled_ns >= asserted_ns")) {
            while (rows.next()) {
                responses.add((Long) rows.value(0));
            }
        }
        Collections.sort(responses);
    }

    static RecordingFacts facts() {
        return new RecordingFacts(
                "base", "base.dat", "trace.dat 7", "x86_64", "6.1", "mono", 2, 139_870, "none lost", false);
    }

    @AfterAll
    static void close() {
        dataset.close();
    }

    private static ReportTable table(String name) {
        return report.tables().get(name);
    }

    @Test
    void tables_are_those_of_analyze() {
        for (String name : List.of("cpu_waste", "cpu_usage", "exits", "jobs")) {
            List<Map<String, Object>> expected = rows(name);
            ReportTable found = table(name);
            assertThat(found.rows()).as(name).hasSize(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                for (int c = 1; c < found.columns().size(); c++) {
                    String column = found.columns().get(c).name();
                    assertThat(found.rows().get(i).get(c))
                            .as(name + " " + column)
                            .isEqualTo(expected.get(i).get(column));
                }
            }
        }
    }

    private static List<Map<String, Object>> rows(String name) {
        return switch (name) {
            case "cpu_waste" -> analysis.cpuWaste().toMaps();
            case "cpu_usage" -> analysis.cpuUsageByRole().toMaps();
            case "exits" -> analysis.exits().toMaps();
            default -> analysis.jobs().toMaps();
        };
    }

    @Test
    void the_verdict_has_the_share_over_the_slo_and_the_longest_response_of_analyze() {
        Verdict.OfVm vm = report.verdict().vms().get(0);
        assertThat(report.verdict().vms()).hasSize(1);
        assertThat(vm.standing()).isEqualTo(Verdict.Standing.MISSES);
        assertThat(vm.over()).isEqualTo(analysis.irqLatency().get(0).response().overSlo());
        assertThat(vm.overPct())
                .isEqualTo(analysis.irqLatency().get(0).response().overSloPct());
        assertThat(vm.worstNs())
                .isEqualTo(analysis.irqLatency().get(0).response().maxNs());
        assertThat(vm.over())
                .isEqualTo(responses.stream().filter(ns -> ns > SLO_NS).count());
        assertThat(vm.summary().get(0))
                .isEqualTo(
                        "rtvmm misses the SLO of 1 ms: 560 of its 2,872 measured interrupt responses (19.5 %) are over"
                                + " it, the longest took 22.8 ms (vCPU 0 pit 0).");
        assertThat(vm.blame().get(0)).contains("bonnie++ (2 threads) while the vCPU waited for a CPU (schedule)");
        assertThat(vm.policies()).isEmpty();
    }

    @Test
    void the_steps_of_the_distribution_hold_each_response_once() {
        TreeMap<Long, Long> expected = new TreeMap<>();
        for (long ns : responses) {
            expected.merge((long) Math.floor(20 * Math.log10((double) Math.max(1, ns))), 1L, Long::sum);
        }
        ReportTable steps = table("response_histogram");
        TreeMap<Long, Long> found = new TreeMap<>();
        double pct = 0;
        for (List<Object> row : steps.rows()) {
            found.put(steps.number(row, "step"), steps.number(row, "deliveries"));
            pct += (Double) steps.value(row, "share_pct");
        }
        assertThat(found).isEqualTo(expected);
        assertThat(pct).isCloseTo(100, within(1e-9));
    }

    @Test
    void each_point_of_the_exceedance_curve_is_a_response_with_its_rank() {
        ReportTable points = table("response_exceedance");
        assertThat(points.rows().size()).isBetween(80, 250);
        int n = responses.size();
        for (List<Object> row : points.rows()) {
            int place = (int) points.number(row, "place");
            assertThat(points.number(row, "response_ns")).isEqualTo(responses.get(n - place));
            assertThat((Double) points.value(row, "at_least_pct")).isCloseTo(100.0 * place / n, within(1e-9));
        }
        assertThat(points.number(points.rows().get(0), "place")).isEqualTo(1);
        assertThat(points.number(points.rows().get(points.rows().size() - 1), "place"))
                .isEqualTo(n);
    }

    @Test
    void stages_of_the_percentile_bands_add_up_to_their_responses_and_bands_to_all_of_them() {
        ReportTable bands = table("stage_bands");
        double all = 0;
        long deliveries = 0;
        for (List<Object> row : bands.rows()) {
            double sum = 0;
            for (String stage : List.of("wake_ns", "schedule_ns", "host_ns", "guest_ns", "unseen_ns")) {
                sum += (Double) bands.value(row, stage);
            }
            double response = (Double) bands.value(row, "response_ns");
            assertThat(sum).isCloseTo(response, within(1e-6 * response));
            deliveries += bands.number(row, "deliveries");
            all += response * bands.number(row, "deliveries");
        }
        assertThat(deliveries).isEqualTo(responses.size());
        assertThat(all)
                .isCloseTo(responses.stream().mapToDouble(Long::doubleValue).sum(), within(1.0));
        assertThat(bands.rows()).hasSize(5);
    }

    @Test
    void holders_of_late_responses_add_up_to_a_hundred_percent() {
        ReportTable blame = table("blame_by_holder");
        Map<String, Double> byKind = new HashMap<>();
        double pct = 0;
        for (List<Object> row : blame.rows()) {
            pct += (Double) blame.value(row, "share_pct");
            byKind.merge(
                    blame.text(row, "kind") + blame.text(row, "stage"),
                    (Double) blame.value(row, "share_pct"),
                    Double::sum);
        }
        assertThat(pct).isCloseTo(100, within(1e-6));
        Map<String, Double> expected = new HashMap<>();
        for (Map<String, Object> row : analysis.blame().toMaps()) {
            expected.merge(row.get("kind").toString() + row.get("stage"), (Double) row.get("share_pct"), Double::sum);
        }
        assertThat(byKind.keySet()).isEqualTo(expected.keySet());
        byKind.forEach((kind, share) -> assertThat(share).isCloseTo(expected.get(kind), within(1e-6)));
    }

    @Test
    void the_worst_deliveries_are_those_of_analyze_with_their_blame() {
        assertThat(report.deliveries()).hasSize(OPTIONS.worst());
        for (int i = 0; i < report.deliveries().size(); i++) {
            DeliveryTimeline drawn = report.deliveries().get(i);
            WorstDelivery worst = analysis.worst().get(i);
            assertThat(drawn.place()).isEqualTo(worst.place());
            assertThat(drawn.responseNs()).isEqualTo(worst.responseNs());
            assertThat(drawn.points().get("asserted_ns")).isEqualTo(worst.assertedNs());
            assertThat(drawn.points().get("handled_ns")).isEqualTo(worst.responseNs());
            assertThat(drawn.blame())
                    .hasSize(worst.stages().stream()
                            .mapToInt(s -> s.blame().size())
                            .sum());
            assertThat(drawn.blame().get(0).get("ns"))
                    .isEqualTo(worst.stages().get(0).blame().get(0).ns());
        }
    }

    @Test
    void lanes_of_a_delivery_cover_its_window_without_overlap() {
        for (DeliveryTimeline drawn : report.deliveries()) {
            assertThat(drawn.lanes()).extracting(DeliveryTimeline.Lane::lane).containsExactly("cpu", "cpu", "vcpu");
            for (DeliveryTimeline.Lane lane : drawn.lanes()) {
                long end = Long.MIN_VALUE;
                long covered = 0;
                for (DeliveryTimeline.Span span : lane.spans()) {
                    assertThat(span.startNs()).isGreaterThanOrEqualTo(end);
                    assertThat(span.lengthNs()).isPositive();
                    end = span.startNs() + span.lengthNs();
                    covered += span.lengthNs();
                }
                long first = lane.spans().get(0).startNs();
                assertThat(first).isNegative();
                assertThat(end).isGreaterThan(drawn.responseNs());
                assertThat(covered).as("no hole").isEqualTo(end - first);
            }
        }
    }

    @Test
    void the_strip_has_all_cpu_time_and_what_analyze_says_of_guests_and_idling() {
        CpuStrip strip = report.strips().get(0);
        Map<String, Long> sums = new HashMap<>();
        for (CpuStrip.Lane lane : strip.cpus().values()) {
            long[] slots = new long[strip.slots()];
            lane.states().forEach((state, ns) -> {
                for (int i = 0; i < ns.length; i++) {
                    slots[i] += ns[i];
                    sums.merge(state, ns[i], Long::sum);
                }
            });
            for (int i = 0; i < slots.length - 1; i++) {
                assertThat(slots[i]).isEqualTo(strip.slotNs());
            }
        }
        long capacity = sums.values().stream().mapToLong(Long::longValue).sum();
        assertThat(capacity / 1e9).isCloseTo((Double) analysis.cpuWaste().value(0, "capacity_s"), within(1e-9));
        ReportTable use = table("cpu_usage");
        double exits = 0;
        for (List<Object> row : use.rows()) {
            exits += (Double) use.value(row, "exit_s");
        }
        // Gaps hide their holder in the strip; they are a small part.
        assertThat(sums.get("exit") / 1e9).isCloseTo(exits, within(0.1 * exits));
        assertThat(strip.toJson().toString().length()).isLessThan(40_000);
    }
}
