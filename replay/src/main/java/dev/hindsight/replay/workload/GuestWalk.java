package dev.hindsight.replay.workload;

/**
 * Walks one vCPU's recorded events in time and writes its steps to a {@link GuestLog}.
 *
 * <p>Guest time is from an entry to the next exit, without interrupts; where the exit is for a host interrupt, up to
 * that interrupt's begin. Exits that the host makes leave no step, those that the guest makes leave {@link Op#VM_EXIT}
 * and the CPU time of their handling, up to an injection or to a preemption behind it.
 *
 * <p>A handler is from the entry with an injection to the entry after its end. What follows is the work of that
 * delivery, until the guest is idle: it halts; or, of a guest that spins, when no marker is open. Spinning time before
 * a marker opens is work too, up to {@value GuestWork#MOST_BEFORE_MARKER_NS} ns. An interrupt that comes during work has its own
 * handler; the work goes on as that of the first, and from the end of a marker on as that of the last that came. Where
 * the guest's own recording tells when it is idle, that decides instead of markers.
 */
final class GuestWalk {

    private static final int MOST_MARKERS = 2;

    private static final int UNKNOWN_PRIORITY = -2;

    private final Recorded of;
    private final WaitEnds waits;
    private final GuestPaths paths;
    private final int thread;
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
    private final GuestWork work;

    private boolean inGuest;
    private boolean running;
    private boolean counts = true;
    private boolean injects;
    private boolean forced;
    private boolean window;
    private boolean monitor;
    private boolean inMonitor;

    /** Whether the vCPU comes back from a preemption on its way from an exit of the guest's into the guest. */
    private boolean returns;

    private int cpu = -1;
    private long atNs;
    private long stayNs;
    private long guestUntilNs = Long.MAX_VALUE;
    private int nextExit;
    private long exitNs = Long.MIN_VALUE;
    private long exitRip;
    private int exitReason;
    private long handlingFromNs;
    /** When the thread last left the CPU, as far as seen; for how long it did the last time. */
    private long leftCpuNs = Long.MAX_VALUE;

    private long awayNs;
    private long switchedInNs;
    private byte switchedInAfter;
    private boolean switched;
    private boolean keptMapped;
    private long haltFromNs = Long.MIN_VALUE;
    private long oweNs;
    private int priority;
    /** Where the thread's last stay on a CPU began, for a change of its priority in it; -1 for none. */
    private int runBegan = -1;

    private int marked = -1;

    /** Markers since the thread came to its CPU: among many, none tells where a priority changed. */
    private int markedInRun;

    GuestWalk(
            Recorded of,
            WaitEnds waits,
            GuestPaths paths,
            int thread,
            GuestWork.Spins spins,
            long switchInNs,
            int firstPriority) {
        this.of = of;
        this.waits = waits;
        this.paths = paths;
        this.thread = thread;
        this.switchInNs = switchInNs;
        this.priority = firstPriority;
        takesInterrupts = waits.takesInterrupts(thread);
        nextExit = of.exits.byThread.from[thread];
        boosts = MarkerPriorities.of(of, thread);
        events = new VcpuEvents(of, waits, thread);
        response = events.response;
        work = new GuestWork(of.deliveries, response, spins, log);
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
            log.add(work.tag(), Op.GUEST, left, 0);
        } else if (counts && !work.isIdle() && left > 0) {
            log.add(work.tag(), Op.COMPUTE, left, 0);
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
                log.add(work.place(), Op.SET_PRIORITY, priority, 0);
            }
        }
        if (spans.isSleep(row)) {
            sleeps(ns, row);
        } else if (state == SpanRows.WOKEN && running) {
            wokenEarly(ns);
        }
        if (runs && !running) {
            switched = true;
            keptMapped = of.mapped.kept(row);
            switchedInNs = ns;
            awayNs = ns - leftCpuNs;
            comesBack();
            oweNs = inGuest || !counts ? 0 : switchInNs;
            runBegan = log.reserve(work.place());
            markedInRun = 0;
        }
        if (!runs) {
            leftCpuNs = running ? ns : leftCpuNs;
            switchedInAfter = spans.isSleep(row) || state == SpanRows.WOKEN && switchedInAfter != SpanRows.PREEMPTED
                    ? SpanRows.WOKEN
                    : SpanRows.PREEMPTED;
            marked = -1;
        }
        running = runs;
        cpu = spans.cpu[row];
        atNs = ns;
    }

    /**
     * KVM looks whether to reschedule when it is through with an exit, so that what follows is the way into the guest alone;
     * but where the kernel can be preempted anywhere.
     */
    private void comesBack() {
        if (!of.isRealtime && !inGuest && !forced && !injects && !inMonitor && exitNs != Long.MIN_VALUE) {
            returns = switchedInAfter == SpanRows.PREEMPTED;
            counts = !returns;
        }
    }

    private void sleeps(long ns, int row) {
        if (work.isIdle() && waits.isHalt(thread, ns)) {
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
        if (work.isIdle() && waits.isHalt(thread, ns)) {
            return;
        }
        addWait(of.wakes.lastOf(thread, atNs - GuestWork.MOST_BEFORE_MARKER_NS, ns), ns, ns, false);
    }

    private void addWait(int wake, long fromNs, long toNs, boolean blocked) {
        byte how = wake < 0 ? WaitEnds.NOTHING : waits.how[wake];
        switch (how) {
            case WaitEnds.BY_THREAD -> log.add(work.place(), Op.WAIT_WOKEN, 0, blocked ? 1 : 0);
            case WaitEnds.AFTER -> log.add(work.place(), Op.WAIT_FOR, waits.valueNs[wake], waits.irq[wake]);
            case WaitEnds.AT -> log.add(work.place(), Op.WAIT_UNTIL, waits.valueNs[wake], waits.irq[wake]);
            case WaitEnds.ENGINE -> {
                // A halt's.
            }
            default ->
                log.add(
                        work.place(),
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
        returns = false;
        oweNs = 0;
        if (!work.hasEntered()) {
            work.beginsInGuest();
        }
        if (forced) {
            return;
        }
        boolean halts = exits.isHalt(row) && takesInterrupts;
        if (halts) {
            work.halted();
            haltFromNs = ns;
            haltRip = exits.rip[row];
            haltReason = exits.reason[row];
        } else {
            log.add(work.tag(), Op.VM_EXIT, exits.rip[row], exits.reason[row]);
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
        log.add(work.place(), step, of.a[i], of.b[i]);
    }

    /** The guest's own recording says that it turns idle, or busy again. */
    private void turn(boolean toIdle) {
        if (work.isTold(toIdle)) {
            log.add(work.place(), Op.GUEST_TURNS, 0, toIdle ? 1 : 0);
            work.turned();
        }
    }

    private void vmm(int in) {
        inMonitor = in == 1;
        if (work.isIdle()) {
            return;
        }
        if (returns) {
            returns = false;
            counts = true;
        }
        if (in == 1 && work.hasEntered() && !counts && !injects && exitNs != Long.MIN_VALUE) {
            // A signal brought the vCPU out: the monitor's work counts, and the exit that leads to it.
            counts = true;
            monitor = true;
            log.add(work.tag(), Op.VM_EXIT, exitRip, exitReason);
        }
        if (counts) {
            log.add(work.tag(), Op.VMM, 0, in);
            if (in == 0 && monitor) {
                counts = false;
            }
            int boost = in == 1 ? boosts.take() : UNKNOWN_PRIORITY;
            if (boost != UNKNOWN_PRIORITY && boost != priority) {
                priority = boost;
                log.add(work.tag(), Op.SET_PRIORITY, boost, 0);
            }
        }
    }

    private void mark(long value, int kind) {
        boolean opens = value != 0;
        work.marks(opens, kind);
        log.add(work.place(), Op.MARK, value, kind);
        boosts.marked(opens);
        marked = log.reserve(work.place());
        markedInRun++;
        if (!opens) {
            work.closed();
        }
    }

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
        boolean carries = work.carries(ns);
        measure(ns, carries);
        pass(ns);
        inGuest = true;
        stayNs = 0;
        guestUntilNs = guestUntilNs(ns);
        counts = true;
        atNs = ns;
        oweNs = 0;
        work.entersAt(ns, carries);
        log.add(work.tag(), Op.GUEST, 0, 0);
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

    private void measure(long ns, boolean carries) {
        if (exitNs == Long.MIN_VALUE || !running || monitor) {
            return;
        }
        if (work.isIdle()) {
            if (switched && switchedInAfter == SpanRows.WOKEN && carries) {
                paths.woken(of.stolen.left(cpu, switchedInNs, ns));
            }
        } else if (switched) {
            if (returns || forced && switchedInAfter == SpanRows.PREEMPTED) {
                paths.resumed(of.stolen.left(cpu, switchedInNs, ns), awayNs, keptMapped, carries);
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
            long since = of.deliveries.injectedNs[work.nextDelivery()];
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
                log.add(work.place(), Op.END, 0, 0);
            }
        }
        work.end();
    }
}
