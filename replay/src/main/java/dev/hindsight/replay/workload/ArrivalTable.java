package dev.hindsight.replay.workload;

import java.util.Arrays;

/**
 * What comes from outside of any program: expiries of PITs, edges that interrupts raise, and interrupts that nobody's
 * wait asks for. The ticks, the scheduler's own timers and kicks between CPUs are the engine's.
 */
final class ArrivalTable {

    private static final long LONGEST_PATH_NS = 20_000_000;

    private final Recorded of;
    private final WaitEnds waits;
    private final IrqKindTable kinds;
    private final PitTable pits;

    private long[] dueNs = new long[64];
    private int[] irq = new int[64];
    private int[] cpu = new int[64];
    private int[] follows = new int[64];
    private int[] line = new int[64];
    private int[] pit = new int[64];
    private int[] wakes = new int[64];
    private int[] edge = new int[64];
    private boolean[] known = new boolean[64];
    private boolean[] shown = new boolean[64];
    private int size;
    private final Arrivals arrivals;
    private final GuestTimers timers;

    ArrivalTable(Recorded of, WaitEnds waits, IrqKindTable kinds, PitTable pits, Instants softirqs) {
        this.of = of;
        this.waits = waits;
        this.kinds = kinds;
        this.pits = pits;
        int[] deliveryOfEdge = deliveriesOfEdges();
        edges(deliveryOfEdge);
        expiries();
        devices();
        for (int i = 0; i < softirqs.size; i++) {
            int thread = (int) softirqs.a[i];
            int before = size;
            add(softirqs.tsNs[i], softirqs.b[i], Math.max(0, of.cpuAt(thread, softirqs.tsNs[i])), -1, -1, -1);
            if (size > before) {
                wakes[before] = thread;
            }
        }
        int[] order = RowOrder.by(dueNs, size);
        long[] dues = RowOrder.take(dueNs, order);
        int[] raises = RowOrder.take(line, order);
        boolean[] dueKnown = new boolean[size];
        boolean[] dueShown = new boolean[size];
        for (int i = 0; i < size; i++) {
            dueKnown[i] = known[order[i]];
            dueShown[i] = shown[order[i]];
        }
        GuestTimerTable table =
                new GuestTimerTable(of, dues, raises, RowOrder.take(edge, order), dueKnown, dueShown, deliveryOfEdge);
        timers = table.timers();
        arrivals = new Arrivals(
                dues,
                RowOrder.take(irq, order),
                RowOrder.take(cpu, order),
                RowOrder.take(follows, order),
                RowOrder.take(wakes, order),
                raises,
                RowOrder.take(pit, order),
                table.afterNs,
                table.passedOver);
    }

    Arrivals arrivals() {
        return arrivals;
    }

    GuestTimers timers() {
        return timers;
    }

    private void add(long due, int kind, int onCpu, int with, int raises, int ofPit) {
        addEdge(due, kind, onCpu, with, raises, ofPit, -1, true, true);
    }

    private void addEdge(
            long due,
            int kind,
            int onCpu,
            int with,
            int raises,
            int ofPit,
            int edgeRow,
            boolean dueKnown,
            boolean dueShown) {
        if (due < of.firstNs || due >= of.lastNs) {
            return;
        }
        if (size == dueNs.length) {
            dueNs = Arrays.copyOf(dueNs, 2 * size);
            irq = Arrays.copyOf(irq, 2 * size);
            cpu = Arrays.copyOf(cpu, 2 * size);
            follows = Arrays.copyOf(follows, 2 * size);
            line = Arrays.copyOf(line, 2 * size);
            pit = Arrays.copyOf(pit, 2 * size);
            wakes = Arrays.copyOf(wakes, 2 * size);
            edge = Arrays.copyOf(edge, 2 * size);
            known = Arrays.copyOf(known, 2 * size);
            shown = Arrays.copyOf(shown, 2 * size);
        }
        wakes[size] = -1;
        edge[size] = edgeRow;
        known[size] = dueKnown;
        shown[size] = dueShown;
        dueNs[size] = due;
        irq[size] = kind;
        cpu[size] = Math.max(0, onCpu);
        follows[size] = with;
        line[size] = raises;
        pit[size++] = ofPit;
    }

    /** Edges that no thread's program has: by interrupts, by a vCPU's own timer, by threads that are not known. */
    private void edges(int[] deliveryOfEdge) {
        EdgeRows edges = of.edges;
        for (int row = 0; row < edges.tsNs.length; row++) {
            int raises = of.lineOfEdge[row];
            boolean byWorker = edges.inTask[row] && edges.by[row] >= 0 && waits.pitWorker[edges.by[row]];
            if (raises < 0 || byWorker || Instants.isOwn(of, row)) {
                continue;
            }
            int expiry = edges.inTask[row] ? -1 : of.expiries.at(edges.cpu[row], edges.tsNs[row]);
            if (expiry >= 0) {
                waits.expiryUsed[expiry] = true;
                if (pits.pitOfExpiry[expiry] >= 0) {
                    continue;
                }
            }
            int irqRow = edges.inTask[row] ? -1 : of.irqs.at(edges.cpu[row], edges.tsNs[row]);
            if (irqRow >= 0 && !of.irqs.isHard(irqRow)) {
                irqRow = kinds.deviceBefore(irqRow);
            }
            boolean device = expiry < 0 && irqRow >= 0 && of.irqs.isDevice(irqRow);
            if (irqRow >= 0) {
                waits.irqUsed[irqRow] = true;
                kinds.made(irqRow, edges.tsNs[row], edges.tsNs[row]);
            }
            boolean timer = Instants.isOwnTimer(of, row);
            long due = edges.tsNs[row];
            boolean isKnown = true;
            boolean isShown = !timer;
            if (device) {
                due = of.irqs.startNs[irqRow];
            } else if (expiry >= 0 && of.expiries.dueNs[expiry] != StoredTable.NULL) {
                due = of.expiries.dueNs[expiry];
                isShown = true;
            } else if (dueOf(deliveryOfEdge[row]) != StoredTable.NULL) {
                due = dueOf(deliveryOfEdge[row]);
                isShown = true;
            } else if (timer && edges.inTask[row] && edges.by[row] >= 0) {
                due = wokenForNs(edges.by[row], due);
                isKnown = due != edges.tsNs[row];
                isShown = isKnown;
            }
            int kind = device ? kinds.kindOf[irqRow] : kinds.timer;
            addEdge(
                    due,
                    kind,
                    edges.cpu[row],
                    timer ? of.lines.vcpuThread()[raises] : -1,
                    raises,
                    -1,
                    row,
                    isKnown,
                    isShown);
        }
    }

    /** When a halted vCPU was woken for what its LAPIC takes only now; the time itself where it had not halted. */
    private long wokenForNs(int thread, long ns) {
        SpanRows spans = of.spans;
        int slept = -1;
        long at = ns;
        for (int row = spans.at(thread, at); row >= 0 && slept < 0; row = spans.at(thread, at)) {
            slept = spans.isSleep(row) ? row : -1;
            at = spans.startNs[row] - 1;
            if (ns - at > LONGEST_PATH_NS) {
                break;
            }
        }
        if (slept < 0 || !waits.isHalt(thread, spans.startNs[slept]) || hasEntered(thread, spans.endNs[slept], ns)) {
            return ns;
        }
        int wake = of.wakes.of(thread, spans.endNs[slept]);
        int irq = wake < 0 || of.wakes.context[wake] == WakeRows.TASK
                ? -1
                : of.irqs.at(of.wakes.wakerCpu[wake], of.wakes.tsNs[wake]);
        return irq < 0 ? spans.endNs[slept] : of.irqs.startNs[irq];
    }

    private boolean hasEntered(int thread, long from, long to) {
        for (int i = of.guestByThread.from[thread]; i < of.guestByThread.from[thread + 1]; i++) {
            long entered = of.guestStartNs[of.guestByThread.row[i]];
            if (entered >= from) {
                return entered < to;
            }
        }
        return false;
    }

    /** The delivery that an edge became, by row of {@code virq_edge}; -1 for one that coalesced. */
    private int[] deliveriesOfEdges() {
        EdgeRows edges = of.edges;
        int[] deliveries = new int[edges.tsNs.length];
        Arrays.fill(deliveries, -1);
        int edgeRow = 0;
        for (int row = 0; row < of.deliveries.assertedNs.length; row++) {
            long ns = of.deliveries.assertedNs[row];
            while (edgeRow < edges.tsNs.length && edges.tsNs[edgeRow] < ns) {
                edgeRow++;
            }
            for (int i = edgeRow; i < edges.tsNs.length && edges.tsNs[i] == ns; i++) {
                if (of.lineOfEdge[i] == of.lineOfDelivery[row]) {
                    deliveries[i] = row;
                }
            }
        }
        return deliveries;
    }

    /** When a delivery was due, unless that is too long before it was asserted to be of the same timer. */
    private long dueOf(int delivery) {
        long due = delivery < 0 ? StoredTable.NULL : of.deliveries.dueNs[delivery];
        boolean near = due != StoredTable.NULL && of.deliveries.assertedNs[delivery] - due < LONGEST_PATH_NS;
        return near ? due : StoredTable.NULL;
    }

    private void expiries() {
        ExpiryRows expiries = of.expiries;
        for (int row = 0; row < expiries.cpu.length; row++) {
            int ofPit = pits.pitOfExpiry[row];
            long due = expiries.dueNs[row] == StoredTable.NULL ? expiries.expiredNs[row] : expiries.dueNs[row];
            if (ofPit >= 0) {
                int raises = pits.pits().get(ofPit).line();
                add(due, kinds.timer, expiries.cpu[row], of.lines.vcpuThread()[raises], -1, ofPit);
            } else if (!waits.expiryUsed[row] && !isScheduler(expiries.function[row])) {
                add(due, kinds.timer, expiries.cpu[row], -1, -1, -1);
            }
        }
    }

    /** Timers of the scheduler: kernel/sched of Linux 4 to 7. */
    private static boolean isScheduler(String function) {
        if (function == null) {
            return false;
        }
        return switch (function) {
            case "sched_rt_period_timer",
                    "dl_task_timer",
                    "inactive_task_timer",
                    "dl_server_timer",
                    "hrtick",
                    "sched_cfs_period_timer",
                    "sched_cfs_slack_timer",
                    "tick_sched_timer",
                    "tick_nohz_handler" -> true;
            default -> false;
        };
    }

    /** Devices' interrupts that end no wait and raise no line cost time. */
    private void devices() {
        IrqRows irqs = of.irqs;
        for (int row = 0; row < irqs.cpu.length; row++) {
            if (irqs.cpu[row] >= 0 && irqs.isDevice(row) && !waits.irqUsed[row]) {
                add(irqs.startNs[row], kinds.kindOf[row], irqs.cpu[row], -1, -1, -1);
            }
        }
    }
}
