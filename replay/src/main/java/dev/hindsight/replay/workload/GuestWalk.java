package dev.hindsight.replay.workload;

import java.util.Arrays;

/**
 * Walks one vCPU's recorded events in time and writes its steps to a {@link GuestLog}.
 *
 * <p>Guest time is from an entry to the next exit, without interrupts; where the exit is for a host interrupt, up to
 * that interrupt's begin. Exits that the host makes leave no step, those that the guest makes leave {@link Op#VM_EXIT}
 * and the CPU time of their handling, up to an injection.
 *
 * <p>A handler is from the entry with an injection to the entry after its end. What follows is the work of that
 * delivery, until the guest is idle: it halts; or, of a guest that spins, when no marker is open. Spinning time before
 * a marker opens is work too, up to {@value #MOST_BEFORE_MARKER_NS} ns. An interrupt that comes during work has its own
 * handler; the work goes on as that of the first, and from the end of a marker on as that of the last that came. Where
 * the guest's own recording tells when it is idle, that decides instead of markers.
 */
final class GuestWalk {

    private static final int MOST_MARKERS = 2;

    static final long MOST_BEFORE_MARKER_NS = 1_000_000;

    private static final int UNKNOWN_PRIORITY = -2;

    /** Whether a guest spins where it is idle, and what tells when that is. */
    enum Spins {
        /** It halts. */
        NEVER,
        /** Markers say where it is not idle. */
        MARKED,
        /** Its own recording does. */
        TOLD,
        /** Nothing does: it is taken for busy. */
        UNKNOWN
    }

    private final Recorded of;
    private final WaitEnds waits;
    private final GuestPaths paths;
    private final int thread;
    private final Spins spins;

    private final boolean takesInterrupts;
    private final long switchInNs;
    private final MarkerPriorities boosts;

    final GuestLog log = new GuestLog();
    final Samples haltNs = new Samples();
    long haltRip;
    int haltReason = -1;

    /** Responses: deliveries that were entered, in that order. */
    final int[] response;

    private final VcpuEvents events;

    private boolean inGuest;
    private boolean entered;
    private boolean running;
    private boolean counts = true;
    private boolean idle;
    private boolean toldIdle;
    private boolean injects;
    private boolean forced;
    private boolean window;
    private boolean monitor;
    private int cpu = -1;
    private long atNs;
    private long stayNs;
    private long guestUntilNs = Long.MAX_VALUE;
    private int nextExit;
    private long exitNs = Long.MIN_VALUE;
    private long exitRip;
    private int exitReason;
    private long handlingFromNs;
    private long switchedInNs;
    private byte switchedInAfter;
    private boolean switched;
    private long haltFromNs = Long.MIN_VALUE;
    private long oweNs;
    private int priority;
    /** Where the thread's last stay on a CPU began, for a change of its priority in it; -1 for none. */
    private int runBegan = -1;

    private int marked = -1;

    /** Markers since the thread came to its CPU: among many, none tells where a priority changed. */
    private int markedInRun;

    private int tag = GuestLog.BEFORE;
    private int[] stack = new int[8];
    private int depth;
    private int owner = -1;
    private int nested = -1;
    private long openMarkers;
    private int nextResponse;

    GuestWalk(
            Recorded of,
            WaitEnds waits,
            GuestPaths paths,
            int thread,
            Spins spins,
            long switchInNs,
            int firstPriority) {
        this.of = of;
        this.waits = waits;
        this.paths = paths;
        this.thread = thread;
        this.spins = spins;
        this.switchInNs = switchInNs;
        this.priority = firstPriority;
        takesInterrupts = waits.takesInterrupts(thread);
        nextExit = of.exits.byThread.from[thread];
        boosts = MarkerPriorities.of(of, thread);
        events = new VcpuEvents(of, waits, thread);
        response = events.response;
    }

    void walk() {
        for (int k : events.order) {
            long ns = events.tsNs[k];
            int row = events.row[k];
            switch (events.type[k]) {
                case VcpuEvents.SPAN -> span(ns, row);
                case VcpuEvents.EXIT -> exit(ns, row);
                case VcpuEvents.INSTANT -> instant(ns, events.instants, row);
                case VcpuEvents.INJECT -> inject(ns);
                default -> entry(ns);
            }
        }
        end();
    }

    /** Time passes up to {@code ns}. */
    private void pass(long ns) {
        if (ns <= atNs) {
            return;
        }
        // Where a host interrupt took the guest out, what follows it is the host's, although no event says so yet.
        long until = inGuest ? Math.min(ns, guestUntilNs) : ns;
        long left = running ? of.stolen.left(cpu, atNs, until) : 0;
        long owed = Math.min(oweNs, left);
        oweNs -= owed;
        left -= owed;
        atNs = ns;
        if (inGuest) {
            stayNs += left;
            log.add(tag, Op.GUEST, left, 0);
        } else if (counts && !idle && left > 0) {
            log.add(tag, Op.COMPUTE, left, 0);
        }
    }

    private void span(long ns, int row) {
        pass(ns);
        SpanRows spans = of.spans;
        byte state = spans.state[row];
        boolean runs = state == SpanRows.RUNNING;
        if (spans.priority[row] != UNKNOWN_PRIORITY && spans.priority[row] != priority && !boosts.known()) {
            priority = spans.priority[row];
            if (marked >= 0 && !runs && markedInRun <= MOST_MARKERS) {
                log.fill(marked, priority);
            } else if (runBegan >= 0 && running) {
                // Seen as the run ends: a thread that hardly ever leaves its CPU had it long before.
                log.fill(runBegan, priority);
                runBegan = -1;
            } else {
                log.add(place(), Op.SET_PRIORITY, priority, 0);
            }
        }
        if (spans.isSleep(row)) {
            sleeps(ns, row);
        } else if (state == SpanRows.WOKEN && running) {
            wokenEarly(ns);
        }
        if (runs && !running) {
            switched = true;
            switchedInNs = ns;
            oweNs = inGuest || !counts ? 0 : switchInNs;
            runBegan = log.reserve(place());
            markedInRun = 0;
        }
        if (!runs) {
            switchedInAfter = spans.isSleep(row) || state == SpanRows.WOKEN && switchedInAfter != SpanRows.PREEMPTED
                    ? SpanRows.WOKEN
                    : SpanRows.PREEMPTED;
            marked = -1;
        }
        running = runs;
        cpu = spans.cpu[row];
        atNs = ns;
    }

    /** Where steps go that are no time: those of an idle guest to the work that was before. */
    private int place() {
        return idle || tag == GuestLog.NOWHERE ? GuestLog.work(owner) : tag;
    }

    private void sleeps(long ns, int row) {
        if (idle && waits.isHalt(thread, ns)) {
            if (haltFromNs != Long.MIN_VALUE) {
                haltNs.add(of.stolen.left(cpu, haltFromNs, ns));
                haltFromNs = Long.MIN_VALUE;
            }
            return;
        }
        int wake = of.wakes.of(thread, of.spans.endNs[row]);
        boolean blocked = of.spans.state[row] == SpanRows.BLOCKED;
        addWait(wake, ns, of.spans.endNs[row], blocked);
    }

    private void wokenEarly(long ns) {
        if (idle && waits.isHalt(thread, ns)) {
            return;
        }
        addWait(of.wakes.lastOf(thread, atNs - MOST_BEFORE_MARKER_NS, ns), ns, ns, false);
    }

    private void addWait(int wake, long fromNs, long toNs, boolean blocked) {
        byte how = wake < 0 ? WaitEnds.NOTHING : waits.how[wake];
        switch (how) {
            case WaitEnds.BY_THREAD -> log.add(place(), Op.WAIT_WOKEN, 0, blocked ? 1 : 0);
            case WaitEnds.AFTER -> log.add(place(), Op.WAIT_FOR, waits.valueNs[wake], waits.irq[wake]);
            case WaitEnds.AT -> log.add(place(), Op.WAIT_UNTIL, waits.valueNs[wake], waits.irq[wake]);
            case WaitEnds.ENGINE -> {
                // A halt's.
            }
            default ->
                log.add(
                        place(),
                        toNs >= of.lastNs ? Op.WAIT_WOKEN : Op.WAIT_FOR,
                        toNs >= of.lastNs ? 0 : toNs - fromNs,
                        toNs >= of.lastNs ? (blocked ? 1 : 0) : -1);
        }
    }

    private void exit(long ns, int row) {
        ExitRows exits = of.exits;
        forced = exits.isForced(row);
        handlingFromNs = ns;
        pass(ns);
        if (inGuest && forced && guestUntilNs < ns) {
            long end = of.stolen.lastEnd(cpu, guestUntilNs, ns);
            handlingFromNs = end < 0 ? ns : end;
        }
        atNs = ns;
        window = exits.isWindow(row);
        if (inGuest && running && stayNs >= 0) {
            paths.stayed(stayNs, window);
        }
        inGuest = false;
        counts = !forced;
        exitNs = ns;
        exitRip = exits.rip[row];
        exitReason = exits.reason[row];
        injects = false;
        switched = false;
        monitor = false;
        oweNs = 0;
        if (!entered) {
            // The recording begins in the guest.
            entered = true;
            base();
        }
        if (forced) {
            return;
        }
        boolean halts = exits.isHalt(row) && takesInterrupts;
        if (halts) {
            idle = true;
            haltFromNs = ns;
            haltRip = exits.rip[row];
            haltReason = exits.reason[row];
            nested = -1;
        } else {
            log.add(tag, Op.VM_EXIT, exits.rip[row], exits.reason[row]);
        }
    }

    private void instant(long ns, Instants of, int i) {
        pass(ns);
        byte step = of.op[i];
        if (step == Op.VMM) {
            vmm(of.b[i]);
            return;
        }
        if (step == Op.MARK) {
            mark(of.a[i], of.b[i]);
            return;
        }
        if (step == Op.GUEST_TURNS) {
            turn(of.b[i] == 1);
            return;
        }
        log.add(place(), step, of.a[i], of.b[i]);
    }

    /** The guest's own recording says that it turns idle, or busy again. */
    private void turn(boolean toIdle) {
        toldIdle = toIdle;
        if (idle && !toIdle) {
            // It is still halted, as the clocks agree to some microseconds only: its interrupt makes it busy.
            return;
        }
        log.add(place(), Op.GUEST_TURNS, 0, toIdle ? 1 : 0);
        if (spins == Spins.TOLD && entered && depth == 0) {
            base();
        }
    }

    private void vmm(int in) {
        if (idle) {
            return;
        }
        if (in == 1 && entered && !counts && !injects && exitNs != Long.MIN_VALUE) {
            // A signal brought the vCPU out: the monitor's work counts, and the exit that leads to it.
            counts = true;
            monitor = true;
            log.add(tag, Op.VM_EXIT, exitRip, exitReason);
        }
        if (counts) {
            log.add(tag, Op.VMM, 0, in);
            if (in == 0 && monitor) {
                counts = false;
            }
            int boost = in == 1 ? boosts.take() : UNKNOWN_PRIORITY;
            if (boost != UNKNOWN_PRIORITY && boost != priority) {
                priority = boost;
                log.add(tag, Op.SET_PRIORITY, boost, 0);
            }
        }
    }

    private void mark(long value, int kind) {
        long bit = 1L << (kind & 63);
        boolean opens = value != 0;
        if (tag == GuestLog.MAYBE) {
            log.keepMaybe(GuestLog.work(owner), opens ? MOST_BEFORE_MARKER_NS : Long.MAX_VALUE);
            tag = GuestLog.work(owner);
        }
        openMarkers = opens ? openMarkers | bit : openMarkers & ~bit;
        log.add(place(), Op.MARK, value, kind);
        boosts.marked(opens);
        marked = log.reserve(place());
        markedInRun++;
        if (!opens && nested >= 0) {
            // The work of the delivery that began it is over: what follows is of the last that came meanwhile.
            after = nested;
            nested = -1;
        }
    }

    /** Response whose work begins with the next entry, -1 for none. */
    private int after = -1;

    private void inject(long ns) {
        pass(ns);
        if (!inGuest) {
            counts = false;
            injects = true;
        }
    }

    private void entry(long ns) {
        if (inGuest) {
            return;
        }
        boolean carries = nextResponse < response.length && of.deliveries.enteredNs[response[nextResponse]] <= ns;
        measure(ns, carries);
        pass(ns);
        inGuest = true;
        stayNs = 0;
        guestUntilNs = guestUntilNs(ns);
        counts = true;
        atNs = ns;
        oweNs = 0;
        boolean first = !entered;
        entered = true;
        boolean ended = first;
        if (after >= 0) {
            owner = after;
            after = -1;
            ended = true;
        }
        while (depth > 0 && isOver(stack[depth - 1], ns)) {
            depth--;
            ended = true;
        }
        if (idle && !carries) {
            idle = false;
            ended = true;
        }
        if (ended || tag >= 0 && spins == Spins.MARKED && openMarkers == 0 && depth == 0) {
            base();
        }
        while (nextResponse < response.length && of.deliveries.enteredNs[response[nextResponse]] <= ns) {
            deliver(nextResponse++);
        }
        log.add(tag, Op.GUEST, 0, 0);
    }

    /** Begin of the interrupt that takes the guest out; of other stays no bound. */
    private long guestUntilNs(long ns) {
        int to = of.exits.byThread.from[thread + 1];
        while (nextExit < to && of.exits.startNs[of.exits.byThread.row[nextExit]] < ns) {
            nextExit++;
        }
        if (nextExit == to || !running || !of.exits.isForced(of.exits.byThread.row[nextExit])) {
            return Long.MAX_VALUE;
        }
        long irq = of.stolen.firstBegin(cpu, ns, of.exits.startNs[of.exits.byThread.row[nextExit]]);
        return irq < 0 ? Long.MAX_VALUE : irq;
    }

    private boolean isOver(int r, long ns) {
        long eoi = of.deliveries.eoiNs[response[r]];
        return eoi != StoredTable.NULL && eoi <= ns;
    }

    private boolean mayIdle() {
        return spins == Spins.MARKED && openMarkers == 0;
    }

    /** What the guest's time belongs to outside of handlers. */
    private void base() {
        if (depth > 0) {
            tag = GuestLog.handler(stack[depth - 1]);
        } else if (spins == Spins.TOLD && toldIdle) {
            tag = GuestLog.NOWHERE;
        } else if (mayIdle()) {
            if (tag != GuestLog.MAYBE) {
                tag = GuestLog.MAYBE;
                log.beginMaybe();
            }
        } else {
            tag = GuestLog.work(owner);
        }
    }

    private void deliver(int r) {
        if (depth == 0) {
            if (tag == GuestLog.MAYBE) {
                log.dropMaybe(GuestLog.work(owner));
                tag = GuestLog.work(owner);
                owner = r;
            } else if (idle || spins == Spins.UNKNOWN || spins == Spins.TOLD && toldIdle) {
                owner = r;
            } else {
                nested = r;
            }
        }
        idle = false;
        if (of.deliveries.eoiNs[response[r]] == StoredTable.NULL) {
            base();
            return;
        }
        if (depth == stack.length) {
            stack = Arrays.copyOf(stack, 2 * depth);
        }
        stack[depth++] = r;
        tag = GuestLog.handler(r);
    }

    private void measure(long ns, boolean carries) {
        if (exitNs == Long.MIN_VALUE || !running || monitor) {
            return;
        }
        if (idle) {
            if (switched && switchedInAfter == SpanRows.WOKEN && carries) {
                paths.woken(of.stolen.left(cpu, switchedInNs, ns));
            }
        } else if (switched) {
            if (forced && switchedInAfter == SpanRows.PREEMPTED) {
                paths.resumed(of.stolen.left(cpu, switchedInNs, ns), carries);
            }
        } else if (window) {
            if (carries) {
                paths.window(of.stolen.left(cpu, exitNs, ns));
            }
        } else if (forced) {
            paths.interrupted(of.stolen.left(cpu, handlingFromNs, ns), carries);
        } else {
            paths.exited(of.stolen.left(cpu, exitNs, ns));
        }
        if (injects && carries) {
            long since = of.deliveries.injectedNs[response[nextResponse]];
            if (since != StoredTable.NULL && since >= exitNs) {
                paths.injected(of.stolen.left(cpu, since, ns));
            }
        }
    }

    private void end() {
        SpanRows spans = of.spans;
        int to = spans.byThread.from[thread + 1];
        if (to == spans.byThread.from[thread]) {
            return;
        }
        int last = spans.byThread.row[to - 1];
        if (spans.state[last] == SpanRows.RUNNING) {
            boolean gone = spans.endNs[last] < of.lastNs;
            pass(spans.endNs[last]);
            if (gone) {
                log.add(place(), Op.END, 0, 0);
            }
        }
        if (tag == GuestLog.MAYBE) {
            log.dropMaybe(GuestLog.work(owner));
        }
    }
}
