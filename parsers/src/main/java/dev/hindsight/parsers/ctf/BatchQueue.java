package dev.hindsight.parsers.ctf;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * Merges streams on a thread of its own, a few batches ahead of the one who takes them. What comes out, and in which
 * order, does not depend on how far it is ahead.
 */
final class BatchQueue implements AutoCloseable {

    /** Batches there are: one is filled, one is taken, one waits. */
    private static final int BATCHES = 3;

    private final EventBatch end = new EventBatch();
    private final BlockingQueue<EventBatch> free = new ArrayBlockingQueue<>(BATCHES + 1);
    private final BlockingQueue<EventBatch> filled = new ArrayBlockingQueue<>(BATCHES + 1);
    private final Thread thread;
    private volatile boolean closed;
    private volatile Throwable failure;

    BatchQueue(LaneMerge merge) {
        for (int i = 0; i < BATCHES; i++) {
            free.add(new EventBatch());
        }
        thread = new Thread(() -> merge(merge), "ctf-merge");
        thread.setDaemon(true);
        thread.start();
    }

    private void merge(LaneMerge merge) {
        try {
            EventBatch batch = take(free);
            while (!closed && merge.fill(batch)) {
                filled.add(batch);
                batch = take(free);
            }
        } catch (Throwable t) {
            failure = t;
        } finally {
            filled.add(end);
        }
    }

    /** Hands on all batches in order; throws what the merging threw, where it threw it, and what {@code to} throws. */
    void drainTo(Consumer<EventBatch> to) {
        EventBatch batch = take(filled);
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

    /** Ends the merging, if need be before its end, and waits for it. */
    @Override
    public void close() {
        closed = true;
        free.offer(end);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static EventBatch take(BlockingQueue<EventBatch> from) {
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
