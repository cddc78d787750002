package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.recording.ThreadEnd;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.queries.parquet.ParquetWriter;
import dev.hindsight.queries.profile.OwnWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.tracecompass.traceeventlogger.LogUtils.ScopeLog;

/**
 * Threads that write blocks as Parquet, each with a writer of its own.
 *
 * <p>Bounded by bytes: {@link #reserve} waits while more than the budget is on its way, so memory stays bounded however
 * slow the disk. The first failure ends the pool and comes out of whatever is called next.
 */
final class ParquetPool implements AutoCloseable {

    /** A part to write. */
    private record Part(Path file, TableSchema schema, List<TableBlock> blocks, long bytes) {}

    private final long budget;
    private final List<Thread> threads = new ArrayList<>();
    private final ArrayDeque<Part> queue = new ArrayDeque<>();
    private long reserved;
    private int busy;
    private boolean ended;
    private Throwable failure;

    ParquetPool(int writers, long budget) {
        this.budget = budget;
        for (int i = 0; i < writers; i++) {
            Thread thread = new Thread(this::run, "hindsight-parquet-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    /**
     * Counts bytes that will be written; waits while too many are on their way. {@code flush} is called when all of them
     * wait to be submitted, so that something is.
     */
    void reserve(long bytes, Runnable flush) {
        synchronized (this) {
            reserved += bytes;
            check();
        }
        boolean flushed = false;
        while (true) {
            synchronized (this) {
                check();
                if (reserved <= budget) {
                    return;
                }
                if (flushed || busy + queue.size() > 0) {
                    if (busy + queue.size() == 0) {
                        return;
                    }
                    await();
                    continue;
                }
            }
            flush.run();
            flushed = true;
        }
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException("writing was interrupted", e);
        }
    }

    private void check() {
        if (failure != null) {
            if (failure instanceof OutputException unwritable) {
                throw unwritable;
            }
            throw new DatasetException("the dataset cannot be written: " + failure, failure);
        }
    }

    /** Queues a part whose bytes were reserved. */
    synchronized void submit(Path file, TableSchema schema, List<TableBlock> blocks, long bytes) {
        check();
        queue.add(new Part(file, schema, blocks, bytes));
        notifyAll();
    }

    /** Waits until all parts are written. */
    synchronized void finish() {
        while (failure == null && busy + queue.size() > 0) {
            await();
        }
        check();
    }

    private void run() {
        try (ParquetWriter writer = new ParquetWriter()) {
            while (true) {
                Part part;
                synchronized (this) {
                    while (queue.isEmpty() && !ended) {
                        wait();
                    }
                    if (ended) {
                        return;
                    }
                    part = queue.remove();
                    busy++;
                }
                try {
                    write(part, writer);
                } finally {
                    synchronized (this) {
                        busy--;
                        reserved -= part.bytes();
                        notifyAll();
                    }
                }
            }
        } catch (Throwable e) {
            synchronized (this) {
                failure = failure == null ? e : failure;
                notifyAll();
            }
        }
    }

    private static void write(Part part, ParquetWriter writer) {
        try (ScopeLog work =
                OwnWork.begin("write Parquet", "table", part.schema().name(), "bytes", part.bytes())) {
            Files.createDirectories(part.file().getParent());
            writer.write(part.file(), part.schema(), part.blocks());
        } catch (IOException e) {
            throw new OutputException(part.file().toString(), e);
        }
    }

    /** Ends the threads; what is still queued is dropped. */
    @Override
    public void close() {
        synchronized (this) {
            ended = true;
            queue.clear();
            notifyAll();
        }
        ThreadEnd.await(threads);
    }
}
