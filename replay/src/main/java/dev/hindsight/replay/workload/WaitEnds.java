package dev.hindsight.replay.workload;

/**
 * How each recorded wait ended, by the wakeup that ended it.
 *
 * <ul>
 *   <li>By a thread whose program has the wakeup (of ksoftirqd, also in a softirq that it runs): {@link Op#WAIT_WOKEN}, and a {@link Op#WAKE} there; or
 *       {@link Op#WAIT_HELD}, see {@link ContendedWaits}.
 *   <li>By a timer that the sleeper itself set since it began to run, for a time that is on no grid: {@link
 *       Op#WAIT_FOR}, from the block to the time it was set for.
 *   <li>By any other timer: {@link Op#WAIT_UNTIL} that time.
 *   <li>By a device's interrupt, or the softirq right behind one: {@link Op#WAIT_FOR}, up to the interrupt's begin.
 *   <li>By anything else (other softirqs, threads whose program is not known): {@link Op#WAIT_FOR}, up to the wakeup.
 * </ul>
 *
 * A wakeup of a thread that does not sleep ends nothing and is dropped. Those of a halted vCPU and of a PIT's worker are
 * made again by the engine.
 */
final class WaitEnds {

    /** A wakeup that ended no sleep. */
    static final byte NOTHING = 0;
    /** The engine makes it: of a PIT's worker, or of a vCPU that halted. */
    static final byte ENGINE = 1;

    static final byte BY_THREAD = 2;
    /** The first that is known of the wakee, by a thread. */
    static final byte BEGINS = 3;

    static final byte AFTER = 4;
    static final byte AT = 5;

    /** The first that is known of the wakee, not by a thread. */
    static final byte BEGINS_AT = 6;

    /** Of a wakeup row, one of the above. */
    final byte[] how;

    /** AFTER: ns from the block; AT, BEGINS_AT: absolute ns. */
    final long[] valueNs;

    /** Kind of the interrupt that makes it, -1 for none. */
    final int[] irq;

    /** When the sleep began that it ended; the wakeup's own time where it came before the switch. */
    final long[] blockNs;

    /** Rows of {@code irq_span} and {@code timer_expiry} that end a wait. */
    final boolean[] irqUsed;

    final boolean[] expiryUsed;

    /** PIT workers: threads that a timer wakes whose wakeups the engine makes. */
    final boolean[] pitWorker;

    /** Which of the waits that a thread ended ran into what that was at. */
    final ContendedWaits contended;

    private final Recorded of;
    private final IrqKindTable kinds;

    WaitEnds(Recorded of, IrqKindTable kinds) {
        this.of = of;
        this.kinds = kinds;
        int n = of.wakes.tsNs.length;
        how = new byte[n];
        valueNs = new long[n];
        irq = new int[n];
        blockNs = new long[n];
        irqUsed = new boolean[of.irqs.cpu.length];
        expiryUsed = new boolean[of.expiries.cpu.length];
        pitWorker = pitWorkers();
        for (int row = 0; row < n; row++) {
            irq[row] = -1;
            if (of.wakes.wakee[row] >= 0) {
                judge(row);
            }
        }
        contended = new ContendedWaits(of, this);
    }

    /** Workers that some timer wakes; the others are threads as any. */
    private boolean[] pitWorkers() {
        boolean[] worker = new boolean[of.threads.size()];
        WakeRows wakes = of.wakes;
        for (int row = 0; row < wakes.tsNs.length; row++) {
            int wakee = wakes.wakee[row];
            if (wakee >= 0
                    && of.threads.isPitWorker(wakee)
                    && of.threads.vm[wakee] != null
                    && of.expiries.at(wakes.wakerCpu[row], wakes.tsNs[row]) >= 0) {
                worker[wakee] = true;
            }
        }
        return worker;
    }

    private void judge(int row) {
        WakeRows wakes = of.wakes;
        SpanRows spans = of.spans;
        int wakee = wakes.wakee[row];
        long ts = wakes.tsNs[row];
        int first = spans.byThread.from[wakee];
        if (first == spans.byThread.from[wakee + 1]) {
            return;
        }
        if (pitWorker[wakee]) {
            how[row] = ENGINE;
            int expiry = of.expiries.at(wakes.wakerCpu[row], ts);
            if (expiry >= 0) {
                expiryUsed[expiry] = true;
                made(row);
            }
            return;
        }
        int slept = spans.endingAt(wakee, ts);
        boolean begins = spans.startNs[spans.byThread.row[first]] == ts;
        if (slept >= 0 && spans.isSleep(slept)) {
            blockNs[row] = spans.startNs[slept];
        } else if (begins) {
            blockNs[row] = ts;
        } else {
            int running = spans.at(wakee, ts);
            if (running < 0 || spans.state[running] != SpanRows.RUNNING) {
                return;
            }
            int after = spans.at(wakee, spans.endNs[running]);
            if (after < 0
                    || spans.state[after] != SpanRows.WOKEN
                    || of.wakes.lastOf(wakee, ts, spans.endNs[running]) != row) {
                return;
            }
            blockNs[row] = spans.endNs[running];
        }
        if (!begins && isHalt(wakee, blockNs[row])) {
            how[row] = ENGINE;
            int at = of.irqs.at(wakes.wakerCpu[row], ts);
            if (wakes.context[row] != WakeRows.TASK && at >= 0) {
                irqUsed[at] = true;
            }
            return;
        }
        end(row, wakee, ts);
        if (begins) {
            valueNs[row] =
                    how[row] == AT ? Math.min(ts, valueNs[row]) : how[row] == AFTER ? blockNs[row] + valueNs[row] : ts;
            how[row] = how[row] == BY_THREAD ? BEGINS : BEGINS_AT;
        }
    }

    private void end(int row, int wakee, long ts) {
        WakeRows wakes = of.wakes;
        int cpu = wakes.wakerCpu[row];
        int waker = wakes.waker[row];
        int softirq = wakes.context[row] == WakeRows.SOFTIRQ ? of.irqs.at(cpu, ts) : -1;
        boolean bySoftirqThread = wakes.context[row] == WakeRows.SOFTIRQ
                && (of.threads.isKsoftirqd(waker) || softirq >= 0 && of.irqs.inThread[softirq]);
        if (wakes.context[row] == WakeRows.TASK || bySoftirqThread) {
            int running = waker < 0 || pitWorker[waker] ? -1 : of.spans.at(waker, ts);
            if (running >= 0 && of.spans.state[running] == SpanRows.RUNNING) {
                how[row] = BY_THREAD;
                return;
            }
            after(row, ts, -1);
            return;
        }
        int expiry = of.expiries.at(cpu, ts);
        if (expiry >= 0) {
            expiryUsed[expiry] = true;
            made(row);
            timer(row, wakee, expiry);
            return;
        }
        int irqRow = of.irqs.at(cpu, ts);
        if (irqRow >= 0 && !of.irqs.isHard(irqRow)) {
            irqRow = of.irqs.name[irqRow].equals("TIMER") ? -1 : kinds.deviceBefore(irqRow);
        }
        if (irqRow >= 0 && of.irqs.isDevice(irqRow)) {
            int kind = irqUsed[irqRow] ? -1 : kinds.kindOf[irqRow];
            irqUsed[irqRow] = true;
            made(row);
            after(row, kind < 0 ? ts : of.irqs.startNs[irqRow], kind);
        } else {
            after(row, ts, -1);
        }
    }

    private void after(int row, long ns, int kind) {
        how[row] = AFTER;
        valueNs[row] = Math.max(0, ns - blockNs[row]);
        irq[row] = kind;
    }

    private void timer(int row, int wakee, int expiry) {
        ExpiryRows expiries = of.expiries;
        long due = expiries.dueNs[expiry] == StoredTable.NULL ? expiries.expiredNs[expiry] : expiries.dueNs[expiry];
        boolean own = expiries.armedBy[expiry] == wakee && expiries.armedNs[expiry] != StoredTable.NULL;
        boolean unseen = expiries.armedNs[expiry] == StoredTable.NULL && expiries.is(expiry, "hrtimer_wakeup");
        if ((own && isSinceItRan(wakee, expiries.armedNs[expiry], blockNs[row]) || unseen)
                && !expiries.onGrid[expiry]) {
            after(row, due, kinds.timer);
        } else {
            how[row] = AT;
            valueNs[row] = due;
            irq[row] = kinds.timer;
        }
    }

    /** Whether a time is in the stay on a CPU that ended with a block, or in those that it was preempted from. */
    private boolean isSinceItRan(int thread, long ns, long block) {
        SpanRows spans = of.spans;
        int slept = spans.at(thread, ns);
        if (ns > block || slept >= 0 && spans.isSleep(slept)) {
            return false;
        }
        // Nothing but running and waiting for a CPU lies between.
        int at = spans.at(thread, block - 1);
        int place = at < 0 ? -1 : placeOf(thread, spans.startNs[at]);
        for (int i = place; i >= spans.byThread.from[thread]; i--) {
            int row = spans.byThread.row[i];
            if (spans.isSleep(row)) {
                return false;
            }
            if (spans.startNs[row] <= ns) {
                return true;
            }
        }
        return false;
    }

    private int placeOf(int thread, long startNs) {
        SpanRows spans = of.spans;
        int low = spans.byThread.from[thread];
        int high = spans.byThread.from[thread + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (spans.startNs[spans.byThread.row[middle]] < startNs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void made(int row) {
        int irqRow = of.irqs.at(of.wakes.wakerCpu[row], of.wakes.tsNs[row]);
        if (irqRow >= 0) {
            kinds.made(irqRow, of.wakes.tsNs[row], of.wakes.tsNs[row] + of.wakes.delayNs(row));
        }
    }

    /** Whether a vCPU's sleep is the halt of its guest: it has not entered since it exited for that. */
    boolean isHalt(int thread, long sinceNs) {
        ExitRows exits = of.exits;
        int from = exits.byThread.from[thread];
        int to = exits.byThread.from[thread + 1];
        if (from == to || !takesInterrupts(thread)) {
            return false;
        }
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (exits.startNs[exits.byThread.row[middle]] <= sinceNs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == from) {
            return false;
        }
        int row = exits.byThread.row[low - 1];
        return exits.isHalt(row) && (exits.endNs[row] == StoredTable.NULL || exits.endNs[row] > sinceNs);
    }

    /** Whether the recording shows interrupts that a vCPU's guest takes. */
    boolean takesInterrupts(int thread) {
        int[] vcpuThread = of.lines.vcpuThread();
        for (int line : vcpuThread) {
            if (line == thread) {
                return true;
            }
        }
        return false;
    }
}
