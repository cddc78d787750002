package dev.hindsight.sampletraces;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The recordings kept in {@code sample-traces/recordings}, found from any module's tests.
 *
 * <p>A sample is named after its file without {@code .dat} or {@code .dat.zst}: {@code bonnie-pitspin-base}. Every file
 * is compared with its SHA-256 in {@code SHA256SUMS} before it is handed out, once in a JVM; what each one holds is in
 * {@code PROVENANCE.tsv} and {@code PROVENANCE.md}, the figures that it must yield in {@code expected/NAME.json}.
 *
 * <p>The repository is the directory that system property {@code hindsight.root} names (Surefire sets it), else the
 * nearest one above the working directory that holds {@code sample-traces/recordings}.
 */
public final class SampleTraces {

    private static final String ROOT_PROPERTY = "hindsight.root";
    private static final Path RECORDINGS = Path.of("sample-traces", "recordings");
    private static final Map<String, Path> READY = new ConcurrentHashMap<>();

    private SampleTraces() {}

    /**
     * One recording as committed.
     *
     * @param name without file ending
     * @param file as committed: a trace.dat, or a {@code .dat.zst} that {@link #trace} unpacks
     * @param sha256 of the file as committed, lower-case hex
     */
    public record Sample(String name, Path file, String sha256) {

        /** Whether the whole file is compressed, so that no trace reader takes it as it is. */
        public boolean packed() {
            return file.getFileName().toString().endsWith(".zst");
        }
    }

    /**
     * The repository's top directory.
     *
     * @throws IllegalStateException when neither the property nor any parent of the working directory leads to it
     */
    public static Path root() {
        String configured = System.getProperty(ROOT_PROPERTY);
        if (configured != null) {
            Path root = Path.of(configured).toAbsolutePath();
            if (Files.isDirectory(root.resolve(RECORDINGS))) {
                return root;
            }
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path dir = start; dir != null; dir = dir.getParent()) {
            if (Files.isDirectory(dir.resolve(RECORDINGS))) {
                return dir;
            }
        }
        throw new IllegalStateException("no " + RECORDINGS + " in " + start
                + " or above it: run inside the repository or set -D" + ROOT_PROPERTY + "=DIR");
    }

    /** The directory of the recordings. */
    public static Path recordings() {
        return root().resolve(RECORDINGS);
    }

    /**
     * All samples in the order of {@code SHA256SUMS}, which is by file name.
     *
     * @throws UncheckedIOException when the list cannot be read
     */
    public static List<Sample> all() {
        Path directory = recordings();
        Path sums = directory.resolve("SHA256SUMS");
        List<Sample> samples = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(sums)) {
                String[] part = line.split("  ", 2);
                if (part.length != 2 || part[0].length() != 64) {
                    throw new IllegalStateException(
                            sums + ": expected \"<64 hex digits>  <file>\", found \"" + line + "\"");
                }
                samples.add(new Sample(nameOf(part[1]), directory.resolve(part[1]), part[0]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(samples);
    }

    /**
     * The sample of that name.
     *
     * @throws IllegalArgumentException when there is none; the message lists the names there are
     */
    public static Sample named(String name) {
        List<Sample> all = all();
        for (Sample sample : all) {
            if (sample.name().equals(name)) {
                return sample;
            }
        }
        throw new IllegalArgumentException("no sample \"" + name + "\", there are "
                + all.stream().map(Sample::name).toList());
    }

    /**
     * A readable trace.dat of that sample: the committed file, or an unpacked copy of it below
     * {@code sample-traces/target} that later calls and other processes share. Not to be written to.
     *
     * @throws IllegalArgumentException when there is no such sample
     * @throws IllegalStateException when the file is not the one recorded (its SHA-256 differs)
     * @throws UncheckedIOException when it cannot be read or unpacked
     */
    public static Path trace(String name) {
        return READY.computeIfAbsent(name, n -> {
            Sample sample = named(n);
            try {
                verify(sample);
                return sample.packed() ? unpack(sample) : sample.file();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Where the expected figures of that sample are: JSON, described in {@code recordings/expected/README.md}. */
    public static Path expected(String name) {
        return recordings().resolve("expected").resolve(named(name).name() + ".json");
    }

    /**
     * Compares the committed file with its SHA-256.
     *
     * @throws IllegalStateException when they differ
     * @throws IOException when the file cannot be read
     */
    public static void verify(Sample sample) throws IOException {
        String found = sha256(sample.file());
        if (!found.equals(sample.sha256())) {
            throw new IllegalStateException(sample.file() + ": expected SHA-256 " + sample.sha256() + ", found " + found
                    + "; restore it with git checkout");
        }
    }

    private static Path unpack(Sample sample) throws IOException {
        Path directory = root().resolve(Path.of("sample-traces", "target", "unpacked"));
        // The hash in the name makes a copy of an earlier state of the file unreachable.
        Path plain = directory.resolve(sample.sha256().substring(0, 16) + "-" + sample.name() + ".dat");
        if (Files.isRegularFile(plain)) {
            return plain;
        }
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, sample.name(), ".part");
        try (InputStream packed = new ZstdInputStream(new BufferedInputStream(Files.newInputStream(sample.file())))) {
            Files.copy(packed, part, StandardCopyOption.REPLACE_EXISTING);
            // Other test processes unpack the same sample: only a whole file may appear under the final name.
            Files.move(part, plain, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
        return plain;
    }

    private static String nameOf(String fileName) {
        for (String ending : List.of(".dat.zst", ".dat")) {
            if (fileName.endsWith(ending)) {
                return fileName.substring(0, fileName.length() - ending.length());
            }
        }
        throw new IllegalStateException("SHA256SUMS names " + fileName + ", which is neither .dat nor .dat.zst");
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
