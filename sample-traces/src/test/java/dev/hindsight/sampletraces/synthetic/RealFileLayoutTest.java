package dev.hindsight.sampletraces.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.hindsight.sampletraces.SampleTraces;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The writer's bytes against those of real recordings, where both must be the same. */
class RealFileLayoutTest {

    private static final int MAGIC_TO_PAGE_SIZE = 18;

    @TempDir
    Path directory;

    @Test
    void a_version_6_file_begins_as_a_recorded_one_up_to_its_event_formats() throws Exception {
        byte[] real = Files.readAllBytes(SampleTraces.trace("v6-lost"));
        byte[] made = written(FileShape.v6());
        int headers = MAGIC_TO_PAGE_SIZE + 12 + 8 + 205 + 13 + 8 + 205;
        assertThat(Arrays.copyOf(made, headers)).isEqualTo(Arrays.copyOf(real, headers));
    }

    @Test
    void a_version_6_file_ends_its_header_as_a_recorded_one() throws Exception {
        byte[] real = Files.readAllBytes(SampleTraces.trace("v6-lost"));
        byte[] made = written(FileShape.v6());
        int realTable = indexOf(real, "flyrecord\0");
        int madeTable = indexOf(made, "flyrecord\0");
        int clock = 10 + 2 * 16;
        byte[] expected = Arrays.copyOfRange(real, realTable + clock, realTable + clock + 8 + 7);
        assertThat(Arrays.copyOfRange(made, madeTable + clock, madeTable + clock + 8 + 7))
                .isEqualTo(expected);
        assertThat(new String(expected, 8, 7, StandardCharsets.US_ASCII)).isEqualTo("[local]");
    }

    @Test
    void a_version_7_file_holds_the_header_section_of_a_recorded_one() throws Exception {
        byte[] real = Files.readAllBytes(SampleTraces.trace("bonnie-pitspin-base"));
        byte[] made = written(FileShape.v7().with(Compression.ZSTD));
        assertThat(Arrays.copyOf(made, 29)).isEqualTo(Arrays.copyOf(real, 29));
        assertThat(headerSection(made)).isEqualTo(headerSection(real));
    }

    private byte[] written(FileShape shape) throws Exception {
        Path file = directory.resolve("made.dat");
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            EventFormat format = trace.event(
                    EventFormat.of("lab", "n", 300).field("int", "n", 4, true).print("\"%d\", REC->n"));
            for (int cpu = 0; cpu < 2; cpu++) {
                trace.top().cpu(cpu).event(1, new EventRecord(format, shape.order(), 1));
            }
            trace.write(file);
        }
        return Files.readAllBytes(file);
    }

    /** The bytes of the first section, HEADER_INFO, unpacked. */
    private static byte[] headerSection(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(37);
        assertThat(in.getShort()).isEqualTo((short) 16);
        assertThat(in.getShort()).isEqualTo((short) 1);
        assertThat(in.getInt()).isZero();
        long section = in.getLong();
        int compressed = in.getInt();
        assertThat(section).isEqualTo(compressed + 8L);
        int size = in.getInt();
        return Zstd.decompress(Arrays.copyOfRange(file, in.position(), in.position() + compressed), size);
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }
}
