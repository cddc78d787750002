package dev.hindsight.sampletraces;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hindsight.sampletraces.SampleTraces.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written about the recordings agrees with the recordings and with itself. */
class ProvenanceTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void the_provenance_has_one_line_for_each_recording() throws IOException {
        List<String> provenance = provenance().stream()
                .map(row -> row.get("file") + " " + row.get("sha256") + " " + row.get("bytes"))
                .toList();
        List<String> committed = new ArrayList<>();
        for (Sample sample : SampleTraces.all()) {
            committed.add(sample.file().getFileName() + " " + sample.sha256() + " " + Files.size(sample.file()));
        }
        assertThat(provenance).containsExactlyElementsOf(committed);
    }

    @Test
    void every_recording_has_expected_figures_and_there_are_no_others() throws IOException {
        List<String> figures;
        try (Stream<Path> files = Files.list(SampleTraces.recordings().resolve("expected"))) {
            figures = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .toList();
        }
        List<String> recordings = SampleTraces.all().stream()
                .map(sample -> sample.name() + ".json")
                .toList();
        assertThat(figures).containsExactlyInAnyOrderElementsOf(recordings);
    }

    @Test
    void expected_counts_add_up_to_the_events_of_the_provenance() throws IOException {
        for (Map<String, String> row : provenance()) {
            JsonNode figures = figures(row.get("name"));
            long events = Long.parseLong(row.get("events"));
            assertThat(figures.get("sha256").asText()).as(row.get("name")).isEqualTo(row.get("sha256"));
            assertThat(figures.get("events").asLong()).as(row.get("name")).isEqualTo(events);
            assertThat(sum(figures.get("by_cpu"))).as(row.get("name")).isEqualTo(events);
            assertThat(sum(figures.get("by_buffer"))).as(row.get("name")).isEqualTo(events);
            assertThat(sum(figures.get("lost"))).as(row.get("name")).isEqualTo(Long.parseLong(row.get("lost")));
            long totals = 0;
            for (JsonNode event : figures.get("by_event")) {
                long total = event.get("total").asLong();
                assertThat(sum(event)).as(row.get("name")).isEqualTo(2 * total);
                totals += total;
            }
            assertThat(totals).as(row.get("name")).isEqualTo(events);
        }
    }

    @Test
    void expected_jobs_are_those_that_the_monitor_counted_while_it_was_recorded() throws IOException {
        int compared = 0;
        for (Map<String, String> row : provenance()) {
            if (row.get("monitor_jobs").isEmpty()) {
                continue;
            }
            JsonNode jobs = figures(row.get("name")).get("jobs");
            assertThat(jobs.get("count").asLong() + jobs.get("unfinished").asLong())
                    .as(row.get("name"))
                    .isEqualTo(Long.parseLong(row.get("monitor_jobs")));
            compared++;
        }
        assertThat(compared).isGreaterThanOrEqualTo(8);
    }

    @Test
    void expected_stages_add_up_to_the_response() throws IOException {
        int compared = 0;
        for (Sample sample : SampleTraces.all()) {
            JsonNode figures = figures(sample.name());
            if (!figures.has("interrupt_response")) {
                continue;
            }
            JsonNode stages = figures.get("interrupt_response").get("stages");
            long stagesNs = 0;
            for (String stage : List.of("wake", "schedule", "host", "guest")) {
                stagesNs += stages.get(stage).get("sum_ns").asLong();
            }
            assertThat(stages.get("response").get("sum_ns").asLong())
                    .as(sample.name())
                    .isEqualTo(stagesNs);
            compared++;
        }
        assertThat(compared).isGreaterThanOrEqualTo(8);
    }

    private static JsonNode figures(String name) throws IOException {
        return JSON.readTree(SampleTraces.expected(name).toFile());
    }

    private static long sum(JsonNode counts) {
        long sum = 0;
        for (JsonNode count : counts) {
            sum += count.asLong();
        }
        return sum;
    }

    private static List<Map<String, String>> provenance() throws IOException {
        List<String> lines = Files.readAllLines(SampleTraces.recordings().resolve("PROVENANCE.tsv"));
        String[] columns = lines.get(0).split("\t", -1);
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split("\t", -1);
            assertThat(cells).as(line).hasSameSizeAs(columns);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < columns.length; i++) {
                row.put(columns[i], cells[i]);
            }
            rows.add(row);
        }
        return rows;
    }
}
