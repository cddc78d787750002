package dev.hindsight.analyses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The figures of the sample recordings against those that a script computed from trace-cmd's report. */
@ParameterizedClass
@ValueSource(
        strings = {
            "bonnie-pitspin-base",
            "bonnie-pitspin-shield",
            "bonnie-pitspin-prioall",
            "bonnie-pitspin-cosched",
            "compute-pithlt-base",
            "compute-exthlt-base"
        })
class ExpectedFiguresTest {

    private static AnalysisReport report;
    private static JsonNode expected;

    ExpectedFiguresTest(String sample) {
        assertThat(sample).isNotEmpty();
    }

    @BeforeParameterizedClassInvocation
    static void compute(String sample) throws IOException {
        expected = new ObjectMapper().readTree(SampleTraces.expected(sample).toFile());
        try (Dataset dataset = SampleDatasets.open(sample)) {
            report = Analysis.of(dataset, AnalysisOptions.DEFAULT.withSloNs(1_000_000));
        }
    }

    @AfterParameterizedClassInvocation
    static void forget() {
        report = null;
        expected = null;
    }

    /** The two differ in what they call scheduled and entered where the vCPU was preempted or the injection repeated. */
    @ParameterizedTest
    @ValueSource(strings = {"response", "wake"})
    void interrupt_response_is_as_expected(String stage) {
        assertThat(report.irqLatency()).hasSize(1);
        IrqLatency line = report.irqLatency().get(0);
        JsonNode response = expected.get("interrupt_response");
        // the expected ones are of handled deliveries alone
        assertThat(line.coalesced())
                .isGreaterThanOrEqualTo(response.get("coalesced").asLong());
        assertSame(
                stage.equals("response") ? line.response() : line.stages().get(stage),
                response.get("stages").get(stage));
    }

    private static void assertSame(StageLatency latency, JsonNode of) {
        assertThat(latency.count()).isEqualTo(of.get("count").asLong());
        assertThat(latency.minNs()).isEqualTo(of.get("min_ns").asLong());
        assertThat(latency.maxNs()).isEqualTo(of.get("max_ns").asLong());
        assertThat((double) latency.avgNs()).isCloseTo(of.get("sum_ns").asDouble() / latency.count(), within(0.500001));
        assertThat((double) latency.p50Ns()).isCloseTo(of.get("p50_ns").asDouble(), within(0.500001));
        assertThat((double) latency.p90Ns()).isCloseTo(of.get("p90_ns").asDouble(), within(0.500001));
        assertThat((double) latency.p99Ns()).isCloseTo(of.get("p99_ns").asDouble(), within(0.500001));
        assertThat((double) latency.p999Ns()).isCloseTo(of.get("p999_ns").asDouble(), within(0.500001));
    }

    @Test
    void the_worst_deliveries_and_the_count_over_the_slo_are_as_expected() {
        JsonNode response = expected.get("interrupt_response");
        assertThat(report.irqLatency().get(0).response().overSlo())
                .isEqualTo(response.get("over_1ms").asLong());
        for (int i = 0; i < 10; i++) {
            JsonNode of = response.get("worst").get(i);
            assertThat(report.worst().get(i).assertedNs())
                    .isEqualTo(of.get("asserted_ns").asLong());
        }
    }

    @Test
    void jobs_are_as_expected() {
        JsonNode jobs = expected.get("jobs");
        assertThat(report.jobs().value(0, "count")).isEqualTo(jobs.get("count").asLong());
        assertThat(report.jobs().value(0, "total_ns"))
                .isEqualTo(jobs.get("sum_ns").asLong());
        assertThat(report.jobs().value(0, "max_ns"))
                .isEqualTo(jobs.get("max_ns").asLong());
        assertThat((double) (Long) report.jobs().value(0, "p99_ns"))
                .isCloseTo(jobs.get("p99_ns").asDouble(), within(0.500001));
    }

    @Test
    void exits_are_as_expected() {
        Map<String, Long> wanted = new TreeMap<>();
        expected.get("exits").get("by_code").forEach(code -> {
            JsonNode toEntry = code.get("to_entry");
            wanted.merge(
                    code.get("exits").asLong() + " exits, max "
                            + (toEntry.get("count").asLong() == 0
                                    ? null
                                    : toEntry.get("max_ns").asLong()),
                    toEntry.path("sum_ns").asLong(),
                    Long::sum);
        });
        Map<String, Long> found = new TreeMap<>();
        FigureTable exits = report.exits();
        for (int i = 0; i < exits.rows().size(); i++) {
            found.merge(
                    exits.value(i, "count") + " exits, max " + exits.value(i, "max_ns"),
                    (Long) exits.value(i, "time_ns"),
                    Long::sum);
        }
        assertThat(found).isEqualTo(wanted);
    }

    /** The script ends each CPU with its own last event, the timeline with that of the recording. */
    @Test
    void run_times_of_threads_are_as_expected() {
        Map<Long, Long> wanted = new TreeMap<>();
        expected.get("cpu").get("by_tid_ns").properties().forEach(e -> {
            if (!e.getKey().equals("0") && e.getValue().get("ns").asLong() > 0) {
                wanted.put(Long.valueOf(e.getKey()), e.getValue().get("ns").asLong());
            }
        });
        FigureTable threads = report.schedLatency();
        for (int i = 0; i < threads.rows().size(); i++) {
            Long ns = wanted.remove(threads.value(i, "tid"));
            assertThat((Long) threads.value(i, "runtime_ns"))
                    .as("thread " + threads.value(i, "tid"))
                    .isCloseTo(ns == null ? 0 : ns, within(2_000_000L));
        }
        assertThat(wanted).isEmpty();
    }

    /** The script leaves out the first wait of a new thread, and that of one woken while it is being switched out. */
    @Test
    void delays_of_threads_are_as_expected() {
        FigureTable threads = report.schedLatency();
        int compared = 0;
        for (int i = 0; i < threads.rows().size(); i++) {
            JsonNode of = expected.get("waits").get(threads.value(i, "tid").toString());
            if (of == null || of.get("woken").get("count").asLong() < 10) {
                continue;
            }
            JsonNode woken = of.get("woken");
            JsonNode preempted = of.get("preempted");
            long count = woken.get("count").asLong() + preempted.get("count").asLong();
            long max = Math.max(
                    woken.path("max_ns").asLong(), preempted.path("max_ns").asLong());
            assertThat((Long) threads.value(i, "delays")).isCloseTo(count, within(3 + count / 200));
            assertThat((Long) threads.value(i, "max_delay_ns")).isGreaterThanOrEqualTo(max);
            compared++;
        }
        assertThat(compared).isPositive();
    }
}
