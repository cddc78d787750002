package dev.hindsight.queries.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A private temporary directory, deleted on closing and, if that does not come, when the JVM ends in order. */
final class ScratchDirectory implements AutoCloseable {

    private final Path path;
    private final Thread hook;

    private ScratchDirectory(Path path) {
        this.path = path;
        this.hook = new Thread(this::delete, "hindsight-scratch");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static ScratchDirectory create() {
        try {
            return new ScratchDirectory(Files.createTempDirectory("hindsight-"));
        } catch (IOException e) {
            throw new DatasetException("no temporary directory can be made: " + e, e);
        }
    }

    Path path() {
        return path;
    }

    private void delete() {
        try {
            PublishedDirectory.delete(path);
        } catch (IOException e) {
            // It is in the system's temporary directory, which is emptied without us.
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending and the hook runs already.
        }
        delete();
    }
}
