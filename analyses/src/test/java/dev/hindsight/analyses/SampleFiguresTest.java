package dev.hindsight.analyses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.result.QueryResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The figures of real recordings, by SQL and by slow loops over the same tables. */
@ParameterizedClass
@ValueSource(strings = {"bonnie-pitspin-prioall", "bonnie-pitspin-shieldprio", "compute-pithlt-base", "v6-lost"})
class SampleFiguresTest {

    private static final long SLO_NS = 1_000_000;
    private static final AnalysisOptions OPTIONS = AnalysisOptions.DEFAULT.withSloNs(SLO_NS);

    private static Dataset dataset;
    private static Connection connection;
    private static Figures figures;
    private static AnalysisReport report;
    private static SlowFigures slow;

    SampleFiguresTest(String sample) {
        assertThat(sample).isNotEmpty();
    }

    @BeforeParameterizedClassInvocation
    static void compute(String sample) throws SQLException {
        dataset = SampleDatasets.open(sample);
        report = Analysis.of(dataset, OPTIONS);
        connection = dataset.connect();
        figures = new Figures(connection, OPTIONS);
        slow = new SlowFigures(connection);
    }

    @AfterParameterizedClassInvocation
    static void close() throws SQLException {
        connection.close();
        dataset.close();
    }

    @Test
    void irq_latency_is_that_of_the_loops() {
        int lines = 0;
        for (IrqLatency line : report.irqLatency()) {
            Map<String, StageLatency> stages = new LinkedHashMap<>(line.stages());
            stages.put("response", line.response());
            for (Map.Entry<String, StageLatency> entry : stages.entrySet()) {
                if (report.irqLatency().stream()
                                .filter(l -> l.vm().equals(line.vm()) && l.irq() == line.irq())
                                .count()
                        > 1) {
                    continue; // the loops do not tell sources of one number, or vCPUs, apart
                }
                List<Long> lengths = slow.stage(line.vm(), line.irq(), entry.getKey());
                StageLatency latency = entry.getValue();
                assertThat(latency.count()).isEqualTo(lengths.size());
                assertThat(latency.p50Ns()).isEqualTo(SlowFigures.quantile(lengths, 0.5));
                assertThat(latency.p90Ns()).isEqualTo(SlowFigures.quantile(lengths, 0.9));
                assertThat(latency.p99Ns()).isEqualTo(SlowFigures.quantile(lengths, 0.99));
                assertThat(latency.p999Ns()).isEqualTo(SlowFigures.quantile(lengths, 0.999));
                assertThat(latency.maxNs()).isEqualTo(SlowFigures.quantile(lengths, 1));
                assertThat(latency.overSlo())
                        .isEqualTo(lengths.stream().filter(n -> n > SLO_NS).count());
                lines++;
            }
        }
        assertThat(lines).isPositive();
    }

    @Test
    void holders_of_cpus_are_those_of_the_loops() {
        Map<String, Long> expected = new TreeMap<>();
        for (SlowFigures.Hold hold : slow.holds()) {
            String key = hold.cpu() + " " + hold.kind() + " " + hold.tid() + " " + hold.prio() + " " + hold.name() + " "
                    + hold.gap();
            expected.merge(key, hold.endNs() - hold.startNs(), Long::sum);
        }
        FigureTable table = figures.compute("cpu_hold");
        Map<String, Long> found = new TreeMap<>();
        Map<Object, List<long[]>> byCpu = new TreeMap<>();
        for (List<Object> row : table.rows()) {
            String key = row.get(table.indexOf("cpu")) + " " + row.get(table.indexOf("kind")) + " "
                    + row.get(table.indexOf("tid")) + " " + row.get(table.indexOf("prio")) + " "
                    + row.get(table.indexOf("name")) + " " + row.get(table.indexOf("gap"));
            long start = (Long) row.get(table.indexOf("start_ns"));
            long end = (Long) row.get(table.indexOf("end_ns"));
            found.merge(key, end - start, Long::sum);
            byCpu.computeIfAbsent(row.get(table.indexOf("cpu")), c -> new ArrayList<>())
                    .add(new long[] {start, end});
        }
        assertThat(found).isEqualTo(expected);
        byCpu.forEach((cpu, spans) -> {
            spans.sort((a, b) -> Long.compare(a[0], b[0]));
            assertThat(spans.get(0)[0]).isEqualTo(slow.firstNs());
            for (int i = 1; i < spans.size(); i++) {
                assertThat(spans.get(i)[0])
                        .as("CPU " + cpu + ": no overlap, no hole")
                        .isEqualTo(spans.get(i - 1)[1]);
            }
            assertThat(spans.get(spans.size() - 1)[1]).isEqualTo(slow.lastNs());
        });
    }

    @Test
    void cpu_use_by_role_is_that_of_the_loops_and_adds_up_to_the_capacity() {
        FigureTable usage = report.cpuUsageByRole();
        Map<String, Double> found = new TreeMap<>();
        double pct = 0;
        for (int i = 0; i < usage.rows().size(); i++) {
            found.put((String) usage.value(i, "role"), (Double) usage.value(i, "cpu_s"));
            pct += (Double) usage.value(i, "cpu_pct");
        }
        Map<String, Long> expected = slow.nsByRole();
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        found.forEach(
                (role, seconds) -> assertThat(seconds).as(role).isCloseTo(expected.get(role) / 1e9, within(1e-9)));
        assertThat(pct).isCloseTo(100, within(1e-6));
        long capacity = slow.cpus.size() * (slow.lastNs() - slow.firstNs());
        assertThat(expected.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(capacity);
    }

    @Test
    void use_by_thread_cpu_and_machine_agree_with_use_by_role() {
        Map<String, Long> kinds = slow.nsByKind();
        double threads = sum(report.cpuUsageByThread(), "cpu_s");
        long own = 0;
        for (String kind : List.of("guest", "exit", "halt_poll", "vmm", "thread")) {
            own += kinds.getOrDefault(kind, 0L);
        }
        assertThat(threads).isCloseTo(own / 1e9, within(1e-6));
        for (String kind : List.of("guest", "exit", "halt_poll", "vmm")) {
            double expected = kinds.getOrDefault(kind, 0L) / 1e9;
            assertThat(sum(report.cpuUsageByCpu(), kind + "_s")).as(kind).isCloseTo(expected, within(1e-6));
            assertThat(sum(report.cpuUsageByVm(), kind + "_s")).as(kind).isCloseTo(expected, within(1e-6));
        }
    }

    private static double sum(FigureTable table, String column) {
        double sum = 0;
        for (int i = 0; i < table.rows().size(); i++) {
            sum += (Double) table.value(i, column);
        }
        return sum;
    }

    @Test
    void exits_are_those_of_the_loops() {
        Map<String, List<Long>> times = new TreeMap<>();
        Map<String, Long> counts = new TreeMap<>();
        for (TimelineRows.Row exit : slow.exits) {
            String key = exit.text("vm") + " " + exit.number("vcpu") + " " + exit.text("reason");
            counts.merge(key, 1L, Long::sum);
            times.computeIfAbsent(key, k -> new ArrayList<>());
            if (exit.orNull("end_ns") != null) {
                times.get(key).add(exit.ns("end_ns") - exit.ns("start_ns"));
            }
        }
        FigureTable table = report.exits();
        assertThat(table.rows()).hasSameSizeAs(counts.keySet());
        double samples = 0;
        for (int i = 0; i < table.rows().size(); i++) {
            String key = table.value(i, "vm") + " " + table.value(i, "vcpu") + " " + table.value(i, "reason");
            List<Long> of = times.get(key);
            assertThat(table.value(i, "count")).isEqualTo(counts.get(key));
            assertThat(table.value(i, "open")).isEqualTo(counts.get(key) - of.size());
            assertThat(table.value(i, "time_ns"))
                    .isEqualTo(of.stream().mapToLong(Long::longValue).sum());
            assertThat(table.value(i, "min_ns")).isEqualTo(SlowFigures.quantile(of, 0));
            assertThat(table.value(i, "p50_ns")).isEqualTo(SlowFigures.quantile(of, 0.5));
            assertThat(table.value(i, "p99_ns")).isEqualTo(SlowFigures.quantile(of, 0.99));
            assertThat(table.value(i, "max_ns")).isEqualTo(SlowFigures.quantile(of, 1));
            samples += (Double) table.value(i, "samples_pct");
        }
        assertThat(samples)
                .isCloseTo(
                        100.0
                                * report.exits().rows().stream()
                                        .map(r -> r.get(table.indexOf("vm")) + " " + r.get(table.indexOf("vcpu")))
                                        .distinct()
                                        .count(),
                        within(1e-6));
    }

    @Test
    void scheduling_latency_is_that_of_the_loops() {
        Map<Long, List<Long>> delays = new TreeMap<>();
        Map<Long, Long> unfinished = new TreeMap<>();
        for (SlowFigures.Wait wait : slow.waits()) {
            if (wait.served()) {
                delays.computeIfAbsent((long) wait.tid(), t -> new ArrayList<>())
                        .add(wait.endNs() - wait.startNs());
            } else {
                unfinished.merge((long) wait.tid(), 1L, Long::sum);
            }
        }
        Map<Long, Long> runtime = new TreeMap<>();
        for (TimelineRows.Row span : slow.threadSpans) {
            if (span.text("state").equals("running") && span.number("tid") != 0) {
                runtime.merge((long) span.number("tid"), span.ns("end_ns") - span.ns("start_ns"), Long::sum);
            }
        }
        FigureTable table = report.schedLatency();
        assertThat(table.rows()).isNotEmpty();
        for (int i = 0; i < table.rows().size(); i++) {
            Long tid = (Long) table.value(i, "tid");
            List<Long> of = delays.getOrDefault(tid, List.of());
            assertThat(table.value(i, "runtime_ns")).isEqualTo(runtime.getOrDefault(tid, 0L));
            assertThat(table.value(i, "delays")).isEqualTo((long) of.size());
            assertThat(table.value(i, "p50_delay_ns")).isEqualTo(SlowFigures.quantile(of, 0.5));
            assertThat(table.value(i, "p99_delay_ns")).isEqualTo(SlowFigures.quantile(of, 0.99));
            assertThat(table.value(i, "max_delay_ns")).isEqualTo(SlowFigures.quantile(of, 1));
            assertThat(table.value(i, "unfinished")).isEqualTo(unfinished.getOrDefault(tid, 0L));
        }
    }

    @Test
    void blame_of_the_worst_is_that_of_the_loops_and_adds_up() {
        int compared = 0;
        for (WorstDelivery delivery : report.worst()) {
            TimelineRows.Row virq = null;
            for (TimelineRows.Row row : slow.virqs) {
                if (row.ns("asserted_ns") == delivery.assertedNs()
                        && row.number("vcpu") == delivery.vcpu()
                        && row.number("irq") == delivery.irq()) {
                    virq = row;
                }
            }
            int tid = 0;
            for (TimelineRows.Row thread : slow.threads) {
                if ("vcpu".equals(thread.text("role"))
                        && delivery.vm().equals(thread.text("vm"))
                        && thread.number("vcpu") == delivery.vcpu()) {
                    tid = thread.number("tid");
                }
            }
            Map<String, Long> found = new TreeMap<>();
            double pct = 0;
            for (WorstDelivery.Stage stage : delivery.stages()) {
                long ns = 0;
                for (Holder holder : stage.blame()) {
                    found.merge(
                            stage.stage() + " " + holder.kind() + " " + holder.tid() + " " + holder.name(),
                            holder.ns(),
                            Long::sum);
                    assertThat(holder.ns()).isPositive();
                    pct += holder.sharePct();
                    ns += holder.ns();
                }
                assertThat(ns).isEqualTo(stage.ns());
            }
            assertThat(found).isEqualTo(slow.blame(virq, tid));
            assertThat(pct).isCloseTo(100, within(1e-6));
            compared++;
        }
        assertThat(compared).isPositive();
    }

    @Test
    void cpu_waste_is_that_of_the_loops_and_counts_no_ns_twice() {
        FigureTable waste = report.cpuWaste();
        assertThat(waste.rows()).hasSize(1);
        List<Integer> shielded = new ArrayList<>();
        for (String cpu : ((String) waste.value(0, "shielded_cpus")).split(",")) {
            if (!cpu.isEmpty()) {
                shielded.add(Integer.valueOf(cpu));
            }
        }
        boolean markers = "markers".equals(waste.value(0, "idle_detectors"));
        if (markers) {
            slow.waste(shielded)
                    .forEach((column, ns) -> assertThat((Double) waste.value(0, column + "_s"))
                            .as(column)
                            .isCloseTo(ns / 1e9, within(1e-9)));
        }
        assertThat((Double) waste.value(0, "total_pct")).isBetween(0.0, 100.0);
        FigureTable byCpu = report.cpuWasteByCpu();
        for (int i = 0; i < byCpu.rows().size(); i++) {
            long total = 0;
            for (String column : List.of("priority_idle", "shielded_idle", "halt_poll", "exit", "spin")) {
                Long ns = (Long) byCpu.value(i, column + "_ns");
                assertThat(ns == null ? 0 : ns).as(column).isNotNegative();
                total += ns == null ? 0 : ns;
            }
            assertThat(total).isLessThanOrEqualTo((Long) byCpu.value(i, "total_ns"));
        }
    }

    @Test
    void long_waits_are_those_of_the_loops() {
        Map<Long, List<Long>> expected = new TreeMap<>();
        for (SlowFigures.Wait wait : slow.waits()) {
            if (wait.cpu() != null && wait.endNs() - wait.startNs() >= OPTIONS.starvedNs()) {
                expected.computeIfAbsent((long) wait.tid(), t -> new ArrayList<>())
                        .add(wait.endNs() - wait.startNs());
            }
        }
        FigureTable table = report.starvation();
        assertThat(table.rows()).hasSameSizeAs(expected.keySet());
        for (int i = 0; i < table.rows().size(); i++) {
            List<Long> of = expected.get((Long) table.value(i, "tid"));
            assertThat(table.value(i, "waits")).isEqualTo((long) of.size());
            assertThat(table.value(i, "total_ns"))
                    .isEqualTo(of.stream().mapToLong(Long::longValue).sum());
            assertThat(table.value(i, "max_ns")).isEqualTo(SlowFigures.quantile(of, 1));
            assertThat((Double) table.value(i, "by_pct")).isBetween(0.0, 100.0 + 1e-6);
        }
    }

    @Test
    void time_that_lower_threads_took_from_real_time_ones_is_that_of_the_loops() {
        Map<String, Long> expected = new TreeMap<>();
        for (SlowFigures.Wait wait : slow.waits()) {
            if (wait.cpu() == null || wait.prio() == null || wait.prio() >= 100) {
                continue;
            }
            Map<String, Long> lower = new TreeMap<>();
            long sum = 0;
            if (wait.endNs() - wait.startNs() < OPTIONS.invertedNs()) {
                continue;
            }
            for (SlowFigures.Hold hold : slow.holdsOn(wait.cpu())) {
                long ns = Math.min(wait.endNs(), hold.endNs()) - Math.max(wait.startNs(), hold.startNs());
                if (ns > 0
                        && List.of("guest", "exit", "halt_poll", "vmm", "thread")
                                .contains(hold.kind())
                        && hold.prio() != null
                        && Math.min(hold.prio(), 100) > wait.prio()) {
                    lower.merge(wait.tid() + " " + wait.prio() + " " + hold.tid() + " " + hold.prio(), ns, Long::sum);
                    sum += ns;
                }
            }
            if (sum >= OPTIONS.invertedNs()) {
                lower.forEach((key, ns) -> expected.merge(key, ns, Long::sum));
            }
        }
        FigureTable table = report.priorityInversion();
        Map<String, Long> found = new TreeMap<>();
        for (int i = 0; i < table.rows().size(); i++) {
            found.put(
                    table.value(i, "tid") + " " + table.value(i, "prio") + " " + table.value(i, "by_tid") + " "
                            + table.value(i, "by_prio"),
                    (Long) table.value(i, "total_ns"));
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void jobs_and_halts_are_those_of_the_loops() {
        List<Long> lengths = new ArrayList<>();
        for (TimelineRows.Row job : slow.jobs) {
            if (!job.is("lost")) {
                lengths.add(job.ns("end_ns") - job.ns("start_ns"));
            }
        }
        if (lengths.isEmpty()) {
            assertThat(report.jobs().rows()).isEmpty();
        } else {
            assertThat(report.jobs().value(0, "count")).isEqualTo((long) lengths.size());
            assertThat(report.jobs().value(0, "p50_ns")).isEqualTo(SlowFigures.quantile(lengths, 0.5));
            assertThat(report.jobs().value(0, "p99_ns")).isEqualTo(SlowFigures.quantile(lengths, 0.99));
            assertThat(report.jobs().value(0, "max_ns")).isEqualTo(SlowFigures.quantile(lengths, 1));
        }
        long halts = 0;
        long polled = 0;
        for (int i = 0; i < report.haltPoll().rows().size(); i++) {
            halts += (Long) report.haltPoll().value(i, "halts");
            polled += (Long) report.haltPoll().value(i, "polled");
        }
        assertThat(halts).isEqualTo(slow.halts.size());
        assertThat(polled)
                .isEqualTo(slow.halts.stream()
                        .filter(h -> h.text("outcome").equals("poll"))
                        .count());
    }

    @Test
    void percentiles_are_in_order() {
        for (IrqLatency line : report.irqLatency()) {
            List<StageLatency> stages = new ArrayList<>(line.stages().values());
            stages.add(line.response());
            for (StageLatency s : stages) {
                if (s.count() > 0) {
                    assertThat(List.of(s.minNs(), s.p50Ns(), s.p90Ns(), s.p99Ns(), s.p999Ns(), s.maxNs()))
                            .isSorted();
                    assertThat(s.minNs()).isNotNegative();
                }
            }
        }
    }

    @Test
    void a_named_query_on_its_own_gives_what_the_report_has() {
        for (String name : List.of("irq_latency", "worst", "cpu_usage", "cpu_waste", "exits", "sched_latency")) {
            FigureTable expected = figures.compute(name);
            List<List<Object>> found = new ArrayList<>();
            Map<String, Object> inputs = new LinkedHashMap<>();
            if (Figures.QUERIES.get(name).inputs().stream()
                    .anyMatch(i -> i.name().equals("slo_ns"))) {
                inputs.put("slo_ns", SLO_NS);
            }
            try (QueryResult result = dataset.run(Figures.QUERIES, name, inputs)) {
                while (result.next()) {
                    List<Object> row = new ArrayList<>();
                    for (int i = 0; i < result.columns().size(); i++) {
                        row.add(result.value(i));
                    }
                    found.add(row);
                }
            }
            assertThat(found).as(name).hasSameSizeAs(expected.rows());
            for (int i = 0; i < found.size(); i++) {
                for (int c = 0; c < expected.columns().size(); c++) {
                    Object value = found.get(i).get(c);
                    if (value instanceof Double d) {
                        assertThat(d).isCloseTo((Double) expected.rows().get(i).get(c), within(1e-6));
                    } else {
                        assertThat(value)
                                .as(name)
                                .isEqualTo(expected.rows().get(i).get(c));
                    }
                }
            }
        }
    }
}
