package dev.hindsight.analyses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What cyclictest measured inside the guest, cycle by cycle, against the chain from the guest's timer to its task: its
 * latency is the time that it reads when it runs again less the expiry that it had asked for.
 */
class CyclictestPairsTest {

    private static final Pattern CYCLE = Pattern.compile("(?m)^ +0: +\\d+: +(\\d+)");
    private static final Pattern SUMMARY = Pattern.compile("(?m)^# (Min|Avg|Max) Latencies: (\\d+)");

    @TempDir
    Path temp;

    /**
     * A way from due to the task.
     *
     * @param us due to the task's switching in
     * @param asleepUs due to its switching out
     */
    private record Chain(double us, double asleepUs) {}

    private static Map<String, Long> runs(Dataset dataset) {
        Map<String, Long> ends = new LinkedHashMap<>();
        try (QueryResult rows =
                dataset.query("SELECT tid, start_ns, end_ns FROM thread_span WHERE trace = 1 AND state = 'running'")) {
            while (rows.next()) {
                ends.put(rows.value(0) + " " + rows.value(1), (Long) rows.value(2));
            }
        }
        return ends;
    }

    /** Chains by the guest's task, in order of time. */
    private static Map<Integer, List<Chain>> chains(Path host, Path guest) {
        Map<Integer, List<Chain>> chains = new LinkedHashMap<>();
        try (Dataset dataset = Dataset.ofTraces(
                        List.of(host, guest), IngestOptions.DEFAULT.timelineOnly(), SqlAccess.CONFINED);
                QueryResult rows = dataset.run(Figures.QUERIES, "guest_chain", Map.of())) {
            List<Object[]> all = new ArrayList<>();
            while (rows.next()) {
                if ("cyclictest".equals(column(rows, "comm")) && column(rows, "due_ns") != null) {
                    all.add(new Object[] {
                        column(rows, "running_ns"),
                        column(rows, "due_ns"),
                        column(rows, "guest_tid"),
                        column(rows, "waking_ns")
                    });
                }
            }
            Map<String, Long> ends = runs(dataset);
            all.sort((a, b) -> Long.compare((Long) a[3], (Long) b[3]));
            for (Object[] row : all) {
                List<Chain> of = chains.computeIfAbsent(((Number) row[2]).intValue(), t -> new ArrayList<>());
                if (row[0] == null) {
                    // It was woken before it had left the CPU: there is no switch to it.
                    of.add(new Chain(Double.NaN, Double.NaN));
                } else {
                    long endNs = ends.get(row[2] + " " + row[0]);
                    of.add(new Chain(((Long) row[0] - (Long) row[1]) / 1e3, (endNs - (Long) row[1]) / 1e3));
                }
            }
        }
        return chains;
    }

    private static Object column(QueryResult rows, String name) {
        for (int i = 0; i < rows.columns().size(); i++) {
            if (rows.columns().get(i).name().equals(name)) {
                return rows.value(i);
            }
        }
        throw new IllegalArgumentException(name);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @Test
    void each_cycle_of_the_sample_took_as_long_as_its_chain_and_a_little_more() throws IOException {
        assertThat(compare(List.of(SampleTraces.recordings().resolve("pair").resolve("fifo-idle.dat"))))
                .isEqualTo(1);
    }

    @Test
    @Tag("slow")
    void each_cycle_of_given_pairs_took_as_long_as_its_chain_and_a_little_more() throws IOException {
        int pairs = compare(GivenRecordings.all());
        assumeTrue(pairs > 0, GivenRecordings.HOW + "; of hosts with NAME-rtguest.dat and NAME.cyclictest.txt.zst");
    }

    /** Compares those that are hosts of pairs; how many were. */
    private int compare(List<Path> files) throws IOException {
        int pairs = 0;
        for (Path host : files) {
            String name = host.getFileName().toString().replace(".dat", "");
            Path guest = host.resolveSibling(name + "-rtguest.dat");
            Path measured = host.resolveSibling(name + ".cyclictest.txt.zst");
            if (!Files.exists(guest) || !Files.exists(measured)) {
                continue;
            }
            pairs++;
            String text = Files.readString(GivenRecordings.plain(measured, temp));
            List<Double> cycles = new ArrayList<>();
            for (Matcher m = CYCLE.matcher(text); m.find(); ) {
                cycles.add(Double.valueOf(m.group(1)));
            }
            Map<String, Long> summary = new LinkedHashMap<>();
            for (Matcher m = SUMMARY.matcher(text); m.find(); ) {
                summary.put(m.group(1), Long.valueOf(m.group(2)));
            }
            Map<Integer, List<Chain>> chains = chains(host, guest);
            if (cycles.isEmpty()) {
                // It stopped at its first cycle and says the longest latency alone.
                double nearest = chains.values().stream()
                        .flatMap(List::stream)
                        .mapToDouble(chain -> Math.abs(summary.get("Max") - chain.us()))
                        .filter(us -> !Double.isNaN(us))
                        .min()
                        .orElseThrow();
                System.out.printf(
                        "%s: longest %d us, the nearest chain is %.1f us off%n", name, summary.get("Max"), nearest);
                assertThat(nearest).isLessThan(200);
                continue;
            }
            check(name, cycles, summary, chains);
        }
        return pairs;
    }

    private static void check(
            String name, List<Double> cycles, Map<String, Long> summary, Map<Integer, List<Chain>> chains) {
        double[] best = null;
        List<Chain> bestChain = List.of();
        for (List<Chain> chain : chains.values()) {
            if (chain.size() >= cycles.size()) {
                double[] more = new double[cycles.size()];
                for (int i = 0; i < more.length; i++) {
                    more[i] = cycles.get(i) - chain.get(i).us();
                }
                if (best == null || Math.abs(median(more)) < Math.abs(median(best))) {
                    best = more;
                    bestChain = chain;
                }
            }
        }
        assertThat(best)
                .as("a task of %s with a chain for each of its %d cycles", name, cycles.size())
                .isNotNull();
        double[] seen = Arrays.stream(best).filter(us -> !Double.isNaN(us)).toArray();
        double longest = Arrays.stream(seen).max().orElseThrow();
        double least = Arrays.stream(seen).min().orElseThrow();
        long close = Arrays.stream(seen).filter(us -> us >= -1 && us < 250).count();
        List<Double> ways = bestChain.stream()
                .limit(cycles.size())
                .map(Chain::us)
                .filter(us -> !us.isNaN())
                .toList();
        System.out.printf(
                "%s: %d of %d cycles have a chain, %d within 250 us behind it; more than it by median %.1f us, least"
                        + " %.1f, most %.1f; chains min %.0f avg %.0f max %.0f us, cyclictest's own %s%n",
                name,
                seen.length,
                cycles.size(),
                close,
                median(seen),
                least,
                longest,
                ways.stream().mapToDouble(us -> us).min().orElseThrow(),
                ways.stream().mapToDouble(us -> us).average().orElseThrow(),
                ways.stream().mapToDouble(us -> us).max().orElseThrow(),
                summary);
        assertThat(seen.length).isGreaterThanOrEqualTo(cycles.size() * 98 / 100);
        // It reads the clock after the switch, on its way back to user space, and before it sleeps again. The expiry's
        // time goes by a reading of the guest's clock that is a little older than the event.
        assertThat(least).isGreaterThan(-2);
        for (int i = 0; i < cycles.size(); i++) {
            double asleepUs = bestChain.get(i).asleepUs();
            assertThat(Double.isNaN(asleepUs) || cycles.get(i) < asleepUs + 50)
                    .as("cycle %d of %s took %s us, its task slept again after %.1f", i, name, cycles.get(i), asleepUs)
                    .isTrue();
        }
        assertThat(median(seen)).isLessThan(150);
        assertThat(close).isGreaterThanOrEqualTo(cycles.size() * 3 / 4);
    }
}
