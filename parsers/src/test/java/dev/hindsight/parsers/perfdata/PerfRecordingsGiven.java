package dev.hindsight.parsers.perfdata;

import com.github.luben.zstd.ZstdInputStream;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** Recordings of perf: those of the repository, and those below {@code -Dhindsight.recordings=DIR}. */
final class PerfRecordingsGiven {

    private PerfRecordingsGiven() {}

    /** The directory of the repository's. */
    static Path kept() {
        return SampleTraces.recordings().resolve("perf-data");
    }

    /** One of the repository's, unpacked into a directory where it is packed. */
    static Path kept(String name, Path scratch) throws IOException {
        Path plain = kept().resolve(name + ".data");
        if (Files.exists(plain)) {
            return plain;
        }
        Path unpacked = scratch.resolve(name + ".data");
        try (InputStream in = new ZstdInputStream(Files.newInputStream(kept().resolve(name + ".data.zst")))) {
            Files.copy(in, unpacked, StandardCopyOption.REPLACE_EXISTING);
        }
        return unpacked;
    }

    /** Files named {@code *.data} below the directory given that begin as a perf.data does; none where none is given. */
    static List<Path> given() throws IOException {
        String directory = System.getProperty("hindsight.recordings", System.getenv("HINDSIGHT_RECORDINGS"));
        if (directory == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(Path.of(directory))) {
            return files.filter(file -> file.toString().endsWith(".data"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    /** What lies beside a recording under its name with another ending. */
    static Path beside(Path recording, String ending) {
        String name = recording.getFileName().toString();
        return recording.resolveSibling(name.substring(0, name.length() - ".data".length()) + ending);
    }
}
