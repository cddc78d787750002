package dev.hindsight.replay.timeline;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.KernelNames;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableAppender;
import java.util.Arrays;

/**
 * Table {@code timer_expiry}, and the tick's period: hrtimers from {@code hrtimer_start}, {@code hrtimer_expire_entry}
 * and {@code hrtimer_expire_exit}. The tick itself ({@code tick_sched_timer}, from Linux 6.9 on {@code
 * tick_nohz_handler}) makes no rows; where the recording does not name functions it does.
 */
final class TimerExpiries implements TimelinePart {

    /** TRACE_FLAG_HARDIRQ and TRACE_FLAG_SOFTIRQ of common_flags. */
    private static final int IN_INTERRUPT = 0x18;

    /** Timers kept; far more than a machine has at a time. Beyond, a new one takes the place of another. */
    private static final int MOST_TIMERS = 1 << 16;

    /** Clock readings of one moment differ by less than this if they are of one clock. */
    private static final long SAME_CLOCK_NS = 10_000_000;

    private final TableAppender rows;
    private final TickPeriods ticks;
    private final KernelNames names;
    private final boolean monotonicTrace;
    private final ClockDifference ahead = new ClockDifference();

    /** Open addressing by the timer's address, 0 for a free place. */
    private long[] timers = new long[256];

    private long[] expiresNs = new long[256];
    private long[] armedNs = new long[256];
    private int[] armedBy = new int[256];
    private int known;

    /** Callbacks by address: a kernel has a handful. */
    private long[] functions = new long[16];

    private String[] functionNames = new String[16];
    private int functionCount;

    /** By CPU: the expiry whose callback runs there; timer 0 for none. */
    private long[] runningTimer = {};

    private long[] runningArmedNs = {};
    private int[] runningArmedBy = {};
    private long[] runningDueNs = {};
    private long[] runningSinceNs = {};
    private String[] runningFunction = {};

    TimerExpiries(TimelineContext context) {
        rows = new TableAppender(TimelineTables.TIMER_EXPIRY, context.tables());
        ticks = context.ticks();
        names = context.info().kernelNames();
        monotonicTrace = context.info().clock().equals("mono");
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        int timer = type.column("hrtimer");
        if (timer < 0 || !isInteger(type, timer)) {
            return null;
        }
        return switch (type.name()) {
            case "hrtimer_start" -> starts(timer, type.column("expires"));
            case "hrtimer_expire_entry" -> expires(type, timer);
            case "hrtimer_expire_exit" -> (tsNs, cpu, tid, block, row) -> returned(cpu, tsNs);
            default -> null;
        };
    }

    private static boolean isInteger(EventType type, int column) {
        return type.table().columns().get(column).type().isInteger();
    }

    private EventHandler starts(int timer, int expires) {
        if (expires < 0) {
            return null;
        }
        return (tsNs, cpu, tid, block, row) -> {
            int slot = slot(block.get(timer, row));
            expiresNs[slot] = block.get(expires, row);
            armedNs[slot] = tsNs;
            armedBy[slot] = (block.get(EventTables.FLAGS, row) & IN_INTERRUPT) != 0 ? -1 : tid;
        };
    }

    private EventHandler expires(EventType type, int timer) {
        int now = type.column("now");
        int function = type.column("function");
        boolean byAddress = function >= 0 && isInteger(type, function);
        ColumnType text =
                function < 0 ? null : type.table().columns().get(function).type();
        boolean byName = text == ColumnType.SYMBOL || text == ColumnType.TEXT;
        return (tsNs, cpu, tid, block, row) -> {
            String callback = byAddress
                    ? functionName(block.get(function, row))
                    : byName ? block.column(function).getText(row) : null;
            int slot = slot(block.get(timer, row));
            long nowNs = now < 0 ? NULL : block.get(now, row);
            long aheadNs = nowNs == NULL ? 0 : ahead.told(cpu, tsNs, nowNs);
            if (isTick(callback)) {
                if (expiresNs[slot] != NULL) {
                    ticks.expired(cpu, expiresNs[slot]);
                }
                return;
            }
            begin(tsNs, cpu, slot, callback, nowNs, aheadNs);
        };
    }

    private static boolean isTick(String function) {
        return function != null && (function.equals("tick_sched_timer") || function.equals("tick_nohz_handler"));
    }

    private void begin(long tsNs, int cpu, int slot, String callback, long nowNs, long aheadNs) {
        reserveCpu(cpu);
        returned(cpu, NULL);
        runningTimer[cpu] = timers[slot];
        runningArmedNs[cpu] = armedNs[slot];
        runningArmedBy[cpu] = armedBy[slot];
        runningDueNs[cpu] = dueNs(tsNs, nowNs, expiresNs[slot], aheadNs);
        runningSinceNs[cpu] = tsNs;
        runningFunction[cpu] = callback;
    }

    /** When a timer was due, on the trace's clock: where that is another one, by the difference of the two. */
    private long dueNs(long tsNs, long nowNs, long setForNs, long aheadNs) {
        if (setForNs == NULL || nowNs == NULL) {
            return NULL;
        }
        if (monotonicTrace && Math.abs(tsNs - nowNs) < SAME_CLOCK_NS) {
            return Math.min(setForNs, tsNs);
        }
        return setForNs > nowNs ? tsNs : setForNs + aheadNs;
    }

    private void returned(int cpu, long tsNs) {
        if (cpu >= runningTimer.length || runningTimer[cpu] == 0) {
            return;
        }
        rows.addRow();
        rows.set(0, cpu);
        rows.set(1, runningTimer[cpu]);
        rows.setText(2, runningFunction[cpu]);
        rows.set(3, runningArmedNs[cpu]);
        rows.set(4, runningArmedBy[cpu] < 0 ? NULL : runningArmedBy[cpu]);
        rows.set(5, runningDueNs[cpu]);
        rows.set(6, runningSinceNs[cpu]);
        rows.set(7, tsNs);
        runningTimer[cpu] = 0;
    }

    private String functionName(long address) {
        for (int i = 0; i < functionCount; i++) {
            if (functions[i] == address) {
                return functionNames[i];
            }
        }
        if (functionCount == functions.length) {
            functions = Arrays.copyOf(functions, 2 * functionCount);
            functionNames = Arrays.copyOf(functionNames, 2 * functionCount);
        }
        String name = names.of(address);
        functions[functionCount] = address;
        functionNames[functionCount] = name == null ? "0x" + Long.toHexString(address) : name;
        return functionNames[functionCount++];
    }

    /** The place of a timer, which is made for one not seen before. */
    private int slot(long address) {
        int mask = timers.length - 1;
        int at = hash(address) & mask;
        while (timers[at] != 0 && timers[at] != address) {
            at = at + 1 & mask;
        }
        if (timers[at] == address && address != 0) {
            return at;
        }
        if (known >= MOST_TIMERS / 2) {
            Arrays.fill(timers, 0);
            known = 0;
            at = hash(address) & mask;
        } else if (2 * known >= timers.length) {
            grow();
            return slot(address);
        }
        known++;
        timers[at] = address;
        expiresNs[at] = NULL;
        armedNs[at] = NULL;
        armedBy[at] = -1;
        return at;
    }

    private void grow() {
        long[] from = timers;
        long[] expires = expiresNs;
        long[] armed = armedNs;
        int[] by = armedBy;
        int to = 2 * from.length;
        timers = new long[to];
        expiresNs = new long[to];
        armedNs = new long[to];
        armedBy = new int[to];
        for (int i = 0; i < from.length; i++) {
            if (from[i] != 0) {
                int at = hash(from[i]) & to - 1;
                while (timers[at] != 0) {
                    at = at + 1 & to - 1;
                }
                timers[at] = from[i];
                expiresNs[at] = expires[i];
                armedNs[at] = armed[i];
                armedBy[at] = by[i];
            }
        }
    }

    private static int hash(long address) {
        return (int) (address * 0x9E3779B97F4A7C15L >>> 40);
    }

    private void reserveCpu(int cpu) {
        if (cpu >= runningTimer.length) {
            int to = Math.max(cpu + 1, 2 * runningTimer.length);
            runningTimer = Arrays.copyOf(runningTimer, to);
            runningArmedNs = Arrays.copyOf(runningArmedNs, to);
            runningArmedBy = Arrays.copyOf(runningArmedBy, to);
            runningDueNs = Arrays.copyOf(runningDueNs, to);
            runningSinceNs = Arrays.copyOf(runningSinceNs, to);
            runningFunction = Arrays.copyOf(runningFunction, to);
        }
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        returned(cpu, NULL);
        ticks.lost(cpu);
    }

    @Override
    public void end(long lastNs) {
        for (int cpu = 0; cpu < runningTimer.length; cpu++) {
            returned(cpu, NULL);
        }
        rows.flush();
    }
}
