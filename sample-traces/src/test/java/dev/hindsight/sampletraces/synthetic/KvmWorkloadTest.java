package dev.hindsight.sampletraces.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.sampletraces.SampleTraces;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The made-up KVM host: read by trace-cmd, laid out as a real kernel's events, the same each time. */
class KvmWorkloadTest {

    private static final long SEED = 7;

    @TempDir
    Path directory;

    @Test
    void trace_cmd_reads_as_many_events_as_were_written_in_every_shape() throws Exception {
        TraceCmd.assumeInstalled();
        List<String> first = null;
        for (FileShape shape :
                List.of(FileShape.v6(), FileShape.v7(), FileShape.v7().with(Compression.ZSTD))) {
            Path file = directory.resolve("workload.dat");
            long events = new KvmWorkload(20_000, 3, SEED).write(shape, file);
            List<String> lines = TraceCmd.report(file, "-t");
            assertThat(lines).hasSize((int) events + 1).noneMatch(line -> line.contains("DROPPED"));
            assertThat(first == null ? lines : first).as("seed " + SEED).isEqualTo(lines);
            first = lines;
        }
    }

    @Test
    void the_same_seed_gives_the_same_bytes_and_another_one_others() throws Exception {
        byte[] one = written(SEED);
        assertThat(written(SEED)).isEqualTo(one);
        assertThat(written(SEED + 1)).isNotEqualTo(one);
    }

    @Test
    void fields_lie_where_linux_6_1_has_them() throws Exception {
        String real = text(SampleTraces.trace("v6-lost")) + text(SampleTraces.trace("v6-buffers"));
        int compared = 0;
        for (EventFormat format : KvmHostEvents.ALL) {
            int at = real.indexOf("name: " + format.name() + "\nID: ");
            if (at >= 0) {
                assertThat(fieldLines(format.text())).as(format.name()).isEqualTo(fieldLines(real.substring(at)));
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(18);
    }

    private byte[] written(long seed) throws Exception {
        Path file = directory.resolve("seeded.dat");
        new KvmWorkload(5_000, 2, seed).write(FileShape.v6(), file);
        return Files.readAllBytes(file);
    }

    private static String text(Path file) throws Exception {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static List<String> fieldLines(String format) {
        return format.substring(0, format.indexOf("\nprint fmt:"))
                .lines()
                .filter(line -> line.startsWith("\tfield:"))
                .toList();
    }
}
