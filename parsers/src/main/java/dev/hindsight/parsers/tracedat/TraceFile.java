package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.UnreadableTraceException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;

/** An open file, read at positions. Safe for use by several threads. */
public final class TraceFile implements Closeable {

    private final Path path;
    private final FileChannel channel;
    private final long size;

    /** Opens {@code path} for reading; its size then is the size that offsets are checked against. */
    public TraceFile(Path path) {
        this.path = path;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            size = channel.size();
        } catch (IOException e) {
            throw new UnreadableTraceException(path, -1, "a readable file", e);
        }
    }

    /** Opens a file for a reader that will close it, and closes it where the reader can not begin. */
    public static <T> T openFor(Path path, Function<TraceFile, T> reader) {
        TraceFile file = new TraceFile(path);
        try {
            return reader.apply(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** As given. */
    public Path path() {
        return path;
    }

    /** Bytes when it was opened. */
    public long size() {
        return size;
    }

    /** Reads up to {@code length} bytes from {@code position} and tells how many; fewer only at the file's end. */
    public int read(long position, byte[] to, int offset, int length) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(to, offset, length);
            int done = 0;
            while (done < length) {
                int n = channel.read(buffer, position + done);
                if (n <= 0) {
                    break;
                }
                done += n;
            }
            return done;
        } catch (IOException e) {
            throw new UnreadableTraceException(path, position, length + " bytes", e);
        }
    }

    /** Reads exactly {@code length} bytes from {@code position}, which the caller has checked to be a sane number. */
    public byte[] readFully(long position, int length, String what) {
        if (position < 0 || length < 0 || position > size - length) {
            throw new DamagedTraceException(
                    path, position, what + " of " + length + " bytes", "a file of " + size + " bytes");
        }
        byte[] bytes = new byte[length];
        int n = read(position, bytes, 0, length);
        if (n < length) {
            throw new DamagedTraceException(path, position, what + " of " + length + " bytes", "only " + n);
        }
        return bytes;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UnreadableTraceException(path, -1, "a file that closes", e);
        }
    }
}
