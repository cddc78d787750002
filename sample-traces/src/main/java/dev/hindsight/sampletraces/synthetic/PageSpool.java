package dev.hindsight.sampletraces.synthetic;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One CPU's finished pages until the file is put together: in memory at first, in a temporary file beyond 1 MiB. */
final class PageSpool implements AutoCloseable {

    private static final int MEMORY_LIMIT = 1 << 20;

    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private final Path directory;
    private FileChannel file;
    private long size;

    PageSpool(Path directory) {
        this.directory = directory;
    }

    long size() {
        return size;
    }

    void add(byte[] page) {
        memory.write(page, 0, page.length);
        size += page.length;
        if (memory.size() >= MEMORY_LIMIT) {
            spill();
        }
    }

    /** Fills {@code target} from {@code offset} of the pages. */
    void read(long offset, byte[] target, int length) {
        spillIfBegun();
        if (file == null) {
            System.arraycopy(memory.toByteArray(), Math.toIntExact(offset), target, 0, length);
            return;
        }
        try {
            ByteBuffer into = ByteBuffer.wrap(target, 0, length);
            while (into.hasRemaining()) {
                if (file.read(into, offset + into.position()) < 0) {
                    throw new IllegalArgumentException("pages end before " + (offset + length));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void spillIfBegun() {
        if (file != null && memory.size() > 0) {
            spill();
        }
    }

    private void spill() {
        try {
            if (file == null) {
                Path path = Files.createTempFile(directory, "trace", ".cpu");
                file = FileChannel.open(
                        path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            }
            ByteBuffer bytes = ByteBuffer.wrap(memory.toByteArray());
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            memory.reset();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
