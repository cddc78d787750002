package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.fault.UnreadableTraceException;
import dev.hindsight.queries.profile.OwnWork;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.eclipse.tracecompass.traceeventlogger.LogUtils.ScopeLog;

/**
 * Length and SHA-256 of a recording.
 *
 * <p>Of a directory (a CTF trace): the length of all its files together, and the digest of the list that {@code
 * sha256sum} prints of them, by name: {@code find . -type f -printf '%P\n' | LC_ALL=C sort | xargs sha256sum |
 * sha256sum}.
 *
 * @param sha256 lower-case hex
 */
record FileDigest(long bytes, String sha256) {

    private static final int CHUNK = 1 << 20;

    /** Computed on a thread of its own, beside the reading of the same file. */
    static CompletableFuture<FileDigest> start(Path file) {
        CompletableFuture<FileDigest> digest = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try (ScopeLog work = OwnWork.begin("SHA-256", "file", file)) {
                        digest.complete(of(file));
                    } catch (RuntimeException | Error e) {
                        digest.completeExceptionally(e);
                    }
                },
                "hindsight-sha256");
        thread.setDaemon(true);
        thread.start();
        return digest;
    }

    static FileDigest of(Path path) {
        return Files.isDirectory(path) ? ofDirectory(path) : ofFile(path);
    }

    private static FileDigest ofDirectory(Path directory) {
        Map<byte[], Path> files = new TreeMap<>(Arrays::compareUnsigned);
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                String name = directory.relativize(file).toString().replace(File.separatorChar, '/');
                files.put(name.getBytes(StandardCharsets.UTF_8), file);
            }
        } catch (IOException | UncheckedIOException e) {
            IOException cause = e instanceof UncheckedIOException u ? u.getCause() : (IOException) e;
            throw new UnreadableTraceException(directory, -1, "a readable directory", cause);
        }
        MessageDigest list = newDigest();
        long bytes = 0;
        for (Map.Entry<byte[], Path> file : files.entrySet()) {
            FileDigest digest = ofFile(file.getValue());
            bytes += digest.bytes;
            list.update((digest.sha256 + "  ").getBytes(StandardCharsets.US_ASCII));
            list.update(file.getKey());
            list.update((byte) '\n');
        }
        return new FileDigest(bytes, HexFormat.of().formatHex(list.digest()));
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static FileDigest ofFile(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MessageDigest digest = newDigest();
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            long bytes = 0;
            for (int n = channel.read(chunk); n >= 0; n = channel.read(chunk)) {
                bytes += n;
                digest.update(chunk.flip());
                chunk.clear();
            }
            return new FileDigest(bytes, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw new UnreadableTraceException(file, -1, "a readable file", e);
        }
    }
}
