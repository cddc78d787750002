package dev.hindsight.queries.arrow;

import dev.hindsight.parsers.arrow.ArrowStream;
import dev.hindsight.parsers.recording.ThreadEnd;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Writes an Arrow stream on a thread of its own, {@value #BEHIND} blocks behind at most: the reader goes on meanwhile, and
 * Arrow's many classes are loaded beside it.
 *
 * <p>What the writing throws comes out of the next call.
 */
final class QueuedStream implements BlockSink, AutoCloseable {

    private static final int BEHIND = 3;

    private final TableSchema schema;
    private final OutputStream to;
    private final BlockingQueue<TableBlock> queue = new ArrayBlockingQueue<>(BEHIND);

    /** Stands for the end of the blocks. */
    private final TableBlock end;

    private final Thread thread;
    private long rows;
    private volatile boolean closed;
    private volatile Throwable failure;

    /** Begins to make ready for a stream; nothing is written before the first block, or the end. */
    QueuedStream(TableSchema schema, OutputStream to) {
        this.schema = schema;
        this.to = to;
        end = new TableBlock(schema);
        thread = new Thread(this::run, "arrow-stream");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try (ArrowStream stream = new ArrowStream(schema, to)) {
            TableBlock block = next();
            while (block != end && !closed) {
                stream.accept(block);
                block = next();
            }
            if (!closed) {
                stream.finish();
                rows = stream.rows();
            }
        } catch (Throwable t) {
            failure = t;
            queue.clear();
        }
    }

    private TableBlock next() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                // Nobody but close() ends this thread.
            }
        }
    }

    @Override
    public void accept(TableBlock block) {
        put(block);
        check();
    }

    private void put(TableBlock block) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                if (queue.offer(block, 50, TimeUnit.MILLISECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                // Whoever interrupts hears of it when the block is handed over, which is soon.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void check() {
        Throwable failed = failure;
        if (failed instanceof IOException e) {
            throw new UncheckedIOException(e);
        } else if (failed instanceof RuntimeException e) {
            throw e;
        } else if (failed instanceof Error e) {
            throw e;
        }
    }

    /** Writes all blocks and the stream's end; tells the rows. */
    long finish() {
        put(end);
        ThreadEnd.await(List.of(thread));
        check();
        return rows;
    }

    /** Writes no more, and no end where that is not written yet. */
    @Override
    public void close() {
        closed = true;
        put(end);
        ThreadEnd.await(List.of(thread));
    }
}
