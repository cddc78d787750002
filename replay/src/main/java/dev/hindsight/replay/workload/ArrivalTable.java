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
    private int size;

    ArrivalTable(Recorded of, WaitEnds waits, IrqKindTable kinds, PitTable pits) {
        this.of = of;
        this.waits = waits;
        this.kinds = kinds;
        this.pits = pits;
        edges();
        expiries();
        devices();
    }

    private void add(long due, int kind, int onCpu, int with, int raises, int ofPit) {
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
        }
        dueNs[size] = due;
        irq[size] = kind;
        cpu[size] = Math.max(0, onCpu);
        follows[size] = with;
        line[size] = raises;
        pit[size++] = ofPit;
    }

    /** Edges that no thread's program has: by interrupts, by a vCPU's own timer, by threads that are not known. */
    private void edges() {
        EdgeRows edges = of.edges;
        long[] dues = duesOfDeliveries();
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
            if (device) {
                due = of.irqs.startNs[irqRow];
            } else if (expiry >= 0 && of.expiries.dueNs[expiry] != StoredTable.NULL) {
                due = of.expiries.dueNs[expiry];
            } else if (dues[row] != StoredTable.NULL) {
                due = dues[row];
            } else if (timer && edges.inTask[row] && edges.by[row] >= 0) {
                due = wokenForNs(edges.by[row], due);
            }
            int kind = device ? kinds.kindOf[irqRow] : kinds.timer;
            add(due, kind, edges.cpu[row], timer ? of.lines.vcpuThread()[raises] : -1, raises, -1);
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

    /** When the delivery that an edge became was due, by row of {@code virq_edge}. */
    private long[] duesOfDeliveries() {
        EdgeRows edges = of.edges;
        long[] dues = new long[edges.tsNs.length];
        Arrays.fill(dues, StoredTable.NULL);
        int edge = 0;
        for (int row = 0; row < of.deliveries.assertedNs.length; row++) {
            long ns = of.deliveries.assertedNs[row];
            while (edge < edges.tsNs.length && edges.tsNs[edge] < ns) {
                edge++;
            }
            for (int i = edge; i < edges.tsNs.length && edges.tsNs[i] == ns; i++) {
                long due = of.deliveries.dueNs[row];
                boolean near = due != StoredTable.NULL && ns - due < LONGEST_PATH_NS;
                if (near && of.lineOfEdge[i] == of.lineOfDelivery[row]) {
                    dues[i] = due;
                }
            }
        }
        return dues;
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

    Arrivals arrivals() {
        int[] order = RowOrder.by(dueNs, size);
        int[] wakes = new int[size];
        Arrays.fill(wakes, -1);
        return new Arrivals(
                RowOrder.take(dueNs, order),
                RowOrder.take(irq, order),
                RowOrder.take(cpu, order),
                RowOrder.take(follows, order),
                wakes,
                RowOrder.take(line, order),
                RowOrder.take(pit, order));
    }
}
