package dev.hindsight.replay.workload;

/**
 * Programs of threads: what they compute between blocking points, with what they do at the offset of it where they did.
 *
 * <p>Demand is the time that a thread ran, without interrupts, softirqs and gaps, and without the cost of coming to the
 * CPU and of being preempted, which the engine adds where it switches.
 */
final class ThreadPrograms {

    /** A thread whose first sign is its getting a CPU waited for it before: from the window's begin, if that is near. */
    private static final long WAITED_AT_BEGIN_NS = 100_000_000;

    private static final int UNKNOWN_PRIORITY = -2;

    private final Recorded of;
    private final WaitEnds waits;
    private final long switchInNs;
    private final long switchOutNs;
    private final Instants instants = new Instants();

    /** When something other than a thread of the workload woke which ksoftirqd. */
    private final Instants softirqArrivals = new Instants();

    ThreadPrograms(Recorded of, WaitEnds waits, long switchInNs, long switchOutNs) {
        this.of = of;
        this.waits = waits;
        this.switchInNs = switchInNs;
        this.switchOutNs = switchOutNs;
    }

    /** When an interrupt woke a ksoftirqd: by {@code a} its thread, by {@code b} the kind of a device's interrupt or -1. */
    Instants softirqArrivals() {
        softirqArrivals.sort();
        return softirqArrivals;
    }

    /** When a thread is first runnable, see {@link Threads#runnableAtNs}. */
    long runnableAtNs(int thread) {
        SpanRows spans = of.spans;
        int from = spans.byThread.from[thread];
        if (from == spans.byThread.from[thread + 1]) {
            return Long.MAX_VALUE;
        }
        int first = spans.byThread.row[from];
        long start = spans.startNs[first];
        if (spans.state[first] == SpanRows.WOKEN) {
            int wake = of.wakes.of(thread, start);
            if (wake >= 0 && waits.how[wake] == WaitEnds.BEGINS) {
                return Long.MAX_VALUE;
            }
            return Math.max(
                    of.firstNs, wake >= 0 && waits.how[wake] == WaitEnds.BEGINS_AT ? waits.valueNs[wake] : start);
        }
        return start - of.firstNs < WAITED_AT_BEGIN_NS ? of.firstNs : Math.max(of.firstNs, start);
    }

    /** Priority of the first span that tells one; 120 where none does. */
    int firstPriority(int thread) {
        SpanRows spans = of.spans;
        for (int i = spans.byThread.from[thread]; i < spans.byThread.from[thread + 1]; i++) {
            int priority = spans.priority[spans.byThread.row[i]];
            if (priority != UNKNOWN_PRIORITY) {
                return priority;
            }
        }
        return 120;
    }

    /** The program of a thread that runs no guest. */
    Program program(int thread) {
        Program program = new Program();
        SpanRows spans = of.spans;
        instants.clear();
        waits.contended.addTakenBy(thread, instants);
        instants.addMadeBy(thread, of, waits);
        instants.sort();
        int next = 0;
        int from = spans.byThread.from[thread];
        int to = spans.byThread.from[thread + 1];
        int priority = firstPriority(thread);
        for (int i = from; i < to; i++) {
            int row = spans.byThread.row[i];
            int before = i == from ? -1 : spans.byThread.row[i - 1];
            int after = i + 1 == to ? -1 : spans.byThread.row[i + 1];
            boolean follows = before >= 0 && spans.endNs[before] == spans.startNs[row];
            if (before >= 0 && !follows) {
                program.append(Op.WAIT_UNTIL, spans.startNs[row], -1);
                if (of.threads.isKsoftirqd(thread)) {
                    softirqArrivals.add(spans.startNs[row], Op.WAKE, thread, -1);
                }
            }
            if (spans.isSleep(row)) {
                priority = priorityOf(after, priority, program);
                addWait(program, row, thread, spans.endNs[row]);
            } else if (spans.state[row] == SpanRows.WOKEN && follows && spans.state[before] == SpanRows.RUNNING) {
                priority = priorityOf(row, priority, program);
                int wake = of.wakes.lastOf(thread, spans.startNs[before], spans.startNs[row]);
                addWait(program, before, wake, spans.startNs[row], false);
            } else if (spans.state[row] == SpanRows.RUNNING) {
                boolean stays = after >= 0 && spans.endNs[row] == spans.startNs[after];
                priority = priorityOf(stays ? after : row, priority, program);
                boolean arrives = !follows || spans.state[before] != SpanRows.RUNNING;
                boolean preempted = stays && spans.state[after] == SpanRows.PREEMPTED;
                next = addBurst(program, row, arrives, preempted, next);
            }
        }
        int last = from == to ? -1 : spans.byThread.row[to - 1];
        if (last >= 0 && spans.state[last] == SpanRows.RUNNING && spans.endNs[last] < of.lastNs) {
            program.append(Op.END, 0, 0);
        }
        return program;
    }

    private int priorityOf(int row, int priority, Program program) {
        if (row < 0 || of.spans.priority[row] == UNKNOWN_PRIORITY || of.spans.priority[row] == priority) {
            return priority;
        }
        program.append(Op.SET_PRIORITY, of.spans.priority[row], 0);
        return of.spans.priority[row];
    }

    private void addWait(Program program, int row, int thread, long endNs) {
        addWait(program, row, of.wakes.of(thread, endNs), endNs, of.spans.state[row] == SpanRows.BLOCKED);
    }

    /** {@code wake} is the wakeup that ended the wait, -1 where none was seen. */
    void addWait(Program program, int row, int wake, long endNs, boolean blocked) {
        byte how = wake < 0 ? WaitEnds.NOTHING : waits.how[wake];
        if (of.threads.isKsoftirqd(of.spans.thread[row]) && how != WaitEnds.BY_THREAD) {
            // Its softirqs are raised when they were, wherever their interrupt is then: the wait is for that.
            if (endNs < of.lastNs) {
                boolean device = how == WaitEnds.AFTER && waits.irq[wake] >= 0;
                long ns = device ? waits.blockNs[wake] + waits.valueNs[wake] : endNs;
                softirqArrivals.add(ns, Op.WAKE, of.spans.thread[row], device ? waits.irq[wake] : -1);
            }
            program.append(Op.WAIT_WOKEN, 0, 0);
            return;
        }
        switch (how) {
            case WaitEnds.BY_THREAD -> {
                int held = waits.contended.of[wake];
                program.append(held >= 0 ? Op.WAIT_HELD : Op.WAIT_WOKEN, 0, held >= 0 ? held : blocked ? 1 : 0);
            }
            case WaitEnds.AFTER -> program.append(Op.WAIT_FOR, waits.valueNs[wake], waits.irq[wake]);
            case WaitEnds.AT -> program.append(Op.WAIT_UNTIL, waits.valueNs[wake], waits.irq[wake]);
            default -> {
                if (endNs >= of.lastNs) {
                    // Nothing ended it: it sleeps on.
                    program.append(Op.WAIT_WOKEN, 0, blocked ? 1 : 0);
                } else {
                    long sinceNs = of.spans.isSleep(row) ? of.spans.startNs[row] : endNs;
                    program.append(Op.WAIT_FOR, endNs - sinceNs, -1);
                }
            }
        }
    }

    /** One stay on a CPU; returns the place of the next instant. */
    private int addBurst(Program program, int row, boolean arrives, boolean preempted, int from) {
        SpanRows spans = of.spans;
        int cpu = spans.cpu[row];
        long start = spans.startNs[row];
        long end = spans.endNs[row];
        long in = arrives ? switchInNs : 0;
        long total = Math.max(0, of.stolen.left(cpu, start, end) - in - (preempted ? switchOutNs : 0));
        long done = 0;
        int next = from;
        // What it did at the very end of its stay belongs to it.
        while (next < instants.size && instants.tsNs[next] < end) {
            long at = Math.max(done, Math.min(total, of.stolen.left(cpu, start, instants.tsNs[next]) - in));
            if (at > done) {
                program.add(Op.COMPUTE, at - done, 0);
                done = at;
            }
            program.append(instants.op[next], instants.a[next], instants.b[next]);
            next++;
        }
        if (total > done) {
            program.add(Op.COMPUTE, total - done, 0);
        }
        return next;
    }
}
