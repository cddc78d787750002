package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.tracedat.TraceFile;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A part of a stream file in memory. It begins at a multiple of {@link #STEP} bytes from where its packet begins, so that
 * alignment counts from its first bit. The file is open only while it is read: traces have thousands of them.
 */
final class StreamWindow {

    /** Bytes; no alignment is larger. */
    static final int STEP = 4096;

    /** No event is longer. */
    private static final int MOST_BYTES = 16 << 20;

    byte[] bytes;

    /** Bits that were read. */
    long limit;

    private final Path file;
    private final long size;
    private long start;

    StreamWindow(Path file, int length) {
        this.file = file;
        bytes = new byte[length];
        try (TraceFile opened = new TraceFile(file)) {
            size = opened.size();
        }
    }

    /** As {@code other}, with bytes of its own. */
    StreamWindow(StreamWindow other) {
        file = other.file;
        size = other.size;
        bytes = other.bytes.clone();
        limit = other.limit;
        start = other.start;
    }

    Path file() {
        return file;
    }

    /** Bytes of the file. */
    long size() {
        return size;
    }

    /** Offset in the file of the first bit. */
    long start() {
        return start;
    }

    /** Whether the file has nothing behind. */
    boolean isLast() {
        return start + (limit >>> 3) >= size;
    }

    /** Fills from an offset in the file; drops what it held. */
    void fill(long from) {
        start = from;
        try (TraceFile opened = new TraceFile(file)) {
            limit = 8L * opened.read(from, bytes, 0, (int) Math.min(bytes.length, size - from));
        }
    }

    /**
     * Makes more of the file visible.
     *
     * @param keep the first bit that is still needed
     * @return by how many bits everything moved towards the start, or -1 where no window is large enough
     */
    long more(long keep) {
        long drop = (keep >>> 3) / STEP * STEP;
        if (drop == 0) {
            if (bytes.length >= MOST_BYTES) {
                return -1;
            }
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        fill(start + drop);
        return drop << 3;
    }
}
