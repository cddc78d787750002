package dev.hindsight.cli;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar on standard error for work that takes over a second, where standard error is a terminal; nothing otherwise.
 * Work is counted in bytes of the recordings.
 */
final class ProgressOnTerminal implements AutoCloseable {

    private final AtomicLong doneBytes = new AtomicLong();
    private final long totalBytes;
    private final ScheduledExecutorService timer;
    private ProgressBar bar;

    ProgressOnTerminal(long totalBytes) {
        this.totalBytes = totalBytes;
        if (System.console() == null || System.getenv("NO_PROGRESS") != null) {
            timer = null;
            return;
        }
        timer = Executors.newSingleThreadScheduledExecutor(r -> {
            Thread t = new Thread(r, "progress");
            t.setDaemon(true);
            return t;
        });
        timer.scheduleAtFixedRate(this::show, 1000, 200, TimeUnit.MILLISECONDS);
    }

    /** Tells how far the work is; may be called from any thread. */
    void at(long bytes) {
        doneBytes.set(bytes);
    }

    private synchronized void show() {
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName("reading")
                    .setInitialMax(totalBytes)
                    .setUnit(" MB", 1_000_000)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .clearDisplayOnFinish()
                    .startsFrom(0, Duration.ZERO)
                    .build();
        }
        bar.stepTo(Math.min(totalBytes, doneBytes.get()));
    }

    @Override
    public void close() {
        if (timer == null) {
            return;
        }
        timer.shutdownNow();
        synchronized (this) {
            if (bar != null) {
                bar.close();
            }
        }
    }
}
