package dev.hindsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hindsight.sampletraces.SampleTraces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --profile}: what Hindsight writes of its own run. */
final class OwnProfileTest {

    @TempDir
    Path temp;

    /** Begins and ends of a thread, as Chrome's trace-event format wants them. */
    @Test
    void steps_of_every_thread_nest_and_end_and_threads_are_named() throws Exception {
        Path file = temp.resolve("run.json");
        CommandRun run =
                CommandRun.of("analyze", SampleTraces.trace("v6-lost").toString(), "--profile", file.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();

        JsonNode events = new ObjectMapper().readTree(file.toFile());
        Map<Long, ArrayDeque<String>> open = new HashMap<>();
        Map<Long, Double> last = new HashMap<>();
        Set<Long> named = new HashSet<>();
        Set<String> steps = new HashSet<>();
        for (JsonNode event : events) {
            long thread = event.path("tid").asLong();
            switch (event.path("ph").asText()) {
                case "M" -> named.add(thread);
                case "B" -> {
                    open.computeIfAbsent(thread, t -> new ArrayDeque<>())
                            .push(event.path("name").asText());
                    steps.add(event.path("name").asText());
                }
                case "E" -> assertThat(open.get(thread).pop()).isNotEmpty();
                default -> throw new AssertionError(event.toString());
            }
            if (!event.path("ph").asText().equals("M")) {
                double us = event.path("ts").asDouble();
                assertThat(us).isGreaterThanOrEqualTo(last.getOrDefault(thread, 0.0));
                last.put(thread, us);
            }
        }
        assertThat(open.values()).allMatch(ArrayDeque::isEmpty);
        assertThat(named).containsAll(open.keySet());
        assertThat(steps).contains("hindsight", "ingest", "timeline", "write Parquet", "SHA-256", "figure");
    }

    @Test
    void sql_with_quotes_and_line_breaks_stays_one_json_text() throws Exception {
        Path file = temp.resolve("run.json");
        String sql = "SELECT 'it''s \u00e9',\n \"cpu\" FROM cpu -- \\ \t {\"";
        CommandRun run = CommandRun.of(
                "--profile",
                file.toString(),
                "query",
                SampleTraces.trace("v6-lost").toString(),
                sql);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(Files.readString(file))
                .as("Trace Compass counts escaped quotation marks, too")
                .doesNotContain("\\\"")
                .matches("\\p{ASCII}*");
        boolean found = false;
        for (JsonNode event : new ObjectMapper().readTree(file.toFile())) {
            found |= event.path("args").path("query").asText().equals(sql);
        }
        assertThat(found).isTrue();
    }

    @Test
    void a_file_that_cannot_be_written_is_told_in_one_line() {
        CommandRun run = CommandRun.of(
                "info", "x.dat", "--profile", temp.resolve("no/such/run.json").toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--profile", "cannot be written");
    }
}
