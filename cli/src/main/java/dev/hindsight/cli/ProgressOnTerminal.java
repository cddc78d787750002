package dev.hindsight.cli;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error for work that takes over a second, where there is a terminal; nothing otherwise. */
final class ProgressOnTerminal implements AutoCloseable {

    private static final int STEPS = 1000;

    private final String work;
    private final DoubleSupplier done;
    private final ScheduledExecutorService timer;
    private ProgressBar bar;

    /** {@code done} tells from any thread how far the work is, 0 to 1. */
    ProgressOnTerminal(String work, DoubleSupplier done) {
        this.work = work;
        this.done = done;
        if (!Terminal.isThere()) {
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

    private synchronized void show() {
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName(work)
                    .setInitialMax(STEPS)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .hideEta()
                    .clearDisplayOnFinish()
                    .build();
        }
        bar.stepTo(Math.round(STEPS * Math.max(0, Math.min(1, done.getAsDouble()))));
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
