package dev.hindsight.replay.engine.sched;

/** Hears of each change of a thread's CPU, as the tracepoint sched_migrate_task does: at wakeup or by balancing. */
@FunctionalInterface
public interface MigrationListener {
    /**
     * A thread that does not run has another CPU from now on.
     *
     * @param ns time
     * @param thread index of the thread
     * @param cpu its new CPU
     */
    void migrated(long ns, int thread, int cpu);
}
