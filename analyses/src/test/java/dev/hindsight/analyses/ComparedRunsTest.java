package dev.hindsight.analyses;

import static dev.hindsight.analyses.HandmadeTimeline.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hindsight.analyses.TimelineRows.Row;
import dev.hindsight.analyses.compare.BlockBootstrap;
import dev.hindsight.analyses.compare.ComparedFigure;
import dev.hindsight.analyses.compare.Comparison;
import dev.hindsight.analyses.compare.HostSpeed;
import dev.hindsight.analyses.compare.RunFigures;
import dev.hindsight.analyses.compare.RunFiguresReader;
import dev.hindsight.analyses.compare.RunSamples;
import dev.hindsight.analyses.compare.Samples;
import dev.hindsight.analyses.compare.Section;
import dev.hindsight.analyses.compare.Subject;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.sampletraces.SampleTraces;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ComparedRunsTest {

    private static Dataset dataset;
    private static Connection connection;
    private static Figures figures;
    private static List<RunFigures> runs;
    private static SlowFigures[] slow;

    @BeforeAll
    static void two_recordings_in_one_dataset() throws SQLException {
        dataset = SampleDatasets.open(
                List.of(SampleTraces.trace("bonnie-pitspin-base"), SampleTraces.trace("bonnie-pitspin-prioall")));
        connection = dataset.connect();
        figures = new Figures(connection, AnalysisOptions.DEFAULT.withSloNs(1_000_000));
        runs = RunFiguresReader.read(figures, true);
        slow = new SlowFigures[2];
        for (int trace = 0; trace < 2; trace++) {
            slow[trace] = new SlowFigures(only(trace));
        }
    }

    /** A connection that shows one trace alone. */
    private static Connection only(int trace) throws SQLException {
        Connection one = dataset.connect();
        try (var statement = one.createStatement()) {
            for (var table : TimelineTables.ALL) {
                statement.execute("CREATE TEMP TABLE " + table.name() + " AS SELECT * FROM main." + table.name()
                        + " WHERE trace = " + trace);
            }
        }
        return one;
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
        dataset.close();
    }

    private static Subject only(RunFigures run, Section section) {
        return run.figures().keySet().stream()
                .filter(s -> s.section() == section)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void each_run_has_its_own_responses_with_samples_that_give_the_same_quantiles() {
        assertThat(runs).hasSize(2);
        for (int trace = 0; trace < 2; trace++) {
            RunFigures run = runs.get(trace);
            Subject line = only(run, Section.IRQ_LATENCY);
            assertThat(line.words()).isEqualTo("rtvmm vCPU 0 pit 0");
            List<Long> responses = new ArrayList<>();
            for (Row row : slow[trace].virqs) {
                if (!row.is("lost") && row.orNull("handled_ns") != null) {
                    responses.add(row.ns("handled_ns") - row.ns("asserted_ns"));
                }
            }
            long[] samples = run.samples().values().get(line).toArray();
            assertThat(Arrays.stream(samples).boxed().sorted().toList())
                    .isEqualTo(responses.stream().sorted().toList());
            assertThat(run.value(line, "count")).isEqualTo(responses.size());
            assertThat(run.value(line, "max_ns"))
                    .isEqualTo(Collections.max(responses).doubleValue());
            assertThat(run.value(line, "over_slo"))
                    .isEqualTo(responses.stream().filter(ns -> ns > 1_000_000).count());
        }
    }

    @Test
    void windows_add_up_to_the_rates_of_the_whole_run() {
        for (RunFigures run : runs) {
            for (Section section : List.of(Section.BACKGROUND, Section.JOBS, Section.CPU_WASTE)) {
                Subject subject = only(run, section);
                run.samples().windows().get(subject).forEach((measure, windows) -> {
                    double sum = 0;
                    for (int i = 0; i < windows.sums().size(); i++) {
                        sum += windows.sums().at(i);
                    }
                    assertThat(sum / windows.sums().size() * windows.scale())
                            .as(subject + " " + measure)
                            .isCloseTo(run.value(subject, measure), within(1e-6));
                });
            }
            Map<String, RunSamples.Windows> waste = run.samples().windows().get(only(run, Section.CPU_WASTE));
            assertThat(waste).hasSize(6);
        }
    }

    @Test
    void windows_of_background_time_are_those_of_a_loop_over_holders() {
        for (int trace = 0; trace < 2; trace++) {
            SlowFigures.Hold first = slow[trace].holds().get(0);
            long firstNs = Long.MAX_VALUE;
            long lastNs = Long.MIN_VALUE;
            for (Row cpu : slow[trace].cpus) {
                firstNs = Math.min(firstNs, cpu.ns("first_ns"));
                lastNs = Math.max(lastNs, cpu.ns("last_ns"));
            }
            assertThat(first).isNotNull();
            long window = Math.max(10_000_000, (lastNs - firstNs + 239) / 240);
            Map<Integer, Row> users = new HashMap<>();
            for (Row thread : slow[trace].threads) {
                if (thread.text("role").equals("user") && thread.text("vm") == null) {
                    users.put(thread.number("tid"), thread);
                }
            }
            long[] expected = new long[(int) ((lastNs - firstNs + window - 1) / window)];
            for (SlowFigures.Hold hold : slow[trace].holds()) {
                if (hold.kind().equals("thread") && hold.tid() != null && users.containsKey(hold.tid())) {
                    for (long from = hold.startNs(); from < hold.endNs(); ) {
                        int at = (int) ((from - firstNs) / window);
                        long to = Math.min(hold.endNs(), firstNs + (at + 1) * window);
                        expected[at] += to - from;
                        from = to;
                    }
                }
            }
            RunFigures run = runs.get(trace);
            Samples found = run.samples()
                    .windows()
                    .get(only(run, Section.BACKGROUND))
                    .get("per_s")
                    .sums();
            assertThat(found.toArray()).isEqualTo(expected);
        }
    }

    @Test
    void host_speed_has_medians_of_what_loops_find() {
        HostSpeed speed = HostSpeed.of(figures, "recorded", 0);
        Map<String, List<Long>> paths = new TreeMap<>();
        for (Row exit : slow[0].exits) {
            boolean stayed = exit.orNull("end_ns") != null
                    && exit.orNull("on_cpu_ns") != null
                    && exit.ns("end_ns") - exit.ns("start_ns") == exit.ns("on_cpu_ns");
            if (stayed
                    && !List.of("halt", "pause", "wfe", "interrupt", "interrupt-window")
                            .contains(exit.text("kind"))) {
                paths.computeIfAbsent("exit:" + exit.text("reason"), p -> new ArrayList<>())
                        .add(exit.ns("end_ns") - exit.ns("start_ns"));
            }
        }
        for (Row irq : slow[0].irqSpans) {
            paths.computeIfAbsent(
                            (irq.text("kind").equals("softirq") ? "softirq:" : "irq:") + irq.text("name"),
                            p -> new ArrayList<>())
                    .add(irq.ns("self_ns"));
        }
        for (Row virq : slow[0].virqs) {
            if (!virq.is("lost") && virq.orNull("handled_ns") != null && virq.orNull("eoi_ns") != null) {
                paths.computeIfAbsent("guest:handler-eoi", p -> new ArrayList<>())
                        .add(virq.ns("eoi_ns") - virq.ns("handled_ns"));
            }
        }
        int compared = 0;
        for (Map.Entry<String, List<Long>> path : paths.entrySet()) {
            List<Long> seen =
                    path.getValue().stream().filter(ns -> ns > 0).sorted().toList();
            if (seen.size() >= 30) {
                double middle = (seen.get((seen.size() - 1) / 2) + seen.get(seen.size() / 2)) / 2.0;
                assertThat(speed.medianNs().get(path.getKey()).doubleValue())
                        .as(path.getKey())
                        .isCloseTo(middle, within(0.51));
                compared++;
            } else {
                assertThat(speed.medianNs()).doesNotContainKey(path.getKey());
            }
        }
        assertThat(compared).isGreaterThan(4);
    }

    @Test
    void a_hosts_stops_are_its_gaps_over_all_cpus_time() {
        for (int trace = 0; trace < slow.length; trace++) {
            long stoppedNs = 0;
            for (Row gap : slow[trace].gaps) {
                stoppedNs += gap.ns("end_ns") - gap.ns("start_ns");
            }
            long firstNs = Long.MAX_VALUE;
            long lastNs = Long.MIN_VALUE;
            for (Row cpu : slow[trace].cpus) {
                firstNs = Math.min(firstNs, cpu.ns("first_ns"));
                lastNs = Math.max(lastNs, cpu.ns("last_ns"));
            }
            assertThat(stoppedNs).as("gaps of trace " + trace).isPositive();
            assertThat(HostSpeed.of(figures, "recorded", trace).stoppedPct())
                    .isCloseTo(100.0 * stoppedNs / ((lastNs - firstNs) * slow[trace].cpus.size()), within(1e-9));
        }
    }

    @Test
    void a_host_against_itself_is_as_fast_and_no_figure_differs() {
        HostSpeed speed = HostSpeed.of(figures, "recorded", 0);
        assertThat(speed.to(speed).factor()).isEqualTo(1);
        Comparison same = Comparison.of(
                runs.get(0), runs.get(0), speed.to(speed), OptionalLong.of(1_000_000), new BlockBootstrap(200, 1));
        assertThat(same.figures()).isNotEmpty();
        for (ComparedFigure figure : same.figures()) {
            assertThat(figure.difference() == null || figure.difference() == 0).isTrue();
            assertThat(figure.interval() == null || !figure.interval().excludesZero())
                    .as(figure.toString())
                    .isTrue();
        }
    }

    @Test
    void the_factor_is_the_median_of_the_ratios_of_paths_in_both() {
        HostSpeed a = new HostSpeed(Map.of("exit:io", 100L, "irq:x", 10L, "wakeup:task", 50L, "only a", 1L), 2.5);
        HostSpeed b = new HostSpeed(Map.of("exit:io", 120L, "irq:x", 30L, "wakeup:task", 55L, "only b", 1L), 0.5);
        HostSpeed slow = new HostSpeed(Map.of("exit:io", 150L, "irq:x", 10L, "wakeup:task", 50L), 0);
        assertThat(a.to(b).factor()).isCloseTo(1.2, within(1e-12));
        assertThat(a.to(b).paths()).hasSize(3);
        assertThat(a.to(new HostSpeed(Map.of(), 0))).isEqualTo(new HostSpeed.Ratio(1, List.of(), 2.5, 0));
        assertThat(a.to(slow).factor()).isCloseTo(1, within(1e-12));
        assertThat(a.to(slow).factor(HostSpeed.Kind.EXITS)).isCloseTo(1.5, within(1e-12));
        assertThat(a.to(b).factor(HostSpeed.Kind.GUEST))
                .as("no such path in both: as all others")
                .isCloseTo(1.2, within(1e-12));
    }

    @Test
    void prioritizing_a_spinning_guest_shows_as_the_paper_has_it() {
        Comparison comparison = Comparison.of(
                runs.get(0),
                runs.get(1),
                HostSpeed.Ratio.UNKNOWN,
                OptionalLong.of(1_000_000),
                new BlockBootstrap(200, 1));
        ComparedFigure p90 = figure(comparison, Section.IRQ_LATENCY, "p90_ns");
        assertThat(p90.interval().high()).isLessThan(-3_000_000);
        assertThat(figure(comparison, Section.IRQ_LATENCY, "over_slo_pct")
                        .interval()
                        .excludesZero())
                .isTrue();
        ComparedFigure wasted = figure(comparison, Section.CPU_WASTE, "priority_idle_pct");
        assertThat(wasted.interval().low()).isGreaterThan(10);
        assertThat(figure(comparison, Section.BACKGROUND, "per_s").interval().high())
                .isLessThan(0);
        assertThat(figure(comparison, Section.JOBS, "per_s").interval()).isNotNull();
        assertThat(comparison.toJson())
                .containsKeys("host_speed", "irq_latency", "jobs", "background", "cpu_usage", "cpu_waste");
    }

    private static ComparedFigure figure(Comparison comparison, Section section, String measure) {
        return comparison.figures().stream()
                .filter(f -> f.subject().section() == section && f.measure().equals(measure))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void machines_of_one_name_are_told_apart_by_their_order_and_keep_it_over_recordings() throws SQLException {
        try (HandmadeTimeline timeline = new HandmadeTimeline()) {
            for (int trace = 0; trace < 2; trace++) {
                int pid = 100 + 50 * trace;
                timeline.of("recorded", trace)
                        .row(TimelineTables.VM, "vm name pid vcpus found_by", "q", "qemu", pid, 1, "kvm-events")
                        .row(TimelineTables.VM, "vm name pid vcpus found_by", "q:2", "qemu", pid + 7, 1, "kvm-events")
                        .row(TimelineTables.VM, "vm name pid vcpus found_by", "g", "guest", null, 1, "guest-option");
            }
            assertThat(lines(timeline.figure("vm_label"), "trace", "vm", "label"))
                    .containsExactly("0 g guest", "0 q qemu", "0 q:2 qemu#2", "1 g guest", "1 q qemu", "1 q:2 qemu#2");
        }
    }

    @Test
    void background_is_what_serves_no_guest_per_second_of_the_trace() throws SQLException {
        try (HandmadeTimeline timeline = new HandmadeTimeline()) {
            timeline.cpus(2, 0, 1_000_000_000)
                    .thread(7, "load", "user")
                    .thread(8, "kworker/0:1", "kworker")
                    .vcpuThread(5, "g", 0)
                    .runs(7, 0, 0, 600_000_000)
                    .runs(8, 0, 600_000_000, 700_000_000)
                    .runs(5, 1, 0, 1_000_000_000);
            assertThat(lines(timeline.figure("cpu_usage_by_role_and_vm"), "role", "vm", "cpu_s", "per_s"))
                    .containsExactly(
                            "background null 0.6 0.6",
                            "vcpu g 1 1",
                            "user null 0.6 0.6",
                            "unknown null 0.3 0.3",
                            "kworker null 0.1 0.1");
        }
    }
}
