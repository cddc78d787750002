package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventText;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.queries.sql.NamedQueries;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngestSampleTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temp;

    private static Map<String, Long> expectedCounts(JsonNode expected) {
        Map<String, Long> counts = new TreeMap<>();
        expected.path("by_event")
                .properties()
                .forEach(e -> counts.put(e.getKey(), e.getValue().path("total").asLong()));
        return counts;
    }

    private static Map<String, Long> counts(Dataset dataset, String sql) {
        Map<String, Long> counts = new TreeMap<>();
        try (QueryResult result = dataset.query(sql)) {
            while (result.next()) {
                counts.put((String) result.value(0), result.longValue(1));
            }
        }
        return counts;
    }

    /** {@code ts cpu name args} of every event as the recording itself renders it, sorted. */
    private static List<String> rendered(Path trace) throws IOException {
        List<String> lines = new ArrayList<>();
        List<EventType> types = new ArrayList<>();
        try (Recording recording = Recordings.open(trace, ReadOptions.DEFAULT)) {
            EventText text = recording.text();
            recording.read(schema -> block -> {}, new RecordingSink() {
                @Override
                public void type(EventType type) {
                    types.add(type);
                }

                @Override
                public void slice(EventSlice slice) {
                    for (int i = 0; i < slice.size; i++) {
                        EventType type = types.get(slice.type[i]);
                        StringBuilder line = new StringBuilder()
                                .append(slice.tsNs[i])
                                .append(' ')
                                .append(slice.cpu[i])
                                .append(' ')
                                .append(type.name())
                                .append(' ');
                        text.append(type, slice.blocks[slice.type[i]], slice.row[i], line);
                        lines.add(line.toString());
                    }
                }

                @Override
                public void lost(int cpu, int instance, long startNs, long endNs, long events) {}
            });
        }
        lines.sort(null);
        return lines;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bonnie-pitspin-base", "v7-buffers"})
    void events_read_as_the_recording_renders_them(String sample) throws IOException {
        Path trace = SampleTraces.trace(sample);
        List<String> expected = rendered(trace);
        try (Dataset dataset = Dataset.ofTraces(List.of(trace), IngestOptions.DEFAULT, SqlAccess.CONFINED);
                QueryResult events =
                        dataset.query("SELECT ts_ns || ' ' || cpu || ' ' || name || ' ' || args FROM events")) {
            List<String> lines = new ArrayList<>();
            while (events.next()) {
                lines.add((String) events.value(0));
            }
            lines.sort(null);
            assertThat(lines.size()).isEqualTo(expected.size());
            for (int i = 0; i < lines.size(); i++) {
                assertThat(lines.get(i)).isEqualTo(expected.get(i));
            }
        }
    }

    @Test
    void the_addresses_that_events_show_have_their_names() {
        List<Path> traces = List.of(SampleTraces.trace("bonnie-pitspin-base"));
        try (Dataset dataset = Dataset.ofTraces(traces, IngestOptions.DEFAULT, SqlAccess.CONFINED)) {
            assertThat(HandMade.values(dataset, "SELECT name FROM symbol WHERE offset_bytes = 0 ORDER BY name"))
                    .containsExactly("hrtimer_wakeup", "pit_timer_fn", "tick_sched_timer", "watchdog_timer_fn");
            assertThat(HandMade.values(
                            dataset,
                            "SELECT DISTINCT regexp_extract(args, 'function=(\\w+)', 1) FROM events WHERE name ="
                                    + " 'hrtimer_expire_entry' ORDER BY ALL"))
                    .contains("hrtimer_wakeup", "tick_sched_timer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bonnie-pitspin-base", "v7-buffers", "v6-lost", "arm64-load-other"})
    void a_dataset_has_every_event_of_its_recording(String sample) throws IOException {
        JsonNode expected = JSON.readTree(Files.readAllBytes(SampleTraces.expected(sample)));
        Path trace = SampleTraces.trace(sample);
        AtomicReference<Double> progress = new AtomicReference<>(0.0);
        IngestResult result = Ingest.run(
                List.of(trace),
                temp.resolve("d"),
                IngestOptions.DEFAULT.withProgress((t, share) -> progress.set(share)));
        assertThat(result.events()).isEqualTo(expected.path("events").asLong());
        assertThat(progress.get()).isEqualTo(1.0);
        assertThat(result.damaged()).isFalse();
        try (Dataset dataset = Dataset.open(temp.resolve("d"))) {
            assertThat(counts(dataset, "SELECT name, count(*) FROM events GROUP BY name"))
                    .isEqualTo(expectedCounts(expected));
            assertThat(counts(dataset, "SELECT name, sum(events)::BIGINT FROM event_type GROUP BY name"))
                    .isEqualTo(expectedCounts(expected));
            try (QueryResult row =
                    dataset.query("SELECT first_ns, last_ns, events, cpus, lost_events, sha256 FROM" + " trace")) {
                assertThat(row.next()).isTrue();
                assertThat(row.value("first_ns"))
                        .isEqualTo(expected.path("first_ns").asLong());
                assertThat(row.value("last_ns"))
                        .isEqualTo(expected.path("last_ns").asLong());
                assertThat(row.value("events")).isEqualTo(result.events());
                assertThat(row.value("cpus")).isEqualTo(expected.path("cpus").asLong());
                long lost = 0;
                for (JsonNode ofCpu : expected.path("lost")) {
                    lost += ofCpu.asLong();
                }
                assertThat(row.value("lost_events")).isEqualTo(lost);
                assertThat(row.value("sha256")).isEqualTo(FileDigest.of(trace).sha256());
                assertThat(row.next()).isFalse();
            }
        }
    }

    @Test
    void events_read_as_their_print_formats_tell() {
        try (Dataset dataset = Dataset.ofTraces(
                List.of(SampleTraces.trace("bonnie-pitspin-base"), SampleTraces.trace("arm64-load-other")),
                IngestOptions.DEFAULT,
                SqlAccess.CONFINED)) {
            assertThat((String) HandMade.values(
                                    dataset,
                                    "SELECT args FROM events WHERE name = 'sched_switch' AND trace = 0 ORDER BY ts_ns")
                            .get(0))
                    .matches("prev_comm=.* prev_pid=\\d+ prev_prio=\\d+ prev_state=.* ==> next_comm=.* next_pid=\\d+"
                            + " next_prio=\\d+");
            assertThat(HandMade.values(dataset, "SELECT DISTINCT trace FROM events ORDER BY trace"))
                    .containsExactly(0L, 1L);
            assertThat(HandMade.values(dataset, "SELECT count(*) FROM events"))
                    .isEqualTo(HandMade.values(dataset, "SELECT sum(events)::BIGINT FROM trace"));
        }
    }

    @Test
    void several_recordings_become_traces_of_one_dataset() {
        List<Path> traces = List.of(SampleTraces.trace("bonnie-pitspin-base"), SampleTraces.trace("v7-buffers"));
        IngestOptions options = IngestOptions.DEFAULT
                .timelineOnly()
                .withMarkers(List.of(MarkerRule.parse("job=pio:0x510"), MarkerRule.parse("x=trace_marker:y")));
        try (Dataset dataset = Dataset.ofTraces(traces, options, SqlAccess.CONFINED)) {
            assertThat(dataset.manifest().hasRawEvents()).isFalse();
            assertThat(dataset.manifest().markers()).containsExactly("job=pio:0x510", "x=trace_marker:y");
            assertThat(HandMade.values(dataset, "SELECT count(*) FROM events")).containsExactly(0L);
            assertThat(HandMade.values(dataset, "SELECT file FROM trace ORDER BY trace"))
                    .isEqualTo(traces.stream().map(t -> (Object) t.toString()).toList());
            assertThat(HandMade.values(dataset, "SELECT DISTINCT trace FROM thread_span ORDER BY trace"))
                    .containsExactly(0L, 1L);
            assertThat(dataset.directory()).exists();
        }
    }

    @Test
    void a_temporary_dataset_is_gone_when_it_is_closed() {
        Path directory;
        try (Dataset dataset = Dataset.ofTraces(
                List.of(SampleTraces.trace("bonnie-pitspin-base")),
                IngestOptions.DEFAULT.timelineOnly(),
                SqlAccess.CONFINED)) {
            directory = dataset.directory();
            assertThat(directory).exists();
        }
        assertThat(directory.getParent()).doesNotExist();
    }

    @Test
    void a_named_query_has_defaults_units_and_bound_inputs() {
        NamedQueries queries =
                NamedQueries.onClasspath(getClass().getClassLoader(), "dev/hindsight/queries/sql/catalog");
        try (Dataset dataset = Dataset.ofTraces(
                List.of(SampleTraces.trace("bonnie-pitspin-base")),
                IngestOptions.DEFAULT.timelineOnly(),
                SqlAccess.CONFINED)) {
            long all = rows(dataset, queries, Map.of());
            long some = rows(dataset, queries, Map.of("least_ns", 1_000_000_000L));
            assertThat(some).isPositive().isLessThan(all);
            try (QueryResult result = dataset.run(queries, "thread_time", Map.of())) {
                assertThat(result.columns())
                        .isEqualTo(queries.get("thread_time").columns());
            }
            assertThatThrownBy(() -> dataset.run(queries, "thread_time", Map.of("least", 1L)))
                    .hasMessage("query thread_time has no input 'least'; it has least_ns");
        }
    }

    private static long rows(Dataset dataset, NamedQueries queries, Map<String, ?> inputs) {
        try (QueryResult result = dataset.run(queries, "thread_time", inputs)) {
            long rows = 0;
            while (result.next()) {
                rows++;
            }
            return rows;
        }
    }

    @Test
    void an_ingest_that_fails_leaves_the_old_dataset_as_it_was() throws IOException {
        Path dir = temp.resolve("d");
        Ingest.run(List.of(SampleTraces.trace("v7-buffers")), dir, IngestOptions.DEFAULT.timelineOnly());
        byte[] before = Files.readAllBytes(dir.resolve("manifest.json"));
        byte[] whole = Files.readAllBytes(SampleTraces.trace("bonnie-pitspin-base"));
        Path half = Files.write(temp.resolve("half.dat"), Arrays.copyOf(whole, whole.length / 2));
        IngestOptions strict = IngestOptions.DEFAULT.withRead(ReadOptions.DEFAULT.refusingDamage());
        assertThatThrownBy(() -> Ingest.run(List.of(half), dir, strict)).isInstanceOf(TraceException.class);
        assertThatThrownBy(() -> Ingest.run(List.of(temp.resolve("none.dat")), dir, strict))
                .isInstanceOf(TraceException.class);
        assertThat(Files.readAllBytes(dir.resolve("manifest.json"))).isEqualTo(before);
        try (var entries = Files.list(temp)) {
            assertThat(entries.map(e -> e.getFileName().toString())).containsExactlyInAnyOrder("d", "half.dat");
        }
    }
}
