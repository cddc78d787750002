package dev.hindsight.parsers.ftracetext;

import com.github.luben.zstd.ZstdInputStream;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The texts kept beside the recordings, unpacked. */
final class SampleTexts {

    private SampleTexts() {}

    /** A text of {@code recordings/ftrace-text}, by its name without {@code .txt.zst}. */
    static Path text(String name, Path scratch) throws IOException {
        return unpacked(SampleTraces.recordings().resolve("ftrace-text").resolve(name + ".txt.zst"), scratch);
    }

    /** What {@code trace-cmd report} wrote of a sample, by the name of the file in {@code recordings/expected}. */
    static Path report(String name, Path scratch) throws IOException {
        return unpacked(SampleTraces.recordings().resolve("expected").resolve(name + ".txt.zst"), scratch);
    }

    /** What {@code perf script} wrote of a sample of {@code recordings/perf-data}. */
    static Path script(String name, Path scratch) throws IOException {
        return unpacked(SampleTraces.recordings().resolve("perf-data").resolve(name + ".script.txt.zst"), scratch);
    }

    private static Path unpacked(Path file, Path scratch) throws IOException {
        String name = file.getFileName().toString();
        Path plain = scratch.resolve(name.substring(0, name.length() - ".zst".length()));
        try (InputStream packed = new ZstdInputStream(Files.newInputStream(file))) {
            Files.copy(packed, plain, StandardCopyOption.REPLACE_EXISTING);
        }
        return plain;
    }
}
