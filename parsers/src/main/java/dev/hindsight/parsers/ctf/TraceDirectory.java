package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.fault.UnreadableTraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The directory of a trace: {@code metadata} and stream files beside it. A directory above it is as good, such as a
 * session of LTTng's, where there is one trace below.
 */
final class TraceDirectory {

    private static final String METADATA = "metadata";

    /** How far below what was named a trace is looked for, and among how many files. */
    private static final int MOST_DEEP = 8;

    private static final int MOST_ENTRIES = 100_000;
    private static final int MOST_SHOWN = 20;

    private TraceDirectory() {}

    /** Whether there is a trace at or below a directory. */
    static boolean matches(Path path) {
        return !below(path).isEmpty();
    }

    /**
     * The directory of the trace that was named.
     *
     * @throws UnsupportedTraceException where there is none, or several of which one is to be named
     */
    static Path find(Path path) {
        List<Path> found = below(path);
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw new UnsupportedTraceException(
                    path, -1, "the directory of a CTF trace (metadata and stream files)", "none below it");
        }
        StringBuilder list = new StringBuilder(found.size() + " traces below it: name one of them");
        for (int i = 0; i < Math.min(MOST_SHOWN, found.size()); i++) {
            list.append(i == 0 ? ", " : " or ").append(found.get(i));
        }
        list.append(found.size() > MOST_SHOWN ? ", ..." : "");
        throw new UnsupportedTraceException(path, -1, "one CTF trace", list.toString());
    }

    private static List<Path> below(Path path) {
        List<Path> found = new ArrayList<>();
        collect(path, 0, new int[1], found);
        Collections.sort(found);
        return found;
    }

    private static void collect(Path directory, int depth, int[] entries, List<Path> found) {
        if (Files.isRegularFile(directory.resolve(METADATA))) {
            found.add(directory);
            return;
        }
        List<Path> inner = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path entry : all) {
                if (++entries[0] > MOST_ENTRIES) {
                    throw new UnsupportedTraceException(
                            directory, -1, "a CTF trace among at most " + MOST_ENTRIES + " files", "more files");
                }
                if (depth < MOST_DEEP && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    inner.add(entry);
                }
            }
        } catch (IOException e) {
            throw new UnreadableTraceException(directory, -1, "a readable directory", e);
        }
        for (Path entry : inner) {
            collect(entry, depth + 1, entries, found);
        }
    }

    static Path metadata(Path trace) {
        return trace.resolve(METADATA);
    }

    /** The stream files of a trace, by name; indexes and hidden files are none. */
    static List<Path> streamFiles(Path trace) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(trace)) {
            for (Path entry : all) {
                String name = entry.getFileName().toString();
                if (!name.equals(METADATA) && !name.startsWith(".") && Files.isRegularFile(entry)) {
                    files.add(entry);
                }
            }
        } catch (IOException e) {
            throw new UnreadableTraceException(trace, -1, "a readable directory", e);
        }
        Collections.sort(files);
        return files;
    }
}
