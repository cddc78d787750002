package dev.hindsight.parsers.ctf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.ReadOrRefused;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.sampletraces.synthetic.CtfBits;
import dev.hindsight.sampletraces.synthetic.LttngKernelTrace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with a trace: a clear error, or all up to the damage and a warning. */
final class DamagedCtfTest {

    private static final String HEAD = "typealias integer { size = 8; } := u8; typealias integer { size = 32; } := u32;"
            + " typealias integer { size = 64; } := u64; trace { major = 1; minor = 8; byte_order = le;"
            + " packet.header := struct { u32 magic; }; };\n"
            + "stream { packet.context := struct { u64 content_size; u64 packet_size; };"
            + " event.header := struct { u8 id; }; };\n";

    @TempDir
    Path directory;

    private Path small() throws IOException {
        Path trace = directory.resolve("kernel");
        LttngKernelTrace.write(trace, 1, 300, 5);
        // The packet's padding is cut off: what remains is all content.
        Path stream = trace.resolve("channel0_0");
        byte[] bytes = Files.readAllBytes(stream);
        int content = (int) (new CtfBitsReader(bytes).u64(32 + 16) / 8);
        byte[] cut = Arrays.copyOf(bytes, content);
        for (int i = 0; i < 8; i++) {
            cut[32 + 24 + i] = (byte) (8L * content >>> 8 * i);
        }
        Files.write(stream, cut);
        return trace;
    }

    private record CtfBitsReader(byte[] bytes) {
        long u64(int at) {
            return BitReader.read(bytes, 8L * at, 64, false, false);
        }
    }

    /** Reads what can be read; null where the trace is refused. */
    private static ReadEvents read(Path trace) throws IOException {
        return ReadOrRefused.of(trace, ReadOptions.DEFAULT).events();
    }

    @Test
    void a_stream_cut_at_any_byte_gives_its_beginning_and_a_warning() throws IOException {
        Path trace = small();
        Path stream = trace.resolve("channel0_0");
        byte[] whole = Files.readAllBytes(stream);
        List<ReadEvents.Event> all = read(trace).events;
        assertThat(all).hasSize(300);
        int before = 0;
        for (int length = 0; length < whole.length; length += length < 200 ? 1 : 23) {
            Files.write(stream, Arrays.copyOf(whole, length));
            try (Recording recording = Recordings.open(trace, ReadOptions.DEFAULT)) {
                List<ReadEvents.Event> some = ReadEvents.of(recording).events;
                // Who ran before the first switch is not told where that is cut off.
                assertThat(some.stream().map(DamagedCtfTest::withoutThread))
                        .containsExactlyElementsOf(all.subList(0, some.size()).stream()
                                .map(DamagedCtfTest::withoutThread)
                                .toList());
                assertThat(some.size()).isGreaterThanOrEqualTo(before);
                assertThat(recording.warnings().anyDamage()).isEqualTo(length > 0);
                before = some.size();
            }
        }
        assertThat(before).isGreaterThan(290);
    }

    private static String withoutThread(ReadEvents.Event row) {
        return row.tsNs() + " " + row.key() + row.texts();
    }

    @Test
    void metadata_cut_at_any_byte_are_refused_or_read() throws IOException {
        Path trace = small();
        Path metadata = trace.resolve("metadata");
        byte[] whole = Files.readAllBytes(metadata);
        int refused = 0;
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(metadata, Arrays.copyOf(whole, length));
            refused += read(trace) == null ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(whole.length / 7 * 8 / 10);
    }

    @Test
    void flipped_bits_never_cause_anything_but_warnings_and_trace_exceptions() throws IOException {
        long seed = 20261122L;
        Random random = new Random(seed);
        Path trace = small();
        for (String name : new String[] {"channel0_0", "metadata"}) {
            Path file = trace.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (int round = 0; round < 300; round++) {
                int among = round % 2 == 0 ? Math.min(100, whole.length) : whole.length;
                Files.write(file, ReadOrRefused.flipped(whole, random, 1 + random.nextInt(3), among));
                try {
                    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> read(trace));
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(name + ", round " + round + ", seed " + seed, e);
                }
            }
            Files.write(file, whole);
        }
    }

    private Path trace(String metadata, byte[] stream) throws IOException {
        Path trace = directory.resolve("made");
        Files.createDirectories(trace);
        Files.writeString(trace.resolve("metadata"), metadata, StandardCharsets.UTF_8);
        Files.write(trace.resolve("s"), stream);
        return trace;
    }

    private static CtfBits packet(long content, long packet) {
        return new CtfBits().le(0xC1FC1FC1L, 32).le(content, 64).le(packet, 64);
    }

    @Test
    void hostile_sizes_of_packets_end_the_packet_or_the_file_with_a_warning() throws IOException {
        String metadata = HEAD + "event { name = e; fields := struct { u8 x; }; };";
        long[][] sizes = {
            {0, 0},
            {176, 0},
            {0, 176},
            {176, 8},
            {176, 177},
            {-1, -1},
            {1L << 60, 1L << 60},
            {192, 176},
            {8, 176},
            {Long.MIN_VALUE, 176},
            {176, Long.MIN_VALUE},
            {160, 160},
            {161, 176}
        };
        for (long[] size : sizes) {
            Path trace =
                    trace(metadata, packet(size[0], size[1]).le(0, 8).le(7, 8).bytes());
            ReadEvents rows = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> read(trace));
            assertThat(rows).as(Arrays.toString(size)).isNotNull();
            assertThat(rows.events.size()).isLessThanOrEqualTo(1);
            try (Recording recording = Recordings.open(trace, ReadOptions.DEFAULT)) {
                ReadEvents.of(recording);
                assertThat(recording.warnings().anyDamage())
                        .as(Arrays.toString(size))
                        .isTrue();
            }
        }
    }

    @Test
    void a_damaged_packet_is_left_and_the_next_one_read() throws IOException {
        String metadata = HEAD + "event { name = e; fields := struct { u8 x; }; };";
        CtfBits bits = packet(192, 192).le(0, 8).le(1, 8).le(9, 8).le(1, 8);
        bits.le(0xC1FC1FC1L, 32)
                .le(192, 64)
                .le(192, 64)
                .le(0, 8)
                .le(2, 8)
                .le(0, 8)
                .le(3, 8);
        Path trace = trace(metadata, bits.bytes());
        ReadEvents rows = read(trace);
        assertThat(rows.events.stream().map(r -> r.text("x"))).containsExactly("1", "2", "3");
        assertThatThrownBy(() -> {
                    try (Recording strict = Recordings.open(trace, ReadOptions.DEFAULT.refusingDamage())) {
                        ReadEvents.of(strict);
                    }
                })
                .isInstanceOf(DamagedTraceException.class)
                .hasMessageContaining("at offset 22")
                .hasMessageContaining("id 9");
    }

    @Test
    void sequences_of_hostile_length_and_elements_without_bits_end_the_packet() throws IOException {
        String[] fields = {
            "u64 n; u8 x[n];",
            "u64 n; u64 x[n];",
            "u64 n; struct { } x[n];",
            "u64 n; struct { string s; } x[n];",
            "u64 n; u64 m; struct { u8 y[m]; } x[n];",
            "u8 n; u8 x[n][2147483647][2147483647];",
            "u64 n; enum : u8 { A } t; struct { variant <t> { struct { } A; } v; } x[n];"
        };
        for (String field : fields) {
            CtfBits bits = packet(0, 0).le(0, 8).le(1L << 60, 64).le(0, 64).le(0, 64);
            bits.set(32, bits.size(), 64, false).set(96, bits.size(), 64, false);
            Path trace = trace(HEAD + "event { name = e; fields := struct { " + field + " }; };", bits.bytes());
            Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> read(trace), field);
        }
    }

    @Test
    void events_without_a_bit_do_not_go_on_for_ever() throws IOException {
        Path trace =
                trace("trace { major = 1; minor = 8; byte_order = le; }; event { name = e; };", new byte[] {1, 2, 3});
        ReadEvents rows = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> read(trace));
        assertThat(rows.events).isEmpty();
    }

    @Test
    void types_that_grow_without_bounds_are_refused() throws IOException {
        for (String leaf : new String[] {"u8 a; u8 b;", ""}) {
            StringBuilder bomb = new StringBuilder(HEAD).append("struct s0 { " + leaf + " };\n");
            for (int i = 1; i < 50; i++) {
                bomb.append("struct s" + i + " { struct s" + (i - 1) + " a; struct s" + (i - 1) + " b; };\n");
            }
            bomb.append("event { name = e; fields := struct { struct s49 x; }; };");
            Path trace = trace(bomb.toString(), new byte[0]);
            assertThatThrownBy(() -> Assertions.assertTimeoutPreemptively(
                            Duration.ofSeconds(30), () -> Recordings.open(trace, ReadOptions.DEFAULT)))
                    .isInstanceOf(TraceException.class);
        }
    }

    @Test
    void a_file_that_is_no_stream_is_left_out_and_told() throws IOException {
        Path trace = small();
        Files.writeString(trace.resolve("notes.txt"), "recorded on a Monday, with the old kernel");
        try (Recording recording = Recordings.open(trace, ReadOptions.DEFAULT)) {
            assertThat(ReadEvents.of(recording).events).hasSize(300);
            assertThat(recording.warnings().all()).hasSize(1);
            assertThat(recording.warnings().all().get(0).message())
                    .contains("notes.txt")
                    .contains("left out");
        }
    }

    @Test
    void a_clock_that_began_before_time_is_refused() throws IOException {
        Path trace = trace(
                "clock { name = c; offset_s = 10000000000; };" + HEAD
                        + "event { name = e; fields := struct { u8 x; }; };",
                new byte[0]);
        assertThatThrownBy(() -> Recordings.open(trace, ReadOptions.DEFAULT)).hasMessageContaining("292 years");
    }
}
