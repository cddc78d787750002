package dev.hindsight.replay.bound;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.TimelineStore;
import java.util.Arrays;

/**
 * The wakeups of a timeline that nothing but interrupts and the kernel itself could hold up: who woke outranked the one
 * that ran there, and was the next that the CPU switched to. Fair threads outrank the idle thread alone.
 *
 * <p>Left out are wakeups of threads that left for another CPU or never ran, those next to lost events, and those while
 * real-time threads were throttled: the scheduler itself held these up, for up to the throttle's rest of a period.
 */
public final class OutrankingWakeups {

    private long[] wakingNs = new long[256];
    private long[] runningNs = new long[256];
    private int[] cpu = new int[256];
    private int[] tid = new int[256];
    private int[] rank = new int[256];
    private long[] interruptedNs = new long[256];
    private int size;
    private int throttled;

    private OutrankingWakeups() {}

    /**
     * Finds them.
     *
     * @param tables with {@link SchedulingLatencyBound#TABLES}
     * @param cpus of the machine
     */
    public static OutrankingWakeups of(TimelineStore tables, int cpus) {
        return of(tables, CpuTimeline.read(tables, cpus));
    }

    static OutrankingWakeups of(TimelineStore tables, CpuTimeline[] cpus) {
        OutrankingWakeups found = new OutrankingWakeups();
        TableSchema schema = TimelineTables.WAKEUP;
        int waking = schema.indexOf("ts_ns");
        int wakee = schema.indexOf("wakee_tid");
        int on = schema.indexOf("cpu");
        int enqueued = schema.indexOf("enqueued_ns");
        int running = schema.indexOf("running_ns");
        for (TableBlock block : tables.table(schema)) {
            for (int row = 0; row < block.rows(); row++) {
                long atNs = block.get(waking, row);
                long toNs = block.get(running, row);
                long onCpu = block.get(on, row);
                if (toNs != NULL && onCpu >= 0 && onCpu < cpus.length) {
                    long queuedNs = block.get(enqueued, row);
                    found.add(cpus[(int) onCpu], (int) onCpu, (int) block.get(wakee, row), atNs, toNs, queuedNs);
                }
            }
        }
        return found;
    }

    private void add(CpuTimeline on, int onCpu, int wakee, long atNs, long toNs, long queuedNs) {
        Spans ran = on.running;
        int in = ran.firstFrom(toNs);
        int before = in - 1;
        if (in == 0
                || in == ran.size
                || ran.startNs[in] != toNs
                || ran.number[in] != wakee
                || ran.endNs[before] != toNs
                || ran.startNs[before] > (queuedNs == NULL ? atNs : queuedNs)) {
            return;
        }
        int waited = on.woken.firstTo(toNs);
        if (waited == on.woken.size || on.woken.endNs[waited] != toNs || on.woken.number[waited] != wakee) {
            return;
        }
        int lowest = Math.max(ran.rank[in], on.woken.rank[waited]);
        if (lowest >= ran.rank[before] || on.lost.within(atNs, toNs) > 0) {
            return;
        }
        if (lowest < CpuTimeline.FAIR && on.throttled.within(atNs, toNs) > 0) {
            throttled++;
            return;
        }
        if (size == tid.length) {
            wakingNs = Arrays.copyOf(wakingNs, 2 * size);
            runningNs = Arrays.copyOf(runningNs, 2 * size);
            cpu = Arrays.copyOf(cpu, 2 * size);
            tid = Arrays.copyOf(tid, 2 * size);
            rank = Arrays.copyOf(rank, 2 * size);
            interruptedNs = Arrays.copyOf(interruptedNs, 2 * size);
        }
        wakingNs[size] = atNs;
        runningNs[size] = toNs;
        cpu[size] = onCpu;
        tid[size] = wakee;
        rank[size] = lowest;
        interruptedNs[size++] = on.busy.within(atNs, toNs);
    }

    /** How many. */
    public int size() {
        return size;
    }

    /** How many more were held up while real-time threads were throttled. */
    public int throttled() {
        return throttled;
    }

    /** When it was woken, sched_waking. */
    public long wakingNs(int i) {
        return wakingNs[i];
    }

    /** CPU that it was put on and ran on. */
    public int cpu(int i) {
        return cpu[i];
    }

    /** Who woke. */
    public int tid(int i) {
        return tid[i];
    }

    /** Whether the scheduler's real-time or deadline class has it. */
    public boolean realTime(int i) {
        return rank[i] < CpuTimeline.FAIR;
    }

    /** From waking to running. */
    public long latencyNs(int i) {
        return runningNs[i] - wakingNs[i];
    }

    /** The same without the interrupts and gaps on that CPU: the kernel would not let go, and the switch. */
    public long delayNs(int i) {
        return latencyNs(i) - interruptedNs[i];
    }
}
