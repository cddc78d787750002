package dev.hindsight.analyses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.sampletraces.GivenRecordings;
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
@Tag("slow")
class CyclictestPairsTest {

    private static final Pattern CYCLE = Pattern.compile("(?m)^ +0: +\\d+: +(\\d+)");
    private static final Pattern SUMMARY = Pattern.compile("(?m)^# (Min|Avg|Max) Latencies: (\\d+)");

    @TempDir
    Path temp;

    /** Chains by the guest's task: due to running, in us, in order of time. */
    private static Map<Integer, List<Double>> chains(Path host, Path guest) {
        Map<Integer, List<Double>> chains = new LinkedHashMap<>();
        try (Dataset dataset = Dataset.ofTraces(
                        List.of(host, guest), IngestOptions.DEFAULT.timelineOnly(), SqlAccess.CONFINED);
                QueryResult rows = dataset.run(Figures.QUERIES, "guest_chain", Map.of())) {
            List<Object[]> all = new ArrayList<>();
            while (rows.next()) {
                if ("cyclictest".equals(column(rows, "comm"))
                        && column(rows, "due_ns") != null
                        && column(rows, "running_ns") != null) {
                    all.add(new Object[] {column(rows, "running_ns"), column(rows, "due_ns"), column(rows, "guest_tid")
                    });
                }
            }
            all.sort((a, b) -> Long.compare((Long) a[0], (Long) b[0]));
            for (Object[] row : all) {
                chains.computeIfAbsent(((Number) row[2]).intValue(), t -> new ArrayList<>())
                        .add(((Long) row[0] - (Long) row[1]) / 1e3);
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
    void each_cycle_took_as_long_as_its_chain_and_a_little_more() throws IOException {
        int pairs = 0;
        for (Path host : GivenRecordings.all()) {
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
            Map<Integer, List<Double>> chains = chains(host, guest);
            if (cycles.isEmpty()) {
                // It stopped at its first cycle and says the longest latency alone.
                double nearest = chains.values().stream()
                        .flatMap(List::stream)
                        .mapToDouble(us -> Math.abs(summary.get("Max") - us))
                        .min()
                        .orElseThrow();
                System.out.printf(
                        "%s: longest %d us, the nearest chain is %.1f us off%n", name, summary.get("Max"), nearest);
                assertThat(nearest).isLessThan(200);
                continue;
            }
            check(name, cycles, summary, chains);
        }
        assumeTrue(pairs > 0, GivenRecordings.HOW + "; of hosts with NAME-rtguest.dat and NAME.cyclictest.txt.zst");
    }

    private static void check(
            String name, List<Double> cycles, Map<String, Long> summary, Map<Integer, List<Double>> chains) {
        double[] best = null;
        for (List<Double> chain : chains.values()) {
            if (chain.size() >= cycles.size()) {
                double[] more = new double[cycles.size()];
                for (int i = 0; i < more.length; i++) {
                    more[i] = cycles.get(i) - chain.get(i);
                }
                best = best == null || Math.abs(median(more)) < Math.abs(median(best)) ? more : best;
            }
        }
        assertThat(best)
                .as("a task of %s with a chain for each of its %d cycles", name, cycles.size())
                .isNotNull();
        double longest = Arrays.stream(best).max().orElseThrow();
        double least = Arrays.stream(best).min().orElseThrow();
        long close = Arrays.stream(best).filter(us -> us >= -1 && us < 250).count();
        System.out.printf(
                "%s: %d cycles, %d within 250 us behind their chain; more than the chain by median %.1f us, least %.1f,"
                        + " most %.1f; cyclictest's own %s us%n",
                name, cycles.size(), close, median(best), least, longest, summary);
        // It reads the clock after the switch, never before; between them is the way back to user space.
        assertThat(least).isGreaterThan(-2);
        assertThat(median(best)).isLessThan(150);
        assertThat(close).isGreaterThanOrEqualTo(cycles.size() * 9 / 10);
    }
}
