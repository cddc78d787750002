package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import java.util.Arrays;

/**
 * Table {@code gap_span}: times in which a CPU showed no event although an interrupt was due there.
 *
 * <p>A running CPU takes the interrupt of a due timer, or another CPU's request to reschedule, at once, whatever thread it
 * runs, and an idle one wakes up for it. Silence past that time means that the host's kernel could not: interrupts were off,
 * firmware (SMI) or a hypervisor below the host had the CPU, or the timer hardware itself was late. The gap is from the time
 * the timer was set for, or the request, to the CPU's first event after; when within the silence before that time the CPU
 * stopped cannot be told.
 *
 * <p>A request shows where the first event after the silence is the interrupt by which CPUs ask ({@code reschedule_entry} of
 * x86): it was made when a thread was queued there by another CPU that is switched in then, or when an interrupt was made
 * pending for a vCPU that is in its guest there.
 *
 * <p>From {@code hrtimer_start} and {@code hrtimer_expire_entry}; the tick is such a timer. How late a timer is follows
 * from the difference of its {@code now} and {@code expires}, which are of one clock, whatever the trace's clock is.
 */
final class CpuGaps implements TimelinePart {

    /** Shorter silences are not told: interrupts are off that long in ordinary kernels, and timer hardware is late. */
    static final long SHORTEST_NS = SILENCE_NS;

    private static final long NONE = Long.MIN_VALUE;

    /** What a damaged event names beyond is no CPU. */
    private static final int MOST_CPUS = 1 << 16;

    /** Whom a request was for is switched in by then, if ever. */
    private static final long SWITCHED_WITHIN_NS = 5_000_000;

    /** Timers known at a time; a newer one takes the place of another with the same hash. */
    private static final int TIMERS = 1 << 14;

    private final TableAppender rows;
    private final RescheduleRequests requests;

    private final long[] timers = new long[TIMERS];
    private final long[] expiresNs = new long[TIMERS];

    /**
     * By CPU: its last silence of SHORTEST_NS or more, the earliest due time known in it, and whether a request to reschedule
     * ended it of which it is not known yet for whom it was.
     */
    private boolean[] asked = {};

    private long[] silentNs = {};

    private long[] heardNs = {};
    private long[] dueNs = {};
    private long[] lossEndNs = {};

    CpuGaps(TimelineContext context) {
        rows = new TableAppender(TimelineTables.GAP_SPAN, context.tables());
        requests = context.requests();
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.name()) {
            case "sched_wakeup", "sched_wakeup_new" -> wakeups(type);
            case "sched_switch" -> switches(type);
            case "reschedule_entry" -> (tsNs, cpu, tid, block, row) -> rescheduled(tsNs, cpu);
            default -> timers(type);
        };
    }

    private EventHandler wakeups(EventType type) {
        int pid = type.column("pid");
        int target = type.column("target_cpu");
        if (pid < 0 || target < 0) {
            return null;
        }
        return (tsNs, cpu, tid, block, row) -> {
            long to = block.get(target, row);
            if (to != cpu && to >= 0 && to < MOST_CPUS) {
                requests.add((int) to, tsNs, (int) block.get(pid, row));
            }
        };
    }

    private EventHandler switches(EventType type) {
        int next = type.column("next_pid");
        if (next < 0) {
            return null;
        }
        return (tsNs, cpu, tid, block, row) -> {
            if (cpu < asked.length && asked[cpu] && tsNs - heardNs[cpu] < SWITCHED_WITHIN_NS) {
                due(cpu, requests.first(cpu, silentNs[cpu], heardNs[cpu], (int) block.get(next, row)));
                asked[cpu] = false;
            }
        };
    }

    private void rescheduled(long tsNs, int cpu) {
        if (cpu < heardNs.length && heardNs[cpu] == tsNs) {
            asked[cpu] = true;
            due(cpu, requests.first(cpu, silentNs[cpu], tsNs, RescheduleRequests.KICK));
        }
    }

    private EventHandler timers(EventType type) {
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
        asked[cpu] = false;
        heardNs[cpu] = afterLoss ? NONE : endNs;
    }

    private void reserve(int cpu) {
        if (cpu < heardNs.length) {
            return;
        }
        int from = heardNs.length;
        int to = Math.max(cpu + 1, 2 * from);
        asked = Arrays.copyOf(asked, to);
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
        due(cpu, tsNs - (nowNs - expiresNs[slot]));
    }

    /** An interrupt was due at a time, maybe in the CPU's last silence. */
    private void due(int cpu, long ns) {
        if (ns >= silentNs[cpu] && heardNs[cpu] - ns >= SHORTEST_NS && (dueNs[cpu] == NONE || ns < dueNs[cpu])) {
            dueNs[cpu] = ns;
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
