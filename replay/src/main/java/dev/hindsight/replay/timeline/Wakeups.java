package dev.hindsight.replay.timeline;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import java.util.Arrays;

/**
 * Wakeups on their way, at most one per thread: from {@code sched_waking} over {@code sched_wakeup} to the first
 * switch-in. Writes table {@code wakeup} of a recorded or of a replayed timeline, each row when its wakeup is through or given up.
 */
public final class Wakeups {

    public static final String TASK = "task";
    public static final String HARDIRQ = "hardirq";
    public static final String SOFTIRQ = "softirq";

    /** common_flags, enum trace_flag_type of include/linux/trace_events.h: in a hard interrupt, in an NMI. */
    private static final long FLAG_HARDIRQ = 0x08 | 0x40;

    private static final long FLAG_SOFTIRQ = 0x10;

    private final TableAppender rows;
    private boolean[] pending = new boolean[512];
    private long[] wakingNs = new long[512];
    private long[] enqueuedNs = new long[512];
    private int[] wakerTid = new int[512];
    private int[] wakerCpu = new int[512];
    private int[] cpu = new int[512];
    private String[] context = new String[512];

    public Wakeups(TableSinks tables) {
        rows = new TableAppender(TimelineTables.WAKEUP, tables);
    }

    /** The context that the common flags of the waking event tell. */
    static String context(long flags) {
        return (flags & FLAG_HARDIRQ) != 0 ? HARDIRQ : (flags & FLAG_SOFTIRQ) != 0 ? SOFTIRQ : TASK;
    }

    /** Whether a wakeup of the thread is on its way. */
    public boolean isPending(int thread) {
        return thread < pending.length && pending[thread];
    }

    /** Begins a wakeup; one of the same thread that is still on its way is given up. */
    public void begin(int thread, int wakee, long tsNs, int waker, int onCpu, String how, int targetCpu) {
        if (thread >= pending.length) {
            grow(Math.max(thread + 1, 2 * pending.length));
        }
        if (pending[thread]) {
            through(thread, wakee, NULL);
        }
        pending[thread] = true;
        wakingNs[thread] = tsNs;
        enqueuedNs[thread] = NULL;
        wakerTid[thread] = waker;
        wakerCpu[thread] = onCpu;
        cpu[thread] = targetCpu;
        context[thread] = how;
    }

    /** The thread is on a run queue, or had never left it. */
    public void enqueued(int thread, long tsNs, int targetCpu) {
        enqueuedNs[thread] = tsNs;
        cpu[thread] = targetCpu;
    }

    /** The thread runs, or the wakeup is given up with {@code runningNs} NULL. */
    public void through(int thread, int wakee, long runningNs) {
        if (!isPending(thread)) {
            return;
        }
        pending[thread] = false;
        rows.addRow();
        rows.set(0, wakingNs[thread]);
        rows.set(1, wakerTid[thread]);
        rows.setText(2, context[thread]);
        rows.set(3, wakee);
        rows.set(4, cpu[thread] < 0 ? NULL : cpu[thread]);
        rows.set(5, wakerCpu[thread]);
        rows.set(6, enqueuedNs[thread]);
        rows.set(7, runningNs);
    }

    /** Hands over what is written. */
    public void flush() {
        rows.flush();
    }

    private void grow(int to) {
        pending = Arrays.copyOf(pending, to);
        wakingNs = Arrays.copyOf(wakingNs, to);
        enqueuedNs = Arrays.copyOf(enqueuedNs, to);
        wakerTid = Arrays.copyOf(wakerTid, to);
        wakerCpu = Arrays.copyOf(wakerCpu, to);
        cpu = Arrays.copyOf(cpu, to);
        context = Arrays.copyOf(context, to);
    }
}
