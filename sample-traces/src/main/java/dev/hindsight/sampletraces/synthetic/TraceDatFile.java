package dev.hindsight.sampletraces.synthetic;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file being written: appends, and fills in offsets that become known later. */
final class TraceDatFile implements AutoCloseable {

    /** Pages that go into one compressed chunk, as in files of trace-cmd 3.1. */
    private static final int PAGES_IN_CHUNK = 10;

    private final FileChannel channel;
    private final FileShape shape;
    private long position;

    TraceDatFile(Path file, FileShape shape) throws IOException {
        this.shape = shape;
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    long position() {
        return position;
    }

    FileBytes bytes() {
        return new FileBytes(shape.order());
    }

    void append(FileBytes bytes) throws IOException {
        append(bytes.toArray());
    }

    void append(byte... bytes) throws IOException {
        append(bytes, bytes.length);
    }

    /** Writes zeros up to the next multiple of {@code alignment}. */
    void align(int alignment) throws IOException {
        int over = (int) (position % alignment);
        if (over != 0) {
            append(new byte[alignment - over]);
        }
    }

    /** Writes a u64 at an earlier place. */
    void patch64(long at, long value) throws IOException {
        writeFully(ByteBuffer.wrap(bytes().u64(value).toArray()), at);
    }

    /** Writes the magic, version, byte order, long size and page size that both versions begin with. */
    void begin() throws IOException {
        append(bytes().bytes((byte) 0x17, (byte) 0x08, (byte) 0x44)
                .text("tracing")
                .cString(Integer.toString(shape.version()))
                .u8(shape.order() == java.nio.ByteOrder.BIG_ENDIAN ? 1 : 0)
                .u8(shape.longBytes())
                .u32(shape.pageBytes()));
    }

    /** Appends one CPU's pages as they are. */
    void appendPages(PageSpool pages) throws IOException {
        byte[] run = new byte[(int) Math.min(pages.size(), 1 << 20)];
        for (long at = 0; at < pages.size(); at += run.length) {
            int length = (int) Math.min(run.length, pages.size() - at);
            pages.read(at, run, length);
            append(run, length);
        }
    }

    /** Appends one CPU's pages in compressed chunks, their number before them. */
    void appendChunks(PageSpool pages, int pageBytes) throws IOException {
        int chunkBytes = PAGES_IN_CHUNK * pageBytes;
        byte[] chunk = new byte[chunkBytes];
        append(bytes().u32((pages.size() + chunkBytes - 1) / chunkBytes));
        for (long at = 0; at < pages.size(); at += chunkBytes) {
            int length = (int) Math.min(chunkBytes, pages.size() - at);
            pages.read(at, chunk, length);
            byte[] compressed = shape.compression().compress(chunk, 0, length);
            append(bytes().u32(compressed.length).u32(length).bytes(compressed));
        }
    }

    private void append(byte[] bytes, int length) throws IOException {
        writeFully(ByteBuffer.wrap(bytes, 0, length), position);
        position += length;
    }

    private void writeFully(ByteBuffer bytes, long at) throws IOException {
        long next = at;
        while (bytes.hasRemaining()) {
            next += channel.write(bytes, next);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
