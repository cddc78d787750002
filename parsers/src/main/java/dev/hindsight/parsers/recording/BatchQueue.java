package dev.hindsight.parsers.recording;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Fills batches on a thread of its own, a few ahead of the one who takes them. What comes out, and in which order, does not
 * depend on how far it is ahead.
 *
 * @param <B> a batch, which is used again and again
 */
public final class BatchQueue<B> implements AutoCloseable {

    /** Batches there are: one is filled, one is taken, one waits. */
    private static final int BATCHES = 3;

    private final B end;
    private final BlockingQueue<B> free = new ArrayBlockingQueue<>(BATCHES + 1);
    private final BlockingQueue<B> filled = new ArrayBlockingQueue<>(BATCHES + 1);
    private final Thread thread;
    private volatile boolean closed;
    private volatile Throwable failure;

    /**
     * Begins to fill.
     *
     * @param name of the thread
     * @param empty makes a batch
     * @param filler fills a batch with what comes next, false at the end; its last batch is not filled anew before another
     *     one was
     */
    public BatchQueue(String name, Supplier<B> empty, Predicate<B> filler) {
        end = empty.get();
        for (int i = 0; i < BATCHES; i++) {
            free.add(empty.get());
        }
        thread = new Thread(() -> fill(filler), name);
        thread.setDaemon(true);
        thread.start();
    }

    private void fill(Predicate<B> filler) {
        try {
            B batch = take(free);
            while (!closed && filler.test(batch)) {
                filled.add(batch);
                batch = take(free);
            }
        } catch (Throwable t) {
            failure = t;
        } finally {
            filled.add(end);
        }
    }

    /** Hands on all batches in order; throws what the filling threw, where it threw it, and what {@code to} throws. */
    public void drainTo(Consumer<B> to) {
        B batch = take(filled);
        while (batch != end) {
            to.accept(batch);
            free.add(batch);
            batch = take(filled);
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        }
    }

    /** Ends the filling, if need be before its end, and waits for it. */
    @Override
    public void close() {
        closed = true;
        free.offer(end);
        ThreadEnd.await(List.of(thread));
    }

    private static <T> T take(BlockingQueue<T> from) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return from.take();
                } catch (InterruptedException e) {
                    // Whoever interrupts hears of it when the batch is there, which is soon.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
