package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.duckdb.DuckDBConnection;

/**
 * Threads that write blocks as Parquet, each part one {@code COPY} of DuckDB from an Arrow stream on its own connection
 * and its own core.
 *
 * <p>Bounded by bytes: {@link #reserve} waits while more than the budget is on its way, so memory stays bounded however
 * slow the disk. The first failure ends the pool and comes out of whatever is called next.
 */
final class ParquetPool implements AutoCloseable {

    /** zstd at its fastest: within a tenth of uncompressed in speed, at a third of the size on real traces. */
    private static final String OPTIONS = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1,"
            + " ROW_GROUP_SIZE " + TableBlock.ROWS;

    /** A part to write. */
    private record Part(Path file, TableSchema schema, List<TableBlock> blocks, long bytes) {}

    private final long budget;
    private final BufferAllocator allocator = new RootAllocator();
    private final DuckDBConnection database;
    private final List<Thread> threads = new ArrayList<>();
    private final ArrayDeque<Part> queue = new ArrayDeque<>();
    private long reserved;
    private int busy;
    private boolean ended;
    private Throwable failure;

    ParquetPool(int writers, long budget) {
        this.budget = budget;
        DuckDBConnection opened = null;
        try {
            opened = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
            try (Statement statement = opened.createStatement()) {
                // Each COPY runs on the thread that calls it; DuckDB's own threads would only add to the two cores.
                statement.execute("SET threads = 1");
            }
            for (int i = 0; i < writers; i++) {
                DuckDBConnection connection = opened.duplicate();
                Thread thread = new Thread(() -> run(connection), "hindsight-parquet-" + i);
                thread.setDaemon(true);
                threads.add(thread);
            }
        } catch (SQLException e) {
            allocator.close();
            closeQuietly(opened);
            throw new DatasetException("DuckDB cannot be started: " + e.getMessage(), e);
        }
        database = opened;
        threads.forEach(Thread::start);
    }

    private static void closeQuietly(DuckDBConnection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // The fault that made us close is the one to tell.
        }
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
            if (failure instanceof DatasetException d) {
                throw d;
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

    private void run(DuckDBConnection connection) {
        try (connection) {
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
                    write(part, connection);
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

    private void write(Part part, DuckDBConnection connection) {
        try (BlockStream blocks = new BlockStream(part.schema(), part.blocks(), allocator);
                ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
                Statement statement = connection.createStatement()) {
            Files.createDirectories(part.file().getParent());
            Data.exportArrayStream(allocator, blocks, stream);
            connection.registerArrowStream("blocks", stream);
            statement.execute(
                    "COPY (FROM blocks) TO " + DatasetLayout.literal(part.file().toString()) + " (" + OPTIONS + ")");
        } catch (SQLException | IOException e) {
            throw new DatasetException(part.file() + ": cannot be written: " + e.getMessage(), e);
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
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        closeQuietly(database);
        allocator.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
