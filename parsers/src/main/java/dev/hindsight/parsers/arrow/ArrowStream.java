package dev.hindsight.parsers.arrow;

import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/**
 * Writes the blocks of a table as an Arrow IPC stream, a record batch a block: what pyarrow, Polars, R and others open
 * as it is. Symbol columns are dictionaries; where a block brings further symbols, its dictionary replaces the one
 * before.
 *
 * <p>One batch is in memory at a time, outside the heap. Not safe for use by several threads.
 */
public final class ArrowStream implements BlockSink, AutoCloseable {

    private final BufferAllocator allocator = new RootAllocator();
    private final BlockVectors vectors;
    private final Tap tap;
    private final ArrowStreamWriter writer;
    private long rows;

    /** Begins a stream; {@code to} is not closed with it. */
    public ArrowStream(TableSchema table, OutputStream to) {
        vectors = new BlockVectors(table, allocator);
        tap = new Tap(to);
        writer = new ArrowStreamWriter(vectors.root(), vectors, Channels.newChannel(tap));
    }

    /**
     * {@inheritDoc}
     *
     * @throws UncheckedIOException where it cannot be written
     */
    @Override
    public void accept(TableBlock block) {
        vectors.load(block);
        try {
            writer.writeBatch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows += block.rows();
    }

    /** Rows written so far. */
    public long rows() {
        return rows;
    }

    /** Writes the end of the stream; without it a reader finds the stream cut off. */
    public void finish() throws IOException {
        writer.end();
    }

    /** Frees the memory; writes nothing. */
    @Override
    public void close() {
        tap.open = false;
        writer.close();
        vectors.close();
        allocator.close();
    }

    /** What the writer takes for its file: it ends the stream when it is closed, which a failed one must not. */
    private static final class Tap extends OutputStream {

        private final OutputStream to;
        private boolean open = true;

        Tap(OutputStream to) {
            this.to = to;
        }

        @Override
        public void write(int b) throws IOException {
            if (open) {
                to.write(b);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (open) {
                to.write(bytes, offset, length);
            }
        }
    }
}
