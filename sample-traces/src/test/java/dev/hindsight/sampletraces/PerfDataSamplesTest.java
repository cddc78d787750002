package dev.hindsight.sampletraces;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The recordings of perf in {@code recordings/perf-data}. */
final class PerfDataSamplesTest {

    private static final Path FOLDER = SampleTraces.recordings().resolve("perf-data");

    @Test
    void every_file_is_the_one_that_was_recorded() throws IOException, NoSuchAlgorithmException {
        List<String> lines = Files.readAllLines(FOLDER.resolve("SHA256SUMS"));
        for (String line : lines) {
            String[] part = line.split("  ", 2);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(FOLDER.resolve(part[1])));
            assertThat(HexFormat.of().formatHex(digest)).as(part[1]).isEqualTo(part[0]);
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<String> kept = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("README.md") && !name.equals("SHA256SUMS"))
                    .sorted()
                    .toList();
            assertThat(lines.stream().map(line -> line.split("  ", 2)[1])).containsExactlyElementsOf(kept);
        }
    }

    @Test
    void where_each_recording_comes_from_is_told() throws IOException {
        String readme = Files.readString(FOLDER.resolve("README.md"));
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.contains(".data")) {
                    assertThat(readme).contains(name);
                }
            }
        }
    }
}
