package dev.hindsight.cli;

import dev.hindsight.queries.dataset.OutputException;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file under another name until it is whole: a killed run leaves the old file or none. */
final class WholeFile {

    private WholeFile() {}

    /** Writes to a stream. */
    @FunctionalInterface
    interface ToStream {
        long write(OutputStream to) throws IOException;
    }

    /** Writes to a path. */
    @FunctionalInterface
    interface ToPath {
        void write(Path to) throws IOException;
    }

    /** To a file, or to standard output where its name is {@code -}; gives what the writer gives. */
    static long stream(String name, ToStream writer) {
        long[] result = new long[1];
        if (name.equals("-")) {
            return told(name, () -> {
                // Not closed: the descriptor is the process's.
                OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
                result[0] = writer.write(out);
                out.flush();
                return result[0];
            });
        }
        path(Path.of(name), part -> {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
                result[0] = writer.write(out);
            }
        });
        return result[0];
    }

    /** To a file that the writer opens. */
    static void path(Path file, ToPath writer) {
        told(file.toString(), () -> {
            replace(file, writer);
            return 0;
        });
    }

    /**
     * To a file that the writer opens. A link stays, what it leads to is replaced; a device or pipe is written to as it is:
     * who may write to /dev would lose /dev/null otherwise.
     */
    static void replace(Path file, ToPath writer) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file;
        if (Files.exists(target) && !Files.isRegularFile(target) && !Files.isDirectory(target)) {
            writer.write(target);
            return;
        }
        Path part = target.resolveSibling(
                target.getFileName() + ".part" + ProcessHandle.current().pid());
        try {
            writer.write(part);
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    @FunctionalInterface
    private interface Work {
        long run() throws IOException;
    }

    private static long told(String name, Work work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw failure(name, e);
        } catch (UncheckedIOException e) {
            throw failure(name, e.getCause());
        }
    }

    private static RuntimeException failure(String name, IOException e) {
        return name.equals("-") && ReaderLeft.isTold(e) ? new ReaderLeft(e) : new OutputException(name, e);
    }
}
