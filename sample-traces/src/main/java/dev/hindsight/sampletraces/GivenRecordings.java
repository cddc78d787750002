package dev.hindsight.sampletraces;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Recordings of one's own, for the slow tests: every {@code .dat} and {@code .dat.zst} below the directory that system
 * property {@code hindsight.recordings} or else environment variable {@code HINDSIGHT_RECORDINGS} names.
 */
public final class GivenRecordings {

    /** What to say where none are given. */
    public static final String HOW = "no recordings given: -Dhindsight.recordings=DIR or HINDSIGHT_RECORDINGS";

    private GivenRecordings() {}

    /**
     * The files, by path; none where no directory is given.
     *
     * @throws IllegalStateException where the directory holds none
     */
    public static List<Path> all() throws IOException {
        String directory = System.getProperty("hindsight.recordings", System.getenv("HINDSIGHT_RECORDINGS"));
        if (directory == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(Path.of(directory))) {
            List<Path> found = files.filter(file ->
                            file.toString().endsWith(".dat") || file.toString().endsWith(".dat.zst"))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalStateException(directory + " holds no .dat and no .dat.zst");
            }
            return found;
        }
    }

    /** The file itself, or, where it is compressed as a whole, what it holds, written to {@code scratch}. */
    public static Path plain(Path file, Path scratch) throws IOException {
        String name = file.getFileName().toString();
        if (!name.endsWith(".zst")) {
            return file;
        }
        Path plain = scratch.resolve(name.substring(0, name.length() - ".zst".length()));
        try (InputStream packed = new ZstdInputStream(Files.newInputStream(file))) {
            Files.copy(packed, plain, StandardCopyOption.REPLACE_EXISTING);
        }
        return plain;
    }

    /** The kernel's text of the same events beside a recording; null where there is none. */
    public static Path textOf(Path recording) throws IOException {
        String name = recording.getFileName().toString();
        Path text = recording.resolveSibling(name.equals("extract.dat") ? "default.txt" : name.replace(".dat", ".txt"));
        if (text.equals(recording) || !Files.exists(text)) {
            return null;
        }
        try (BufferedReader lines = Files.newBufferedReader(text, StandardCharsets.ISO_8859_1)) {
            String first = lines.readLine();
            return first != null && first.startsWith("# tracer: ") ? text : null;
        }
    }
}
