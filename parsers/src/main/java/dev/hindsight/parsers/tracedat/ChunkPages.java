package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.ringbuffer.PageSource;
import java.nio.ByteOrder;

/**
 * The pages of a CPU, decompressed from a row of chunks (trace-cmd.dat.v7(5), "compression format of the trace data"):
 *
 * <pre>
 *   0            4                8               12
 *   +------------+----------------+---------------+-----------------+----------------+- - -
 *   | chunks (32)| bytes in the   | bytes         | compressed      | next chunk
 *   |            | file (32)      | decompressed  | bytes           |
 *   +------------+----------------+---------------+-----------------+----------------+- - -
 * </pre>
 */
final class ChunkPages implements PageSource {

    static final int COUNT_BYTES = 4;
    static final int CHUNK_HEADER = 8;

    /** trace-cmd makes chunks of a few pages; this is far above. */
    static final int MAX_CHUNK = 16 << 20;

    private final TraceFile file;
    private final ByteOrder order;
    private final Compression compression;
    private final long end;
    private long chunks;
    private long at;
    private byte[] chunk = new byte[0];
    private int chunkAt;
    private int chunkEnd;

    /** The size that a BUFFER option tells leaves out the chunks' headers, so that the count alone ends the row. */
    ChunkPages(TraceFile file, ByteOrder order, Compression compression, long start) {
        this.file = file;
        this.order = order;
        this.compression = compression;
        end = file.size();
        ByteCursor in = ByteCursor.over(file, start, this.end, order);
        chunks = in.u32("count of chunks");
        at = in.offset();
    }

    @Override
    public int read(byte[] to, int offset, int length) {
        int done = 0;
        while (done < length) {
            if (chunkAt == chunkEnd && !nextChunk()) {
                break;
            }
            int n = Math.min(length - done, chunkEnd - chunkAt);
            System.arraycopy(chunk, chunkAt, to, offset + done, n);
            chunkAt += n;
            done += n;
        }
        return done;
    }

    private boolean nextChunk() {
        if (chunks == 0) {
            return false;
        }
        chunks--;
        ByteCursor in = ByteCursor.over(file, at, end, order);
        long from = in.u32("size of a chunk");
        long to = in.u32("decompressed size of a chunk");
        if (from > in.remaining() || to > MAX_CHUNK || from > MAX_CHUNK) {
            throw in.damaged(
                    "a chunk of at most " + MAX_CHUNK + " bytes within the data",
                    from + " bytes, " + to + " decompressed");
        }
        byte[] compressed = in.bytes((int) from, "chunk");
        if (chunk.length < to) {
            chunk = new byte[(int) to];
        }
        String wrong = compression.decompress(compressed, 0, compressed.length, chunk, 0, (int) to);
        if (wrong != null) {
            throw new DamagedTraceException(file.path(), at, to + " bytes of a chunk", wrong);
        }
        at += CHUNK_HEADER + from;
        chunkAt = 0;
        chunkEnd = (int) to;
        return true;
    }

    @Override
    public long fileOffset(long position) {
        return at;
    }

    @Override
    public void close() {
        chunks = 0;
        chunkAt = chunkEnd;
    }
}
