package dev.hindsight.parsers.tracedat;

import java.io.Closeable;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Daemon threads that read and decompress chunks ahead of the reader. Each CPU's data may have one chunk under way; more
 * only while all together stay within the budget.
 */
final class ChunkDecoders implements Closeable {

    /** Compressed and decompressed bytes under way over all CPUs, beyond one chunk each. */
    private static final long BUDGET = 24L << 20;

    private static final int QUEUE = 1 << 10;

    private final ExecutorService threads;
    private final AtomicLong underWay = new AtomicLong();

    /** With 0 threads chunks are decompressed where they are asked for. */
    ChunkDecoders(int count) {
        if (count == 0) {
            threads = null;
            return;
        }
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                count,
                count,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                task -> {
                    Thread thread = new Thread(task, "trace-dat-decoder");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.CallerRunsPolicy());
        pool.allowCoreThreadTimeOut(true);
        threads = pool;
    }

    /** Whether a further chunk of so many bytes may be started for a CPU that has {@code ahead} under way. */
    boolean mayStart(int ahead, long bytes) {
        return ahead == 0 || (threads != null && underWay.get() + bytes <= BUDGET);
    }

    /** Starts decoding, or does it at once. */
    void start(FutureTask<?> task, long bytes) {
        underWay.addAndGet(bytes);
        if (threads == null) {
            task.run();
        } else {
            threads.execute(task);
        }
    }

    /** The chunk was taken over by the reader. */
    void taken(long bytes) {
        underWay.addAndGet(-bytes);
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdownNow();
        }
    }
}
