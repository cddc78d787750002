package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import java.util.Arrays;

/**
 * Table {@code gap_span}: times in which a CPU showed no event although one of its timers was due.
 *
 * <p>A running CPU takes the interrupt of a due timer at once, whatever thread it runs, and an idle one wakes up for it.
 * Silence past that time means that the host's kernel could not: interrupts were off, firmware (SMI) or a hypervisor
 * below the host had the CPU, or the timer hardware itself was late. The gap is from the time the timer was set for to
 * the CPU's first event after; when within the silence before that time the CPU stopped cannot be told.
 *
 * <p>From {@code hrtimer_start} and {@code hrtimer_expire_entry}; the tick is such a timer. How late a timer is follows
 * from the difference of its {@code now} and {@code expires}, which are of one clock, whatever the trace's clock is.
 */
final class CpuGaps implements TimelinePart {

    /** Shorter silences are not told: interrupts are off that long in ordinary kernels, and timer hardware is late. */
    static final long SHORTEST_NS = SILENCE_NS;

    private static final long NONE = Long.MIN_VALUE;

    /** Timers known at a time; a newer one takes the place of another with the same hash. */
    private static final int TIMERS = 1 << 14;

    private final TableAppender rows;

    private final long[] timers = new long[TIMERS];
    private final long[] expiresNs = new long[TIMERS];

    /** By CPU: its last silence of SHORTEST_NS or more, and the earliest due time known in it. */
    private long[] silentNs = {};

    private long[] heardNs = {};
    private long[] dueNs = {};
    private long[] lossEndNs = {};

    CpuGaps(TimelineContext context) {
        rows = new TableAppender(TimelineTables.GAP_SPAN, context.tables());
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        int timer = type.column("hrtimer");
        int expires = type.column("expires");
        int now = type.column("now");
        if (type.name().equals("hrtimer_start") && timer >= 0 && expires >= 0) {
            return (tsNs, cpu, tid, block, row) -> started(block, row, timer, expires);
        } else if (type.name().equals("hrtimer_cancel") && timer >= 0) {
            return (tsNs, cpu, tid, block, row) -> forget(block.get(timer, row));
        } else if (type.name().equals("hrtimer_expire_entry") && timer >= 0 && now >= 0) {
            return (tsNs, cpu, tid, block, row) -> expired(tsNs, cpu, block.get(timer, row), block.get(now, row));
        }
        return null;
    }

    @Override
    public void silent(int cpu, long startNs, long endNs) {
        reserve(cpu);
        write(cpu);
        boolean afterLoss = startNs < lossEndNs[cpu];
        silentNs[cpu] = startNs;
        heardNs[cpu] = afterLoss ? NONE : endNs;
    }

    private void reserve(int cpu) {
        if (cpu < heardNs.length) {
            return;
        }
        int from = heardNs.length;
        int to = Math.max(cpu + 1, 2 * from);
        silentNs = Arrays.copyOf(silentNs, to);
        heardNs = Arrays.copyOf(heardNs, to);
        dueNs = Arrays.copyOf(dueNs, to);
        lossEndNs = Arrays.copyOf(lossEndNs, to);
        Arrays.fill(dueNs, from, to, NONE);
        Arrays.fill(heardNs, from, to, NONE);
        Arrays.fill(lossEndNs, from, to, NONE);
    }

    private void started(TableBlock block, int row, int timer, int expires) {
        long address = block.get(timer, row);
        int slot = slot(address);
        timers[slot] = address;
        expiresNs[slot] = block.get(expires, row);
    }

    private void expired(long tsNs, int cpu, long address, long nowNs) {
        int slot = slot(address);
        if (timers[slot] != address) {
            return;
        }
        timers[slot] = 0;
        if (cpu >= heardNs.length || heardNs[cpu] == NONE) {
            return;
        }
        long due = tsNs - (nowNs - expiresNs[slot]);
        if (due >= silentNs[cpu] && heardNs[cpu] - due >= SHORTEST_NS && (dueNs[cpu] == NONE || due < dueNs[cpu])) {
            dueNs[cpu] = due;
        }
    }

    private void forget(long address) {
        int slot = slot(address);
        if (timers[slot] == address) {
            timers[slot] = 0;
        }
    }

    private static int slot(long address) {
        return (int) ((address * 0x9E3779B97F4A7C15L) >>> 40) & (TIMERS - 1);
    }

    private void write(int cpu) {
        if (dueNs[cpu] == NONE) {
            return;
        }
        rows.addRow();
        rows.set(0, cpu);
        rows.set(1, dueNs[cpu]);
        rows.set(2, heardNs[cpu]);
        dueNs[cpu] = NONE;
    }

    /** Lost events are no silence. */
    @Override
    public void lost(int cpu, long startNs, long endNs) {
        reserve(cpu);
        write(cpu);
        heardNs[cpu] = NONE;
        lossEndNs[cpu] = endNs;
    }

    @Override
    public void end(long lastNs) {
        for (int cpu = 0; cpu < heardNs.length; cpu++) {
            write(cpu);
        }
        rows.flush();
    }
}
