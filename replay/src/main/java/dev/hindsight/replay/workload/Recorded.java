package dev.hindsight.replay.workload;

import dev.hindsight.replay.timeline.TimelineTables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables of a timeline as the extraction reads them: columns by row, threads by index. */
final class Recorded {

    /** CPUs are masks of a long. */
    private static final int MOST_CPUS = 64;

    /** Interrupts between vCPUs that tell whether these wait for each other. */
    private static final int OFTEN = 50;

    /** HZ=250, where a recording shows no tick. */
    private static final long USUAL_TICK_NS = 4_000_000;

    final int cpus;
    /** Whether the kernel is PREEMPT_RT. */
    final boolean isRealtime;

    final long firstNs;
    final long lastNs;
    final long tickNs;
    final ThreadRows threads;
    final SpanRows spans;
    final MappedProcess mapped;
    final WakeRows wakes;
    final IrqRows irqs;
    final ExpiryRows expiries;
    final EdgeRows edges;
    final DeliveryRows deliveries;
    final ExitRows exits;
    final Workload.Gaps gaps;
    /** Interrupts, softirqs but those that ksoftirqd runs, and gaps. */
    final StolenTime stolen;
    /** Threads that run: what is left of a CPU's time is idle. */
    final StolenTime busy;
    /** When CPUs did not run at all, see {@link FrozenTimes}; and the same by CPU. */
    final Workload.Gaps frozen;

    private final StolenTime standing;

    final Lines lines;
    /** Line of each edge and each delivery, -1 for one whose vCPU has no thread. */
    final int[] lineOfEdge;

    final int[] lineOfDelivery;

    final List<String> markers = new ArrayList<>();
    final long[] markerNs;
    final int[] markerThread;
    final int[] markerKind;
    final long[] markerValue;

    /** The monitor's user code, by thread: {@code vcpu_span} of state vmm. */
    final long[] vmmStartNs;

    final long[] vmmEndNs;
    final Groups vmmByThread;

    /** Guest begins of {@code vcpu_span} whose exit is the first that the recording has. */
    final long[] guestStartNs;

    final Groups guestByThread;

    /** What the guests' own recordings tell. */
    final GuestTurnRows guestTurns;

    /** By the longest poll that ended before a vCPU slept, 0 for none. */
    final long haltPollNs;

    Recorded(TimelineStore store, MachineFacts facts) {
        StoredTable cpu = new StoredTable(store, TimelineTables.CPU);
        int[] cpuNumber = cpu.ints("cpu", -1);
        int highest = facts.cpus() - 1;
        for (int number : cpuNumber) {
            highest = Math.max(highest, number);
        }
        cpus = Math.max(1, Math.min(MOST_CPUS, highest + 1));
        firstNs = firstNs(facts, cpu.longs("first_ns"));
        lastNs = Math.max(firstNs + 1, facts.lastNs());
        tickNs = tickNs(cpu.longs("tick_ns"));
        threads = new ThreadRows(store);
        spans = new SpanRows(store, threads.index, threads.size(), cpus, firstNs);
        mapped = new MappedProcess(spans, threads, cpus);
        wakes = new WakeRows(store, threads.index, threads.size(), cpus);
        irqs = new IrqRows(store, threads.index, cpus);
        isRealtime = Softirqs.isRealtime(facts.kernel());
        irqs.findInThread(threads, isRealtime);
        expiries = new ExpiryRows(store, threads.index, cpus);
        edges = new EdgeRows(store, threads.index, threads.size(), cpus);
        deliveries = new DeliveryRows(store);
        exits = new ExitRows(store, threads.index, threads.size());
        gaps = gaps(store);
        stolen = stolen();
        busy = busy();
        frozen = FrozenTimes.of(this);
        standing = new StolenTime(cpus, frozen.cpu(), frozen.startNs(), frozen.endNs());

        LineTable lineTable = new LineTable(threads);
        lineOfEdge = new int[edges.tsNs.length];
        for (int i = 0; i < lineOfEdge.length; i++) {
            lineOfEdge[i] = lineTable.line(edges.vm[i], edges.vcpu[i], edges.source[i], edges.irq[i], -1);
        }
        lineOfDelivery = new int[deliveries.assertedNs.length];
        for (int i = 0; i < lineOfDelivery.length; i++) {
            lineOfDelivery[i] = lineTable.line(
                    deliveries.vm[i],
                    deliveries.vcpu[i],
                    deliveries.source[i],
                    deliveries.irq[i],
                    deliveries.vector[i]);
        }
        lines = lineTable.lines();
        findAwaited();

        StoredTable marker = new StoredTable(store, TimelineTables.MARKER);
        int[] order = RowOrder.by(marker.longs("ts_ns"));
        markerNs = RowOrder.take(marker.longs("ts_ns"), order);
        markerValue = RowOrder.take(marker.longs("value"), order);
        markerThread =
                vcpuThreads(RowOrder.take(marker.texts("vm"), order), RowOrder.take(marker.ints("vcpu", -1), order));
        markerKind = markerKinds(RowOrder.take(marker.texts("kind"), order));

        StoredTable vcpuSpan = new StoredTable(store, TimelineTables.VCPU_SPAN);
        int[] spanOrder = RowOrder.by(vcpuSpan.longs("start_ns"));
        String[] state = RowOrder.take(vcpuSpan.texts("state"), spanOrder);
        int[] of = RowOrder.take(threads.index.of(vcpuSpan.ints("tid", -1)), spanOrder);
        vmmStartNs = RowOrder.take(vcpuSpan.longs("start_ns"), spanOrder);
        vmmEndNs = RowOrder.take(vcpuSpan.longs("end_ns"), spanOrder);
        guestStartNs = vmmStartNs;
        vmmByThread = new Groups(only("vmm", state, of), threads.size());
        guestByThread = new Groups(only("guest", state, of), threads.size());
        guestTurns = new GuestTurnRows(store, threads);
        haltPollNs = haltPollNs(store);
    }

    /**
     * A line on which vCPUs interrupt another often, and hardly ever twice before it takes the first, is one that they wait
     * for: without that, many would come too early.
     */
    private void findAwaited() {
        int[] sent = new int[lines.size()];
        int[] coalesced = new int[lines.size()];
        for (int edge = 0; edge < lineOfEdge.length; edge++) {
            int line = lineOfEdge[edge];
            int by = edges.by[edge];
            boolean between = line >= 0 && by >= 0 && by != lines.vcpuThread()[line] && threads.isVcpu(by);
            if (between && edges.inTask[edge]) {
                sent[line]++;
            }
        }
        for (int delivery = 0; delivery < lineOfDelivery.length; delivery++) {
            if (lineOfDelivery[delivery] >= 0) {
                coalesced[lineOfDelivery[delivery]] += deliveries.coalesced[delivery];
            }
        }
        for (int line = 0; line < sent.length; line++) {
            lines.awaited()[line] = sent[line] >= OFTEN && coalesced[line] * OFTEN <= sent[line];
        }
    }

    /** Whether a wakeup was left to the wakee's CPU, which queued it in an interrupt that another CPU asked for. */
    boolean isQueuedByTarget(int wake) {
        int cpu = wakes.cpu[wake];
        if (cpu < 0 || cpu >= cpus || cpu == wakes.wakerCpu[wake] || wakes.enqueuedNs[wake] == StoredTable.NULL) {
            return false;
        }
        int irq = irqs.at(cpu, wakes.enqueuedNs[wake]);
        return irq >= 0 && irqs.isKick(irq) && irqs.startNs[irq] >= wakes.tsNs[wake];
    }

    /** Time from a wakeup to the thread's being queued, without what its CPU stood still that was to do this. */
    long queueingNs(int wake) {
        long delay = wakes.delayNs(wake);
        if (delay == 0 || !isQueuedByTarget(wake)) {
            return delay;
        }
        return standing.left(wakes.cpu[wake], wakes.tsNs[wake], wakes.enqueuedNs[wake]);
    }

    /** The CPU of the first span of a thread that begins at a time or after it and has one, -1 for none. */
    int cpuAt(int thread, long ns) {
        for (int i = spans.byThread.from[thread]; i < spans.byThread.from[thread + 1]; i++) {
            int row = spans.byThread.row[i];
            if (spans.endNs[row] > ns && spans.cpu[row] >= 0) {
                return spans.cpu[row];
            }
        }
        return -1;
    }

    private static int[] only(String wanted, String[] state, int[] of) {
        int[] thread = of.clone();
        for (int i = 0; i < thread.length; i++) {
            if (!wanted.equals(state[i])) {
                thread[i] = -1;
            }
        }
        return thread;
    }

    /** Where all CPUs that show events have begun to, unless one was idle for long: those slept, and were covered. */
    private static long firstNs(MachineFacts facts, long[] firsts) {
        long latest = facts.firstNs();
        long bound = facts.firstNs() + (facts.lastNs() - facts.firstNs()) / 20;
        for (long first : firsts) {
            if (first != StoredTable.NULL && first <= bound) {
                latest = Math.max(latest, first);
            }
        }
        return latest;
    }

    private static long tickNs(long[] periods) {
        long shortest = Long.MAX_VALUE;
        for (long period : periods) {
            if (period > 0) {
                shortest = Math.min(shortest, period);
            }
        }
        return shortest == Long.MAX_VALUE ? USUAL_TICK_NS : shortest;
    }

    private Workload.Gaps gaps(TimelineStore store) {
        StoredTable table = new StoredTable(store, TimelineTables.GAP_SPAN);
        int[] order = RowOrder.by(table.longs("start_ns"));
        int[] cpu = RowOrder.take(table.ints("cpu", -1), order);
        long[] start = RowOrder.take(table.longs("start_ns"), order);
        long[] end = RowOrder.take(table.longs("end_ns"), order);
        int size = 0;
        for (int i = 0; i < cpu.length; i++) {
            if (cpu[i] >= 0 && cpu[i] < cpus && end[i] > start[i]) {
                cpu[size] = cpu[i];
                start[size] = start[i];
                end[size++] = end[i];
            }
        }
        return new Workload.Gaps(Arrays.copyOf(cpu, size), Arrays.copyOf(start, size), Arrays.copyOf(end, size));
    }

    private StolenTime stolen() {
        int n = irqs.cpu.length;
        int[] cpu = Arrays.copyOf(irqs.cpu, n + gaps.cpu().length);
        for (int row = 0; row < n; row++) {
            // What a thread runs of softirqs is its own demand.
            cpu[row] = irqs.inThread[row] ? -1 : cpu[row];
        }
        long[] start = Arrays.copyOf(irqs.startNs, cpu.length);
        long[] end = Arrays.copyOf(irqs.endNs, cpu.length);
        System.arraycopy(gaps.cpu(), 0, cpu, n, gaps.cpu().length);
        System.arraycopy(gaps.startNs(), 0, start, n, gaps.cpu().length);
        System.arraycopy(gaps.endNs(), 0, end, n, gaps.cpu().length);
        return new StolenTime(cpus, cpu, start, end);
    }

    private StolenTime busy() {
        int[] cpu = new int[spans.cpu.length];
        for (int i = 0; i < cpu.length; i++) {
            cpu[i] = spans.state[i] == SpanRows.RUNNING && spans.thread[i] >= 0 ? spans.cpu[i] : -1;
        }
        return new StolenTime(cpus, cpu, spans.startNs, spans.endNs);
    }

    private int[] vcpuThreads(String[] vm, int[] vcpu) {
        int[] thread = new int[vm.length];
        Map<String, Integer> known = new HashMap<>();
        for (int i = 0; i < thread.length; i++) {
            String machine = vm[i];
            int number = vcpu[i];
            thread[i] = machine == null
                    ? -1
                    : known.computeIfAbsent(machine + '/' + number, key -> threads.ofVcpu(machine, number));
        }
        return thread;
    }

    private int[] markerKinds(String[] kind) {
        int[] index = new int[kind.length];
        for (int i = 0; i < kind.length; i++) {
            index[i] = markers.indexOf(kind[i]);
            if (index[i] < 0) {
                index[i] = markers.size();
                markers.add(kind[i]);
            }
        }
        return index;
    }

    private static long haltPollNs(TimelineStore store) {
        StoredTable table = new StoredTable(store, TimelineTables.HALT_POLL);
        long[] poll = table.longs("poll_ns");
        String[] outcome = table.texts("outcome");
        boolean polls = false;
        long longest = 0;
        for (int i = 0; i < poll.length; i++) {
            polls |= "poll".equals(outcome[i]);
            longest = Math.max(longest, poll[i] == StoredTable.NULL ? 0 : poll[i]);
        }
        return polls ? longest : 0;
    }
}
