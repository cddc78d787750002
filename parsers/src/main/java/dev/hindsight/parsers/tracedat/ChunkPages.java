package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.ringbuffer.PageLayout;
import dev.hindsight.parsers.ringbuffer.PageSource;
import dev.hindsight.parsers.ringbuffer.RingBufferPage;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

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
 *
 * <p>A chunk that is damaged becomes an empty page that says that events before it were missed.
 */
final class ChunkPages implements PageSource {

    static final int COUNT_BYTES = 4;
    static final int CHUNK_HEADER = 8;

    /** trace-cmd makes chunks of a few pages; this is far above. */
    static final int MAX_CHUNK = 16 << 20;

    private final TraceFile file;
    private final ByteOrder order;
    private final Compression compression;
    private final PageLayout layout;
    private final String subject;
    private final Damage damage;
    private final ChunkDecoders decoders;
    private final long end;

    private final ArrayDeque<Chunk> ahead = new ArrayDeque<>();
    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
    private long chunksLeft;
    private long nextHeader;

    private byte[] current = new byte[0];
    private int at;
    private int currentEnd;

    /** Places in the row of bytes where the chunks of the last {@link #read} began, and those chunks in the file. */
    private long[] starts = new long[8];

    private long[] offsets = new long[8];
    private int started;
    private long position;

    /** A chunk that is being decompressed, or damage that stands in its place. */
    private static final class Chunk {
        long offset;
        int size;
        long bytes;
        byte[] data;
        DamagedTraceException wrong;
        FutureTask<DamagedTraceException> task;
    }

    /**
     * Begins at the count of chunks.
     *
     * @param subject names the CPU in warnings
     * @throws DamagedTraceException where there is no count
     */
    ChunkPages(
            TraceFile file,
            ByteOrder order,
            Compression compression,
            PageLayout layout,
            CpuData cpu,
            String subject,
            Damage damage,
            ChunkDecoders decoders) {
        this.file = file;
        this.order = order;
        this.compression = compression;
        this.layout = layout;
        this.subject = subject;
        this.damage = damage;
        this.decoders = decoders;
        // the size in the file leaves out the count
        end = cpu.endWithin(file.size(), COUNT_BYTES);
        ByteCursor in = ByteCursor.over(file, cpu.offset(), end, order);
        chunksLeft = in.u32("count of chunks");
        nextHeader = in.offset();
    }

    @Override
    public int read(byte[] to, int offset, int length) {
        long inChunk = started == 0 ? 0 : offsets[started - 1];
        started = 0;
        if (at < currentEnd) {
            note(position, inChunk);
        }
        int done = 0;
        while (done < length) {
            if (at == currentEnd && !advance(position + done)) {
                break;
            }
            int n = Math.min(length - done, currentEnd - at);
            System.arraycopy(current, at, to, offset + done, n);
            at += n;
            done += n;
        }
        position += done;
        return done;
    }

    private boolean advance(long streamPosition) {
        while (true) {
            startAhead();
            Chunk chunk = ahead.poll();
            if (chunk == null) {
                return false;
            }
            DamagedTraceException wrong = finish(chunk);
            note(streamPosition, chunk.offset);
            if (wrong != null) {
                damage.found("damaged-chunk", subject, wrong, "its events are lost");
                missedPage();
                return true;
            }
            if (chunk.size > 0) {
                if (current.length > 0 && spare.size() < 8) {
                    spare.push(current);
                }
                current = chunk.data;
                at = 0;
                currentEnd = chunk.size;
                startAhead();
                return true;
            }
        }
    }

    private DamagedTraceException finish(Chunk chunk) {
        if (chunk.task == null) {
            return chunk.wrong;
        }
        try {
            return chunk.task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a chunk was decompressed", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            decoders.taken(chunk.bytes);
        }
    }

    private void startAhead() {
        while (chunksLeft > 0 && decoders.mayStart(ahead.size(), ahead.isEmpty() ? 0 : 2 * ahead.peekLast().bytes)) {
            chunksLeft--;
            Chunk chunk = new Chunk();
            chunk.offset = nextHeader;
            ahead.add(chunk);
            try {
                header(chunk);
            } catch (DamagedTraceException e) {
                chunk.wrong = e;
                chunksLeft = 0;
            }
        }
    }

    private void header(Chunk chunk) {
        ByteCursor in = ByteCursor.over(file, chunk.offset, Math.min(end, chunk.offset + CHUNK_HEADER), order);
        long from = in.u32("size of a chunk");
        long to = in.u32("decompressed size of a chunk");
        long left = end - chunk.offset - CHUNK_HEADER;
        if (from > left || from > MAX_CHUNK) {
            throw new DamagedTraceException(
                    file.path(),
                    chunk.offset,
                    "a chunk of at most " + MAX_CHUNK + " bytes within the " + left + " left",
                    from + " bytes");
        }
        nextHeader = chunk.offset + CHUNK_HEADER + from;
        if (to > MAX_CHUNK || to % layout.pageSize() != 0) {
            chunk.wrong = new DamagedTraceException(
                    file.path(),
                    chunk.offset + 4,
                    "a chunk of whole pages of " + layout.pageSize() + ", together at most " + MAX_CHUNK + " bytes",
                    to + " bytes");
            return;
        }
        chunk.size = (int) to;
        chunk.bytes = from + to;
        byte[] into = spare.poll();
        chunk.data = into != null && into.length >= to ? into : new byte[(int) to];
        int fromBytes = (int) from;
        chunk.task = new FutureTask<>(() -> decode(chunk, fromBytes));
        decoders.start(chunk.task, chunk.bytes);
    }

    private DamagedTraceException decode(Chunk chunk, int fromBytes) {
        byte[] from = new byte[fromBytes];
        int n = file.read(chunk.offset + CHUNK_HEADER, from, 0, fromBytes);
        String wrong = n < fromBytes
                ? "the end of the file after " + n + " of " + fromBytes + " bytes"
                : compression.decompress(from, 0, fromBytes, chunk.data, 0, chunk.size);
        return wrong == null
                ? null
                : new DamagedTraceException(file.path(), chunk.offset, chunk.size + " bytes of a chunk", wrong);
    }

    private void missedPage() {
        current = new byte[layout.pageSize()];
        RingBufferPage.putCommit(current, layout, RingBufferPage.MISSED_EVENTS);
        at = 0;
        currentEnd = current.length;
    }

    private void note(long streamPosition, long offset) {
        if (started == starts.length) {
            starts = Arrays.copyOf(starts, 2 * started);
            offsets = Arrays.copyOf(offsets, 2 * started);
        }
        starts[started] = streamPosition;
        offsets[started++] = offset;
    }

    @Override
    public long fileOffset(long of) {
        long offset = nextHeader;
        for (int i = 0; i < started && starts[i] <= of; i++) {
            offset = offsets[i];
        }
        return offset;
    }

    @Override
    public void close() {
        chunksLeft = 0;
        for (Chunk chunk : ahead) {
            if (chunk.task != null) {
                chunk.task.cancel(false);
                decoders.taken(chunk.bytes);
            }
        }
        ahead.clear();
        at = currentEnd;
    }
}
