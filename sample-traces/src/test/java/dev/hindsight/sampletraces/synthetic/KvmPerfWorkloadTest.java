package dev.hindsight.sampletraces.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.sampletraces.synthetic.PerfShape.Packing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KvmPerfWorkloadTest {

    @TempDir
    Path directory;

    @Test
    void the_same_seed_gives_the_same_bytes() throws IOException {
        for (PerfShape shape : List.of(PerfShape.file(), PerfShape.file().asPipe())) {
            Path one = directory.resolve("one.data");
            Path other = directory.resolve("other.data");
            long events = new KvmPerfWorkload(20_000, 3, 5).write(shape, one);
            assertThat(events).isGreaterThanOrEqualTo(20_000);
            assertThat(new KvmPerfWorkload(20_000, 3, 5).write(shape, other)).isEqualTo(events);
            assertThat(Files.mismatch(one, other)).isEqualTo(-1);
        }
    }

    @Test
    void perf_itself_reads_as_many_samples_as_were_written() throws IOException, InterruptedException {
        for (PerfShape shape : List.of(PerfShape.file(), PerfShape.file().with(Packing.COMPRESSED))) {
            Path file = directory.resolve("perf.data");
            long events = new KvmPerfWorkload(5_000, 2, 1).write(shape, file);
            Path out = directory.resolve("stats.txt");
            Process perf;
            try {
                perf = new ProcessBuilder("perf", "report", "--stats", "-i", file.toString())
                        .redirectOutput(out.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
            } catch (IOException e) {
                assumeTrue(false, "perf is not installed");
                throw e;
            }
            assertThat(perf.waitFor()).isZero();
            String stats = Files.readString(out, StandardCharsets.UTF_8);
            assertThat(stats).as(shape.toString()).containsPattern("SAMPLE events: +" + events + " ");
        }
    }
}
