package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.fault.Warnings;
import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.table.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells which expiry belongs to which start of an hrtimer where the text hides the timers' addresses ({@code (ptrval)}).
 *
 * <p>An expiry is of a timer with the same callback that was started for a time that has come ({@code softexpires} against
 * {@code now}). Where one alone that was started and has not expired fits, expiry and return get the stand-in of its
 * start. Where several fit, or none, the expiry keeps a stand-in of its own, so that nobody knows when it was due; the
 * former is counted as a warning. The tick's timer ({@code tick_sched_timer}, {@code tick_nohz_handler}) never leaves its
 * CPU and is told by that.
 *
 * <p>A start is of a timer of before, and gets its stand-in, where the callback of that runs or returned just before on
 * that CPU (it starts itself again), where it is of the CPU's tick, or where the thread of a vCPU starts the timer of which
 * it has but one ({@link #ONE_OF_A_VCPU}).
 *
 * <p>A cancellation shows nothing but the hidden address. Just before a start of the same callback it is of the timer
 * that is started again, if only one can be; alone it is of the only timer that is set. What else was cancelled is
 * forgotten when it is overdue by {@value #OVERDUE_NS} ns.
 */
final class HiddenTimers {

    /** A timer that is overdue for longer was cancelled; a CPU is hardly ever kept from its timers for so long. */
    private static final long OVERDUE_NS = 1_000_000_000L;

    /** Times farther apart are of different clocks. */
    private static final long OTHER_CLOCK_NS = 3_600_000_000_000L;

    /** Timers that can be set at a time; far more than of one kernel. */
    private static final int MOST = 1024;

    /** Callbacks that can run one within another on a CPU: in a softirq, in a hard interrupt over it. */
    private static final int NESTED = 4;

    /** TRACE_FLAG_HARDIRQ and TRACE_FLAG_SOFTIRQ of common_flags. */
    private static final int IN_INTERRUPT = 0x18;

    /** Callbacks of which a vCPU has one timer: its LAPIC's, that of its halts on arm64, its decrementer. */
    private static final Set<String> ONE_OF_A_VCPU =
            Set.of("apic_timer_fn", "kvm_bg_timer_expire", "kvmppc_decrementer_wakeup");

    /** An interrupt starts it. */
    private static final int NOBODY = -1;

    private enum Kind {
        START,
        EXPIRY,
        RETURN,
        CANCEL
    }

    /** Where the fields of a form are, -1 where it has none of that name. */
    private record Fields(Kind kind, int timer, int function, int expires, int softExpires, int now, int wasArmed) {}

    /** Of events that tell nothing of hidden timers. */
    private static final Fields NONE = new Fields(Kind.CANCEL, -1, -1, -1, -1, -1, -1);

    /** A timer that is set. */
    private static final class Armed {
        final long standIn;
        final long function;
        final long softNs;
        final int cpu;

        /** One of several of which some expired already. */
        boolean doubtful;

        Armed(long standIn, long function, long softNs, int cpu) {
            this.standIn = standIn;
            this.function = function;
            this.softNs = softNs;
            this.cpu = cpu;
        }
    }

    private final TextSymbols symbols;
    private final Warnings warnings;
    private final String file;
    private final Map<EventForm, Fields> fieldsOf = new IdentityHashMap<>();
    private final List<Armed> armed = new ArrayList<>();

    /** A thread and the callback of the timer that it starts; of the tick a CPU. */
    private record Starter(int tid, long function) {}

    private final Map<Starter, Long> startedBy = new HashMap<>();

    /** By CPU: stand-in and callback of the timer whose callback returned last, if nothing of a timer came since. */
    private long[] returned = {};

    private long[] returnedFunction = {};

    /** By CPU: a cancellation that nothing followed yet. */
    private boolean[] cancelled = {};

    /** By CPU: stand-ins of the timers whose callbacks run, {@value #NESTED} places each, and the callbacks. */
    private long[] running = {};

    private long[] runningFunction = {};

    private int[] depth = {};

    HiddenTimers(TextSymbols symbols, Warnings warnings, String file) {
        this.symbols = symbols;
        this.warnings = warnings;
        this.file = file;
    }

    /** Gives the timer of an event of hrtimers its stand-in, in the values that the form read last. */
    void tell(EventForm form, int cpu, int tid, int flags) {
        Fields fields = fieldsOf.computeIfAbsent(form, HiddenTimers::fields);
        if (fields == NONE || !TextSymbols.isHidden(form.values.number[fields.timer])) {
            return;
        }
        reserve(cpu);
        long[] value = form.values.number;
        switch (fields.kind) {
            case START -> start(fields, value, cpu, (flags & IN_INTERRUPT) != 0 ? NOBODY : tid);
            case EXPIRY -> expire(fields, value, cpu);
            case RETURN -> {
                settle(cpu);
                if (depth[cpu] > 0) {
                    int top = cpu * NESTED + --depth[cpu];
                    value[fields.timer] = running[top];
                    returned[cpu] = running[top];
                    returnedFunction[cpu] = runningFunction[top];
                    return;
                }
            }
            case CANCEL -> {
                settle(cpu);
                cancelled[cpu] = true;
            }
        }
        returned[cpu] = 0;
    }

    private static Fields fields(EventForm form) {
        Kind kind = switch (form.format().name()) {
            case "hrtimer_start" -> Kind.START;
            case "hrtimer_expire_entry" -> Kind.EXPIRY;
            case "hrtimer_expire_exit" -> Kind.RETURN;
            case "hrtimer_cancel" -> Kind.CANCEL;
            default -> null;
        };
        List<EventField> of = form.format().fields();
        String[] names = {"hrtimer", "function", "expires", "softexpires", "now", "was_armed"};
        int[] at = new int[names.length];
        Arrays.fill(at, -1);
        for (int i = 0; i < of.size(); i++) {
            for (int n = 0; n < names.length; n++) {
                boolean number = of.get(i).columnType().isInteger() || of.get(i).columnType() == ColumnType.BOOL;
                at[n] = number && of.get(i).name().equals(names[n]) ? i : at[n];
            }
        }
        boolean usable = kind != null
                && at[0] >= 0
                && (kind != Kind.START || at[1] >= 0 && at[2] >= 0)
                && (kind != Kind.EXPIRY || at[1] >= 0 && at[4] >= 0);
        return usable ? new Fields(kind, at[0], at[1], at[2], at[3], at[4], at[5]) : NONE;
    }

    private void start(Fields fields, long[] value, int cpu, int tid) {
        long function = value[fields.function];
        boolean again = cancelled[cpu] || fields.wasArmed >= 0 && value[fields.wasArmed] != 0;
        List<Armed> same = of(function, cpu);
        if (same.size() == 1 && (again || isTick(function))) {
            armed.remove(same.get(0));
            cancelled[cpu] = false;
        }
        settle(cpu);
        if (armed.size() == MOST) {
            armed.remove(0);
        }
        value[fields.timer] = known(value[fields.timer], function, cpu, tid);
        int soft = fields.softExpires >= 0 ? fields.softExpires : fields.expires;
        armed.add(new Armed(value[fields.timer], function, value[soft], cpu));
    }

    /** The stand-in of the timer that is started, where it is known from before, else the one given. */
    private long known(long standIn, long function, int cpu, int tid) {
        int top = cpu * NESTED + depth[cpu] - 1;
        if (depth[cpu] > 0 && runningFunction[top] == function && TextSymbols.isHidden(running[top])) {
            return running[top];
        }
        if (returned[cpu] != 0 && returnedFunction[cpu] == function) {
            return returned[cpu];
        }
        boolean tick = isTick(function);
        if (!tick && (tid == NOBODY || !ONE_OF_A_VCPU.contains(String.valueOf(symbols.nameAt(function))))) {
            return standIn;
        }
        if (startedBy.size() >= MOST) {
            startedBy.clear();
        }
        Long before = startedBy.putIfAbsent(new Starter(tick ? cpu : tid, function), standIn);
        if (before == null || armed.stream().noneMatch(timer -> timer.standIn == before)) {
            return before == null ? standIn : before;
        }
        return standIn;
    }

    private void expire(Fields fields, long[] value, int cpu) {
        // Older kernels tell the expiring timer's removal before, as a cancellation.
        cancelled[cpu] = false;
        long function = value[fields.function];
        long nowNs = value[fields.now];
        armed.removeIf(timer -> nowNs - timer.softNs > OVERDUE_NS && nowNs - timer.softNs < OTHER_CLOCK_NS);
        List<Armed> due = of(function, cpu);
        due.removeIf(timer -> timer.softNs > nowNs || nowNs - timer.softNs >= OTHER_CLOCK_NS);
        if (due.size() == 1 && !due.get(0).doubtful) {
            armed.remove(due.get(0));
            value[fields.timer] = due.get(0).standIn;
        } else if (!due.isEmpty()) {
            doubt(due, function);
        }
        if (depth[cpu] < NESTED) {
            int top = cpu * NESTED + depth[cpu]++;
            running[top] = value[fields.timer];
            runningFunction[top] = function;
        }
    }

    /** One of these expired, nobody knows which: as many less one are left, none of which can be told any more. */
    private void doubt(List<Armed> due, long function) {
        String name = symbols.nameAt(function);
        warnings.passedOver(
                "hidden-timer",
                "",
                file + ": the text hides which timer expired, and more than one fits (of callback "
                        + (name == null ? "without a name" : name) + "): when it was due is left out",
                -1);
        due.forEach(timer -> timer.doubtful = true);
        // The older ones stay: what was cancelled among them is overdue first.
        armed.remove(due.get(due.size() - 1));
    }

    /** A cancellation that no start or expiry followed is of the only timer that is set, if there is but one. */
    private void settle(int cpu) {
        if (cancelled[cpu]) {
            cancelled[cpu] = false;
            if (armed.size() == 1) {
                armed.clear();
            }
        }
    }

    private List<Armed> of(long function, int cpu) {
        boolean tick = isTick(function);
        List<Armed> found = new ArrayList<>();
        for (Armed timer : armed) {
            if (timer.function == function && (!tick || timer.cpu == cpu)) {
                found.add(timer);
            }
        }
        return found;
    }

    private boolean isTick(long function) {
        String name = symbols.nameAt(function);
        return name != null && (name.equals("tick_sched_timer") || name.equals("tick_nohz_handler"));
    }

    private void reserve(int cpu) {
        if (cpu >= depth.length) {
            int to = Math.max(cpu + 1, 2 * depth.length);
            depth = Arrays.copyOf(depth, to);
            cancelled = Arrays.copyOf(cancelled, to);
            returned = Arrays.copyOf(returned, to);
            returnedFunction = Arrays.copyOf(returnedFunction, to);
            running = Arrays.copyOf(running, NESTED * to);
            runningFunction = Arrays.copyOf(runningFunction, NESTED * to);
        }
    }

    /** Events were lost: any timer may have been set, have expired, have been cancelled. */
    void lost(int cpu) {
        armed.clear();
        reserve(cpu);
        depth[cpu] = 0;
        returned[cpu] = 0;
        Arrays.fill(cancelled, false);
    }
}
