package dev.hindsight.replay.timeline;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;

/** Writes table {@code thread_span} of a recorded or of a replayed timeline; spans without length are left out. */
public final class ThreadSpanRows {

    public static final String RUNNING = "running";
    public static final String PREEMPTED = "runnable-preempted";
    public static final String WOKEN = "runnable-woken";
    public static final String SLEEPING = "sleeping";
    public static final String BLOCKED = "blocked";

    /** Stands for a priority that no event told yet. */
    public static final int UNKNOWN_PRIO = Integer.MIN_VALUE;

    /** MAX_RT_PRIO of include/linux/sched/prio.h: priorities below it are real-time ones, below 0 deadline. */
    private static final int MAX_RT_PRIO = 100;

    private final TableAppender rows;

    public ThreadSpanRows(TableSinks tables) {
        rows = new TableAppender(TimelineTables.THREAD_SPAN, tables);
    }

    /** {@code cpu} and {@code byTid} are -1 where there is none. */
    public void write(int tid, int cpu, long startNs, long endNs, String state, int prio, int byTid) {
        if (endNs <= startNs) {
            return;
        }
        rows.addRow();
        rows.set(0, tid);
        rows.set(1, cpu < 0 ? NULL : cpu);
        rows.set(2, startNs);
        rows.set(3, endNs);
        rows.setText(4, state);
        rows.set(5, prio == UNKNOWN_PRIO ? NULL : prio);
        rows.setText(6, policy(tid, prio));
        rows.set(7, byTid < 0 ? NULL : byTid);
    }

    private static String policy(int tid, int prio) {
        if (tid == 0) {
            return "idle";
        }
        if (prio == UNKNOWN_PRIO) {
            return null;
        }
        return prio < 0 ? "deadline" : prio < MAX_RT_PRIO ? "rt" : "fair";
    }

    /** Hands over what is written. */
    public void flush() {
        rows.flush();
    }
}
