package dev.hindsight.parsers.recording;

import java.util.List;

/** Waiting for the end of threads that must not outlive who began them. */
public final class ThreadEnd {

    private ThreadEnd() {}

    /** Waits until all have ended, whoever interrupts; the caller's thread is interrupted then, as it was asked to be. */
    public static void await(List<Thread> threads) {
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
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
