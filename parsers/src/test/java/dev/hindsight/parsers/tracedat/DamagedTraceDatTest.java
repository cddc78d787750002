package dev.hindsight.parsers.tracedat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.ReadOrRefused;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.sampletraces.synthetic.Compression;
import dev.hindsight.sampletraces.synthetic.FileShape;
import dev.hindsight.sampletraces.synthetic.KvmWorkload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DamagedTraceDatTest {

    private static final ReadOptions PLAIN = ReadOptions.DEFAULT.withDecoders(0);

    @TempDir
    Path directory;

    static Stream<FileShape> shapes() {
        return Stream.of(
                FileShape.v6(),
                FileShape.v7(),
                FileShape.v7().with(Compression.ZSTD),
                FileShape.v7().with(Compression.ZLIB));
    }

    private Path workload(FileShape shape, int events) throws IOException {
        Path file = directory.resolve("whole.dat");
        new KvmWorkload(events, 2, 3).write(shape, file);
        return file;
    }

    /** Reads everything; only a TraceException may come out, and what was read is as long as what was counted. */
    private static String outcome(Path file, ReadOptions options) throws IOException {
        ReadOrRefused read = ReadOrRefused.of(file, options);
        if (read.refused()) {
            return "refused";
        }
        for (var type : read.events().types) {
            assertThat(type.table().columns()).isNotEmpty();
        }
        return read.damaged() ? "part" : "whole";
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void a_file_cut_anywhere_gives_its_beginning_or_a_clear_error(FileShape shape) throws IOException {
        Path file = workload(shape, 1500);
        byte[] whole = Files.readAllBytes(file);
        List<String> all;
        try (Recording recording = Recordings.open(file, PLAIN)) {
            all = ReadEvents.of(recording).lines();
        }
        Path cut = directory.resolve("cut.dat");
        // every byte of the head's first part and of the end, steps of a prime between
        for (int length = 0; length < whole.length; length += length < 300 || whole.length - length < 200 ? 1 : 97) {
            Files.write(cut, Arrays.copyOf(whole, length));
            String outcome = outcome(cut, PLAIN);
            assertThat(outcome).as("cut at %d", length).isIn("refused", "part", "whole");
            if (outcome.equals("whole")) {
                // only padding behind the last event may be missing without being told
                try (Recording recording = Recordings.open(cut, PLAIN)) {
                    assertThat(ReadEvents.of(recording).lines())
                            .as("cut at %d", length)
                            .isEqualTo(all);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void flipped_bits_never_cause_anything_but_warnings_and_trace_exceptions(FileShape shape) throws IOException {
        byte[] whole = Files.readAllBytes(workload(shape, 600));
        long seed = 20261122;
        Random random = new Random(seed);
        Path flipped = directory.resolve("flipped.dat");
        for (int round = 0; round < 250; round++) {
            Files.write(flipped, ReadOrRefused.flipped(whole, random, 1 + random.nextInt(4), whole.length));
            int n = round;
            Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> assertThat(outcome(flipped, PLAIN)).isIn("refused", "part", "whole"),
                    () -> "seed " + seed + ", round " + n);
        }
    }

    @Test
    void a_page_with_an_impossible_commit_is_lost_and_reading_goes_on_behind_it() throws IOException {
        Path file = workload(FileShape.v6(), 3000);
        byte[] bytes = Files.readAllBytes(file);
        int firstPage = firstPage(bytes);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(firstPage + 4096 + 8, 4090);
        Path damaged = Files.write(directory.resolve("damaged.dat"), bytes);
        try (Recording whole = Recordings.open(file, PLAIN);
                Recording part = Recordings.open(damaged, PLAIN)) {
            List<String> all = ReadEvents.of(whole).lines();
            ReadEvents read = ReadEvents.of(part);
            assertThat(read.lines()).hasSizeLessThan(all.size());
            assertThat(all).containsAll(read.lines());
            assertThat(read.events.get(read.events.size() - 1).line()).isEqualTo(all.get(all.size() - 1));
            assertThat(read.losses).hasSize(1);
            assertThat(read.losses.get(0).cpu()).isZero();
            assertThat(read.losses.get(0).instance()).isZero();
            assertThat(read.losses.get(0).events()).isEqualTo(-1);
            Warning warning = part.warnings().all().get(0);
            assertThat(warning.code()).isEqualTo("damaged-page");
            assertThat(warning.offset()).isEqualTo(firstPage + 4096 + 8);
        }
        try (Recording strict = Recordings.open(damaged, PLAIN.refusingDamage())) {
            assertThatThrownBy(() -> ReadEvents.of(strict))
                    .isInstanceOfSatisfying(
                            DamagedTraceException.class,
                            e -> assertThat(e.offset()).isEqualTo(firstPage + 4096 + 8));
        }
    }

    /** Offset of the data of CPU 0 in a file of version 6, from the table behind "flyrecord". */
    private static int firstPage(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int table = text.indexOf("flyrecord\0") + 10;
        return (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(table);
    }

    @Test
    void a_chunk_that_does_not_decompress_is_lost_and_the_next_ones_are_read() throws IOException {
        Path file = workload(FileShape.v7().with(Compression.ZSTD), 20_000);
        byte[] bytes = Files.readAllBytes(file);
        byte[] frame = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD};
        int seen = 0;
        int at = bytes.length - 4;
        // the last frames are chunks of CPU data: spoil one that has others behind it
        while (seen < 3) {
            at--;
            if (Arrays.equals(bytes, at, at + 4, frame, 0, 4)) {
                seen++;
            }
        }
        bytes[at] = 0;
        Path damaged = Files.write(directory.resolve("damaged.dat"), bytes);
        try (Recording whole = Recordings.open(file, PLAIN);
                Recording part = Recordings.open(damaged, ReadOptions.DEFAULT.withDecoders(2))) {
            List<String> all = ReadEvents.of(whole).lines();
            ReadEvents read = ReadEvents.of(part);
            assertThat(all).containsAll(read.lines());
            assertThat(read.lines()).hasSizeBetween(1, all.size() - 1);
            assertThat(read.losses).hasSize(1);
            assertThat(part.warnings().all()).extracting(Warning::code).containsExactly("damaged-chunk");
        }
    }

    @Test
    void hostile_sizes_in_the_head_are_refused_without_being_allocated() throws IOException {
        byte[] whole = Files.readAllBytes(workload(FileShape.v7(), 100));
        int options =
                (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong(optionsField(whole));
        byte[] bytes = whole.clone();
        // the first option claims 4 GiB
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(options + 16 + 2, -1);
        Path file = Files.write(directory.resolve("hostile.dat"), bytes);
        assertThatThrownBy(() -> Recordings.open(file, PLAIN))
                .isInstanceOf(DamagedTraceException.class)
                .hasMessageContaining("4294967295");
        bytes = whole.clone();
        // the chain of options sections leads back to itself
        int done = options
                + 16
                + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(options + 8)
                - 8;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(done, options);
        Files.write(file, bytes);
        assertThat(outcome(file, PLAIN)).isIn("refused", "part");
    }

    private static int optionsField(byte[] bytes) {
        int at = 18;
        for (int strings = 0; strings < 2; at++) {
            if (bytes[at] == 0) {
                strings++;
            }
        }
        return at;
    }

    @Test
    void empty_and_missing_files_and_other_formats_are_named() throws IOException {
        Path empty = Files.write(directory.resolve("empty.dat"), new byte[0]);
        assertThatThrownBy(() -> Recordings.open(empty, PLAIN)).isInstanceOf(DamagedTraceException.class);
        assertThatThrownBy(() -> Recordings.open(directory.resolve("none.dat"), PLAIN))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("none.dat");
        Path perf = Files.writeString(directory.resolve("perf.data"), "PERFILE2 and so on");
        assertThatThrownBy(() -> Recordings.open(perf, PLAIN)).hasMessageContaining("perf.data");
        Path text = Files.writeString(directory.resolve("trace.txt"), "nothing of the kind\n");
        assertThatThrownBy(() -> Recordings.open(text, PLAIN)).hasMessageContaining("no format that is known");
    }
}
