package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.queries.profile.OwnWork;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import org.eclipse.tracecompass.traceeventlogger.LogUtils.ScopeLog;

/**
 * Runs a sink on a thread of its own, {@value #AHEAD} slices behind at most: the reader goes on with the next events
 * while the timeline is built from these.
 *
 * <p>A slice's arrays are copied, since they are the reader's; its blocks are not, since their rows don't change. What
 * the sink throws comes out of the next call, or of {@link #finish}.
 */
final class SliceQueue implements RecordingSink, AutoCloseable {

    private static final int AHEAD = 6;

    /** What happens to the sink, in order. */
    private sealed interface Step {}

    private record Met(EventType type) implements Step {}

    private record Lost(int cpu, int instance, long startNs, long endNs, long events) implements Step {}

    private record Events(EventSlice slice) implements Step {}

    private record End() implements Step {}

    private final RecordingSink to;
    private final Runnable atEnd;
    private final ArrayBlockingQueue<Step> queue = new ArrayBlockingQueue<>(AHEAD);
    private final ArrayBlockingQueue<EventSlice> free = new ArrayBlockingQueue<>(AHEAD + 2);
    private final Thread thread;
    private volatile Throwable failure;

    /**
     * @param atEnd called on the sink's thread after the last slice
     */
    SliceQueue(RecordingSink to, Runnable atEnd) {
        this.to = to;
        this.atEnd = atEnd;
        thread = new Thread(this::run, "hindsight-timeline");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void type(EventType type) {
        put(new Met(type));
    }

    @Override
    public void lost(int cpu, int instance, long startNs, long endNs, long events) {
        put(new Lost(cpu, instance, startNs, endNs, events));
    }

    @Override
    public void slice(EventSlice from) {
        EventSlice copy = free.poll();
        int n = from.size;
        if (copy == null || copy.tsNs.length < n) {
            copy = new EventSlice();
            copy.tsNs = new long[n];
            copy.cpu = new int[n];
            copy.type = new int[n];
            copy.row = new int[n];
        }
        copy.size = n;
        System.arraycopy(from.tsNs, 0, copy.tsNs, 0, n);
        System.arraycopy(from.cpu, 0, copy.cpu, 0, n);
        System.arraycopy(from.type, 0, copy.type, 0, n);
        System.arraycopy(from.row, 0, copy.row, 0, n);
        copy.blocks = Arrays.copyOf(from.blocks, from.blocks.length);
        put(new Events(copy));
    }

    private void put(Step step) {
        try {
            while (!queue.offer(step, 100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                check();
            }
            check();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException("ingest was interrupted", e);
        }
    }

    private void check() {
        Throwable failed = failure;
        if (failed instanceof RuntimeException e) {
            throw e;
        } else if (failed instanceof Error e) {
            throw e;
        }
    }

    /** Waits until the sink has taken everything and ended. */
    void finish() {
        put(new End());
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException("ingest was interrupted", e);
        }
        check();
    }

    private void run() {
        try (ScopeLog work = OwnWork.begin("timeline")) {
            while (true) {
                Step step = queue.take();
                if (step instanceof Events events) {
                    to.slice(events.slice());
                    events.slice().blocks = null;
                    free.offer(events.slice());
                } else if (step instanceof Met met) {
                    to.type(met.type());
                } else if (step instanceof Lost lost) {
                    to.lost(lost.cpu(), lost.instance(), lost.startNs(), lost.endNs(), lost.events());
                } else {
                    atEnd.run();
                    return;
                }
            }
        } catch (InterruptedException e) {
            // Closed before the end.
        } catch (RuntimeException | Error e) {
            failure = e;
            queue.clear();
        }
    }

    /** Ends the thread wherever it is. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
