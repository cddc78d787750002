package dev.hindsight.queries.dataset;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A directory that appears whole or not at all: made beside its target as {@code .NAME.tmp-RANDOM}, brought to the disk,
 * then renamed.
 *
 * <p>A target that is there already is renamed to {@code .NAME.old-RANDOM} first and deleted last. A kill between the
 * two renames leaves no target, but the old one whole under that name: {@link #recover}, called whenever a dataset is
 * opened or made, renames it back. A kill at any other point leaves the old target or the new. Left-over directories are
 * deleted by the next writer; one that is being written is known by the lock that its writer holds on its file
 * {@code .lock}.
 */
final class PublishedDirectory implements Closeable {

    private static final String LOCK = ".lock";
    private static final int ATTEMPTS = 10;
    private static final long YOUNG_MS = 10_000;

    private final Path target;
    private final Path work;
    private final FileChannel lockChannel;
    private boolean published;

    private PublishedDirectory(Path target, Path work, FileChannel lockChannel) {
        this.target = target;
        this.work = work;
        this.lockChannel = lockChannel;
    }

    /**
     * Begins one.
     *
     * @throws OutputException where the target is something else than a dataset or an empty directory
     */
    static PublishedDirectory begin(Path to) {
        Path target = resolve(to);
        try {
            Path parent = target.getParent();
            if (parent == null) {
                throw new OutputException(to + ": a file system's root cannot become a dataset");
            }
            Files.createDirectories(parent);
            recover(target);
            refuseOther(target);
            sweep(target);
            Path work = parent.resolve(sibling(target, "tmp"));
            Files.createDirectory(work);
            FileChannel channel =
                    FileChannel.open(work.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            channel.lock();
            return new PublishedDirectory(target, work, channel);
        } catch (IOException e) {
            throw new OutputException(to.toString(), e);
        }
    }

    /** Absolute, links followed as far as the path is there, so that siblings are on the same file system. */
    private static Path resolve(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            return absolute.toRealPath();
        } catch (IOException e) {
            return absolute;
        }
    }

    private static String sibling(Path target, String kind) {
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        return prefix(target, kind) + HexFormat.of().formatHex(random);
    }

    private static String prefix(Path target, String kind) {
        return "." + target.getFileName() + "." + kind + "-";
    }

    private static void refuseOther(Path target) throws IOException {
        if (!Files.exists(target)) {
            return;
        }
        if (!Files.isDirectory(target)) {
            throw new OutputException(target + ": expected a dataset or nothing, found a file; name another directory");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(target)) {
            if (entries.iterator().hasNext() && !Manifest.isDataset(target)) {
                throw new OutputException(
                        target + ": expected a dataset or nothing, found a directory of something else; name another");
            }
        }
    }

    /** Where the dataset is made. */
    Path work() {
        return work;
    }

    /** Brings all files to the disk and renames; afterwards the target is the new dataset. */
    Path publish() {
        try {
            force(work);
            for (int attempt = 0; ; attempt++) {
                Path old = moveAway();
                try {
                    Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
                    published = true;
                    forceDirectory(target.getParent());
                    Files.deleteIfExists(target.resolve(LOCK));
                    deleteOld(old);
                    return target;
                } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
                    // Somebody else published or recovered one in between.
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new OutputException(target.toString(), e);
        }
    }

    /** Renames what is there to a name of its own, and tells it; null where nothing is there. */
    private Path moveAway() throws IOException {
        refuseOther(target);
        Path old = target.resolveSibling(sibling(target, "old"));
        try {
            Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
            return old;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** What can't be deleted now is left to the next writer: the new dataset is there, which is what was asked for. */
    private static void deleteOld(Path old) {
        try {
            if (old != null) {
                delete(old);
            }
        } catch (IOException e) {
            // See above.
        }
    }

    /** Deletes what was made, unless it was published. */
    @Override
    public void close() {
        try {
            lockChannel.close();
            if (!published) {
                delete(work);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Renames the old dataset back where a kill came between its renaming and that of the new one. */
    static void recover(Path path) {
        Path target = resolve(path);
        if (Files.exists(target) || target.getParent() == null || !Files.isDirectory(target.getParent())) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(target.getParent(), e -> isLeft(e, target, "old"))) {
            for (Path old : left) {
                if (Manifest.isDataset(old)) {
                    Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
                    return;
                }
            }
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException | NoSuchFileException e) {
            // Its writer went on, or another reader recovered it.
        } catch (IOException e) {
            throw new DatasetException(path + ": cannot be recovered after a killed run: " + e, e);
        }
    }

    private static boolean isLeft(Path entry, Path target, String kind) {
        return entry.getFileName().toString().startsWith(prefix(target, kind));
    }

    /** Deletes what killed runs left. */
    private static void sweep(Path target) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(
                target.getParent(),
                e -> isLeft(e, target, "tmp") || (isLeft(e, target, "old") && Files.exists(target)))) {
            for (Path path : left) {
                if (isLeft(path, target, "old") || !isBeingWritten(path)) {
                    delete(path);
                }
            }
        }
    }

    private static boolean isBeingWritten(Path work) throws IOException {
        try (FileChannel channel = FileChannel.open(work.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (NoSuchFileException e) {
            // Perhaps just made, and the lock comes next.
            return System.currentTimeMillis() - Files.getLastModifiedTime(work).toMillis() < YOUNG_MS;
        }
    }

    /** Parts were brought to the disk by who wrote them. */
    private static void force(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!DatasetLayout.isPart(file)) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.force(true);
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) {
                forceDirectory(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void forceDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Not every system lets a directory be opened; there the rename reaches the disk in its own time.
        }
    }

    /** Deletes a directory, its manifest first, so that a kill on the way leaves nothing that looks whole. */
    static void delete(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        Files.deleteIfExists(directory.resolve(DatasetLayout.MANIFEST));
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
                Files.deleteIfExists(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
