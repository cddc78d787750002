package dev.hindsight.queries.dataset;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Brings the files of a dataset into another one: as hard links, or as copies where the file system has none. */
final class LinkedTables {

    private LinkedTables() {}

    /**
     * Links the parts of all tables of a manifest; anything else in the directory is left.
     *
     * @return the runs found, as {@link DatasetLayout#runFolder}
     */
    static Set<String> link(Path from, Manifest manifest, Path to) {
        Set<String> runs = new HashSet<>();
        try {
            for (Manifest.Table table : manifest.tables()) {
                if (table.rows() != 0) {
                    link(from.resolve(table.name()), to.resolve(table.name()), runs);
                }
            }
        } catch (IOException e) {
            throw new DatasetException(from + ": cannot be linked or copied to " + to + ": " + e, e);
        }
        return runs;
    }

    private static void link(Path from, Path to, Set<String> runs) throws IOException {
        try (DirectoryStream<Path> traces = Files.newDirectoryStream(from, "trace=*")) {
            for (Path trace : traces) {
                try (DirectoryStream<Path> ofTrace = Files.newDirectoryStream(trace, "run=*")) {
                    for (Path run : ofTrace) {
                        Path folder = from.relativize(run);
                        runs.add(folder.getName(0) + "/" + folder.getName(1));
                        linkParts(run, to.resolve(folder));
                    }
                }
            }
        }
    }

    private static void linkParts(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(from, "part-*.parquet")) {
            for (Path part : parts) {
                Path linked = to.resolve(part.getFileName());
                if (!Files.isRegularFile(part, LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException(part + " is no regular file");
                }
                try {
                    Files.createLink(linked, part);
                } catch (UnsupportedOperationException | IOException e) {
                    // Another file system, one without links, or a file of another user.
                    Files.copy(part, linked);
                }
            }
        }
    }
}
