package dev.hindsight.parsers.perfdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.github.luben.zstd.Zstd;
import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.ReadOrRefused;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.sampletraces.synthetic.PerfAttr;
import dev.hindsight.sampletraces.synthetic.PerfDataWriter;
import dev.hindsight.sampletraces.synthetic.PerfShape;
import dev.hindsight.sampletraces.synthetic.PerfShape.Packing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files: a clear error, or all up to the damage and a warning; and nothing else in strict reading. */
final class DamagedPerfDataTest {

    private static final ReadOptions PLAIN = ReadOptions.DEFAULT;
    private static final List<PerfShape> SHAPES = List.of(
            PerfShape.file(),
            PerfShape.file().bigEndian().asPipe(),
            PerfShape.file().with(Packing.COMPRESSED),
            PerfShape.file().asPipe().with(Packing.COMPRESSED2));

    @TempDir
    Path directory;

    private MadePerfData made(PerfShape shape) {
        return MadePerfData.of(directory.resolve("made.data"), shape, 2, 3);
    }

    /** Reads all, in whatever state the file is; null where it was refused. */
    private static ReadEvents read(Path file, boolean strict, String what) throws IOException {
        try {
            return ReadOrRefused.of(file, strict ? PLAIN.refusingDamage() : PLAIN)
                    .events();
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            return fail(what, e);
        }
    }

    @Test
    void a_file_cut_off_at_any_byte_gives_all_before_or_a_clear_error() throws IOException {
        Path cut = directory.resolve("cut.data");
        for (PerfShape shape : SHAPES) {
            MadePerfData made = made(shape);
            byte[] whole = Files.readAllBytes(made.write(1, 4));
            Set<String> expected = new HashSet<>(made.printed());
            int most = 0;
            for (int length = 0; length < whole.length; length++) {
                Files.write(cut, Arrays.copyOf(whole, length));
                ReadEvents read = read(cut, false, shape + " cut at " + length);
                if (read != null && !read.events.isEmpty() && shape.pipe()) {
                    assertThat(expected).as("%s cut at %d", shape, length).containsAll(read.printed());
                    most = Math.max(most, read.events.size());
                }
            }
            if (shape.pipe()) {
                assertThat(most).as("%s: events of a file cut short", shape).isGreaterThan(10);
            }
        }
    }

    @Test
    void cut_files_are_refused_when_read_strictly() throws IOException {
        Path cut = directory.resolve("cut.data");
        for (PerfShape shape : SHAPES) {
            byte[] whole = Files.readAllBytes(made(shape).write(1, 6));
            Random random = new Random(7);
            for (int i = 0; i < 100; i++) {
                int length = random.nextInt(whole.length);
                Files.write(cut, Arrays.copyOf(whole, length));
                read(cut, true, shape + " cut at " + length);
            }
        }
    }

    @Test
    void flipped_bits_never_end_in_anything_but_a_clear_error_or_events() throws IOException {
        Path flipped = directory.resolve("flipped.data");
        for (PerfShape shape : SHAPES) {
            byte[] whole = Files.readAllBytes(made(shape).write(2, 6));
            for (int seed = 0; seed < 120; seed++) {
                Random random = new Random(seed);
                Files.write(flipped, ReadOrRefused.flipped(whole, random, 1 + random.nextInt(8), whole.length));
                read(flipped, false, shape + " seed " + seed);
                read(flipped, true, shape + " seed " + seed);
            }
        }
    }

    @Test
    void a_recording_that_perf_did_not_end_is_read_to_the_end_of_the_file() throws IOException {
        MadePerfData made = made(PerfShape.file());
        byte[] bytes = Files.readAllBytes(made.write(3, 6));
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int end = (int) (header.getLong(40) + header.getLong(48));
        header.putLong(48, 0);
        Path file = Files.write(directory.resolve("killed.data"), Arrays.copyOf(bytes, end));
        try (Recording recording = Recordings.open(file, PLAIN)) {
            ReadEvents read = ReadEvents.withTexts(recording);
            assertThat(read.events.stream().map(ReadEvents.Event::tsNs).toList())
                    .isEqualTo(made.expected.stream()
                            .map(MadePerfData.Sample::tsNs)
                            .toList());
            assertThat(recording.warnings().all().toString()).contains("perf record did not end");
        }
        assertThatThrownBy(() -> Recordings.open(file, PLAIN.refusingDamage()))
                .isInstanceOf(DamagedTraceException.class);
    }

    @Test
    void a_record_of_no_bytes_ends_the_reading_with_a_warning() throws IOException {
        MadePerfData made = made(PerfShape.file());
        byte[] bytes = Files.readAllBytes(made.write(4, 6));
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = (int) file.getLong(40);
        for (int i = 0; i < 20; i++) {
            at += file.getShort(at + 6);
        }
        file.putShort(at + 6, (short) 0);
        Path damaged = Files.write(directory.resolve("zero.data"), bytes);
        try (Recording recording = Recordings.open(damaged, PLAIN)) {
            assertThat(ReadEvents.withTexts(recording).events).isNotEmpty().hasSizeLessThan(made.expected.size());
            assertThat(recording.warnings().anyDamage()).isTrue();
            assertThat(recording.warnings().all().get(0).offset()).isEqualTo(at);
        }
    }

    @Test
    void hostile_sizes_in_the_head_are_refused_or_passed_over() throws IOException {
        byte[] whole = Files.readAllBytes(made(PerfShape.file()).write(5, 4));
        Path hostile = directory.resolve("hostile.data");
        for (int field = 8; field < 104; field += 8) {
            for (long value : new long[] {-1, Long.MAX_VALUE, 1L << 40, 0, 1, whole.length, 0x7FFF_FFFFL}) {
                byte[] bytes = whole.clone();
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(field, value);
                Files.write(hostile, bytes);
                read(hostile, false, "field " + field + " = " + value);
                read(hostile, true, "field " + field + " = " + value);
            }
        }
    }

    @Test
    void compressed_records_that_unfold_without_end_are_read_in_little_memory() throws IOException {
        Path file = directory.resolve("bomb.data");
        byte[] bomb = Zstd.compress(new byte[64 << 20], 19);
        try (PerfDataWriter perf = new PerfDataWriter(PerfShape.file(), file)) {
            perf.attr(PerfAttr.tracepoint(MadePerfData.ENTRY, 1, 1));
            perf.toolRecord(81, bomb);
        }
        try (Recording recording = Recordings.open(file, PLAIN)) {
            assertThat(ReadEvents.withTexts(recording).events).isEmpty();
            assertThat(recording.warnings().anyDamage()).isTrue();
        }
        try (PerfDataWriter perf = new PerfDataWriter(PerfShape.file(), file)) {
            perf.attr(PerfAttr.tracepoint(MadePerfData.ENTRY, 1, 1));
            perf.toolRecord(81, "no zstd at all, but some text instead".getBytes("US-ASCII"));
            perf.toolRecord(83, new byte[4]);
        }
        try (Recording recording = Recordings.open(file, PLAIN)) {
            assertThat(ReadEvents.withTexts(recording).events).isEmpty();
            assertThat(recording.warnings().anyDamage()).isTrue();
        }
        assertThat(read(file, true, "garbage, read strictly")).isNull();
    }

    @Test
    void a_directory_of_perf_data_is_refused_by_name() throws IOException {
        Path data = Files.createDirectory(directory.resolve("perf.data.dir"));
        Files.write(
                data.resolve("data"), Files.readAllBytes(made(PerfShape.file()).write(6, 2)));
        assertThatThrownBy(() -> Recordings.open(data, PLAIN))
                .isInstanceOf(UnsupportedTraceException.class)
                .hasMessageContaining("perf record --threads");
    }
}
