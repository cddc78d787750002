package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.fault.UnreadableTraceException;
import dev.hindsight.queries.profile.OwnWork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.eclipse.tracecompass.traceeventlogger.LogUtils.ScopeLog;

/**
 * Length and SHA-256 of a file.
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

    static FileDigest of(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
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
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
