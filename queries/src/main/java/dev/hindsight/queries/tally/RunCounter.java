package dev.hindsight.queries.tally;

import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.StoredTable;
import dev.hindsight.replay.workload.TimelineStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts one run's timeline. */
public final class RunCounter {

    /** Tables that are read. */
    public static final Set<String> TABLES = Set.of(
            "cpu",
            "thread",
            "vm",
            "thread_span",
            "irq_span",
            "vcpu_span",
            "vm_exit",
            "virq",
            "job",
            "lost_span",
            "guest_span");

    /** Roles that have no thread, by kind of hold. */
    private static final String[] KIND_ROLES = {
        "hardirq", "softirq", null, null, null, null, null, "idle", "lost", "unknown"
    };

    private final TimelineStore rows;
    private final Long sloNs;
    private final Map<Integer, Integer> threadRow = new HashMap<>();
    private String[] roles;
    private String[] vms;
    private final Map<String, String> labels = new HashMap<>();
    private int[] cpus;
    private long firstNs = Long.MAX_VALUE;
    private long lastNs = Long.MIN_VALUE;
    private Holds[] holds;

    private RunCounter(TimelineStore rows, Long sloNs) {
        this.rows = rows;
        this.sloNs = sloNs;
    }

    /**
     * Counts a run.
     *
     * @param rows its {@link #TABLES}
     * @param sloNs longest good response, null for none
     */
    public static RunTally count(TimelineStore rows, Long sloNs) {
        RunCounter counter = new RunCounter(rows, sloNs);
        counter.threads();
        counter.labels();
        if (!counter.frame()) {
            return new RunTally(0, 0, List.of(), List.of(), List.of(), new WasteTally(0, 0, 0, 0, 0, false));
        }
        counter.sweep();
        return new RunTally(
                counter.lastNs - counter.firstNs,
                counter.cpus.length,
                counter.lines(),
                counter.jobs(),
                counter.uses(),
                counter.waste());
    }

    private void threads() {
        StoredTable thread = new StoredTable(rows, TimelineTables.THREAD);
        int[] tid = thread.ints("tid", -1);
        roles = thread.texts("role");
        vms = thread.texts("vm");
        for (int row = 0; row < tid.length; row++) {
            threadRow.put(tid[row], row);
        }
    }

    /** As {@code vm_label.sql} has them. */
    private void labels() {
        StoredTable vm = new StoredTable(rows, TimelineTables.VM);
        String[] key = vm.texts("vm");
        String[] name = vm.texts("name");
        int[] pid = vm.ints("pid", Integer.MIN_VALUE);
        List<Integer> order = new ArrayList<>();
        for (int row = 0; row < key.length; row++) {
            order.add(row);
        }
        order.sort(Comparator.comparing((Integer row) -> name[row])
                .thenComparing(row -> pid[row])
                .thenComparing(row -> key[row]));
        Map<String, Integer> seen = new HashMap<>();
        for (int row : order) {
            int place = seen.merge(name[row], 1, Integer::sum);
            labels.put(key[row], place == 1 ? name[row] : name[row] + "#" + place);
        }
    }

    private String label(String vm) {
        return vm == null ? null : labels.getOrDefault(vm, vm);
    }

    private boolean frame() {
        StoredTable cpu = new StoredTable(rows, TimelineTables.CPU);
        cpus = cpu.ints("cpu", -1);
        long[] first = cpu.longs("first_ns");
        long[] last = cpu.longs("last_ns");
        for (int row = 0; row < cpus.length; row++) {
            if (first[row] != ColumnData.NULL) {
                firstNs = Math.min(firstNs, first[row]);
            }
            if (last[row] != ColumnData.NULL) {
                lastNs = Math.max(lastNs, last[row]);
            }
        }
        return firstNs <= lastNs;
    }

    private static int most(int[]... columns) {
        int most = -1;
        for (int[] column : columns) {
            for (int value : column) {
                most = Math.max(most, value);
            }
        }
        return most;
    }

    private void sweep() {
        int size = most(cpus) + 1;
        Spans[][] layers = new Spans[5][size];
        for (Spans[] layer : layers) {
            Arrays.setAll(layer, cpu -> new Spans());
        }
        threadLayer(layers[0]);
        vcpuLayer(layers[1]);
        StoredTable irq = new StoredTable(rows, TimelineTables.IRQ_SPAN);
        byte[] soft = irq.codes("kind", kind -> "softirq".equals(kind) ? 1 : 0);
        int[] irqCpu = irq.ints("cpu", -1);
        long[] irqStart = irq.longs("start_ns");
        long[] irqEnd = irq.longs("end_ns");
        for (int row = 0; row < irq.rows(); row++) {
            add(layers[soft[row] == 1 ? 2 : 3], irqCpu[row], irqStart[row], irqEnd[row], 0);
        }
        StoredTable lost = new StoredTable(rows, TimelineTables.LOST_SPAN);
        int[] lostCpu = lost.ints("cpu", -1);
        long[] lostStart = lost.longs("start_ns");
        long[] lostEnd = lost.longs("end_ns");
        for (int row = 0; row < lost.rows(); row++) {
            add(layers[4], lostCpu[row], lostStart[row], lostEnd[row], 0);
        }
        holds = new Holds[size];
        for (int cpu : cpus) {
            holds[cpu] = Holds.of(
                    layers[0][cpu], layers[1][cpu], layers[2][cpu], layers[3][cpu], layers[4][cpu], firstNs, lastNs);
        }
    }

    private static void add(Spans[] layer, int cpu, long startNs, long endNs, long owner) {
        if (cpu >= 0 && cpu < layer.length) {
            layer[cpu].add(startNs, endNs, owner);
        }
    }

    private void threadLayer(Spans[] layer) {
        StoredTable span = new StoredTable(rows, TimelineTables.THREAD_SPAN);
        byte[] running = span.codes("state", state -> "running".equals(state) ? 1 : 0);
        int[] cpu = span.ints("cpu", -1);
        int[] tid = span.ints("tid", -1);
        int[] prio = span.ints("prio", Holds.ABSENT);
        long[] start = span.longs("start_ns");
        long[] end = span.longs("end_ns");
        for (int row = 0; row < span.rows(); row++) {
            if (running[row] == 1) {
                add(layer, cpu[row], start[row], end[row], Holds.threadOwner(tid[row], prio[row]));
            }
        }
    }

    private void vcpuLayer(Spans[] layer) {
        StoredTable span = new StoredTable(rows, TimelineTables.VCPU_SPAN);
        byte[] state = span.codes("state", name -> switch (name) {
            case "guest" -> 0;
            case "exit" -> 1;
            case "halt_poll" -> 2;
            case "vmm" -> 3;
            default -> -1;
        });
        int[] cpu = span.ints("cpu", -1);
        int[] tid = span.ints("tid", -1);
        long[] start = span.longs("start_ns");
        long[] end = span.longs("end_ns");
        for (int row = 0; row < span.rows(); row++) {
            if (state[row] >= 0) {
                add(layer, cpu[row], start[row], end[row], Holds.vcpuOwner(tid[row], state[row]));
            }
        }
    }

    private List<LineTally> lines() {
        StoredTable virq = new StoredTable(rows, TimelineTables.VIRQ);
        String[] vm = virq.texts("vm");
        int[] vcpu = virq.ints("vcpu", -1);
        String[] source = virq.texts("source");
        int[] irq = virq.ints("irq", -1);
        long[] asserted = virq.longs("asserted_ns");
        long[] handled = virq.longs("handled_ns");
        long[] entered = virq.longs("entered_ns");
        int[] coalesced = virq.ints("coalesced", -1);
        int[] lost = virq.ints("lost", -1);
        Map<List<Object>, List<Integer>> byLine = new HashMap<>();
        for (int row = 0; row < virq.rows(); row++) {
            byLine.computeIfAbsent(List.of(vm[row], vcpu[row], source[row], irq[row]), l -> new ArrayList<>())
                    .add(row);
        }
        List<LineTally> lines = new ArrayList<>();
        for (List<Integer> of : byLine.values()) {
            Quantiles responses = new Quantiles();
            long coalescedSum = 0;
            long lostSum = 0;
            long unhandled = 0;
            long[] end = ResponseEnd.isEntry(of, entered, handled) ? entered : handled;
            for (int row : of) {
                coalescedSum += coalesced[row];
                if (lost[row] == 1) {
                    lostSum++;
                } else if (end[row] == ColumnData.NULL) {
                    unhandled++;
                } else if (end[row] >= asserted[row]) {
                    responses.add(end[row] - asserted[row]);
                }
            }
            responses.sort();
            int any = of.get(0);
            lines.add(new LineTally(
                    label(vm[any]),
                    vcpu[any],
                    source[any],
                    irq[any],
                    responses.size(),
                    coalescedSum,
                    unhandled,
                    lostSum,
                    responses.rounded(0.5),
                    responses.rounded(0.9),
                    responses.rounded(0.99),
                    responses.rounded(0.999),
                    responses.max(),
                    sloNs == null ? null : (Long) responses.over(sloNs)));
        }
        lines.sort(Comparator.comparing(LineTally::vm)
                .thenComparing(LineTally::vcpu)
                .thenComparing(LineTally::source)
                .thenComparing(LineTally::irq));
        return lines;
    }

    private List<JobTally> jobs() {
        StoredTable job = new StoredTable(rows, TimelineTables.JOB);
        String[] marker = job.texts("marker");
        String[] vm = job.texts("vm");
        int[] vcpu = job.ints("vcpu", -1);
        long[] start = job.longs("start_ns");
        long[] end = job.longs("end_ns");
        int[] lost = job.ints("lost", -1);
        Map<List<Object>, List<Integer>> byMarker = new HashMap<>();
        for (int row = 0; row < job.rows(); row++) {
            byMarker.computeIfAbsent(Arrays.asList(marker[row], vm[row], vcpu[row]), m -> new ArrayList<>())
                    .add(row);
        }
        List<JobTally> jobs = new ArrayList<>();
        for (List<Integer> of : byMarker.values()) {
            of.sort(Comparator.comparingLong(row -> start[row]));
            Quantiles durations = new Quantiles();
            Quantiles periods = new Quantiles();
            for (int i = 0; i < of.size(); i++) {
                int row = of.get(i);
                if (lost[row] != 1) {
                    durations.add(end[row] - start[row]);
                    if (i > 0) {
                        periods.add(start[row] - start[of.get(i - 1)]);
                    }
                }
            }
            durations.sort();
            periods.sort();
            int any = of.get(0);
            Double period = periods.exact(0.5);
            jobs.add(new JobTally(
                    marker[any],
                    label(vm[any]),
                    vcpu[any] < 0 ? null : (Long) (long) vcpu[any],
                    durations.size(),
                    durations.rounded(0.5),
                    durations.rounded(0.9),
                    durations.rounded(0.99),
                    durations.max(),
                    sloNs == null ? null : (Long) durations.over(sloNs),
                    period == null ? 0 : durations.over(period)));
        }
        jobs.sort(Comparator.comparing(JobTally::marker)
                .thenComparing(JobTally::vm, Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(JobTally::vcpu, Comparator.nullsLast(Comparator.naturalOrder())));
        return jobs;
    }

    private String role(int tid) {
        Integer row = threadRow.get(tid);
        return row == null || roles[row] == null ? "unknown" : roles[row];
    }

    private List<UseTally> uses() {
        Map<Integer, long[]> byTid = new HashMap<>();
        long[] others = new long[Holds.KINDS];
        boolean[] seen = new boolean[Holds.KINDS];
        int lastTid = Integer.MIN_VALUE;
        long[] lastSums = null;
        for (int cpu : cpus) {
            Holds of = holds[cpu];
            for (int i = 0; i < of.size(); i++) {
                int kind = of.kind(i);
                long ns = of.endNs(i) - of.startNs(i);
                if (!Holds.isThreads(kind)) {
                    others[kind] += ns;
                    seen[kind] = true;
                } else {
                    if (of.tid(i) != lastTid) {
                        lastTid = of.tid(i);
                        lastSums = byTid.computeIfAbsent(lastTid, t -> new long[Holds.KINDS]);
                    }
                    lastSums[kind] += ns;
                }
            }
        }
        Map<List<Object>, long[]> byRole = new HashMap<>();
        long background = 0;
        for (Map.Entry<Integer, long[]> of : byTid.entrySet()) {
            Integer row = threadRow.get(of.getKey());
            String vm = row == null ? null : label(vms[row]);
            String role = role(of.getKey());
            long[] sums = byRole.computeIfAbsent(Arrays.asList(role, vm), r -> new long[Holds.KINDS]);
            for (int kind = 0; kind < Holds.KINDS; kind++) {
                sums[kind] += of.getValue()[kind];
                background += role.equals("user") && vm == null ? of.getValue()[kind] : 0;
            }
        }
        for (int kind = 0; kind < Holds.KINDS; kind++) {
            if (seen[kind]) {
                byRole.computeIfAbsent(Arrays.asList(KIND_ROLES[kind], null), r -> new long[Holds.KINDS])[kind] +=
                        others[kind];
            }
        }
        List<UseTally> uses = new ArrayList<>();
        byRole.forEach((names, sums) -> uses.add(new UseTally(
                (String) names.get(0),
                (String) names.get(1),
                Arrays.stream(sums).sum(),
                sums[Holds.GUEST],
                sums[Holds.EXIT],
                sums[Holds.HALT_POLL])));
        uses.sort(Comparator.comparingLong((UseTally use) -> -use.ns())
                .thenComparing(UseTally::role)
                .thenComparing(UseTally::vm, Comparator.nullsLast(Comparator.naturalOrder())));
        uses.add(0, new UseTally("background", null, background, 0, 0, 0));
        return uses;
    }

    private WasteTally waste() {
        long haltPoll = 0;
        long exit = 0;
        for (int cpu : cpus) {
            Holds of = holds[cpu];
            for (int i = 0; i < of.size(); i++) {
                haltPoll += of.kind(i) == Holds.HALT_POLL ? of.endNs(i) - of.startNs(i) : 0;
                exit += of.kind(i) == Holds.EXIT ? of.endNs(i) - of.startNs(i) : 0;
            }
        }
        Map<Integer, String> parties = Shields.parties(threadRow, roles, vms);
        ThreadWaits waits = waits(parties);
        Shields shields = new Shields(holds, parties, waits, lastNs - firstNs);
        GuestIdleness idleness = GuestIdleness.of(rows);
        Spans[] spinning = new Spans[holds.length];
        Arrays.setAll(spinning, cpu -> new Spans());
        for (GuestIdleness.MarkedVcpu vcpu : idleness.marked()) {
            WasteTally.addSpinning(holds, vcpu.tid(), vcpu.busy(), spinning);
        }
        long[] spin = new long[2];
        long shieldedIdle = 0;
        for (int cpu : cpus) {
            WasteTally.addContention(spinning[cpu], waits.of(cpu), spin);
            if (shields.isShielded(cpu)) {
                shieldedIdle += WasteTally.shieldedIdleNs(holds[cpu], WasteTally.but(waits, cpu));
            }
        }
        long pause = WasteTally.pauseNs(holds, idleness.pausesByTid());
        return new WasteTally(spin[0], shieldedIdle, haltPoll, exit - pause, spin[1] + pause, idleness.blind());
    }

    private ThreadWaits waits(Map<Integer, String> parties) {
        StoredTable span = new StoredTable(rows, TimelineTables.THREAD_SPAN);
        int[] tid = span.ints("tid", -1);
        byte[] state = span.codes("state", name -> name.startsWith("runnable") ? 1 : 0);
        boolean[] runnable = new boolean[state.length];
        for (int row = 0; row < state.length; row++) {
            runnable[row] = state[row] == 1;
        }
        long[] start = span.longs("start_ns");
        long[] end = span.longs("end_ns");
        return ThreadWaits.of(
                byThread(tid, start, end),
                tid,
                span.ints("cpu", -1),
                start,
                end,
                runnable,
                span.ints("prio", Holds.ABSENT),
                parties);
    }

    /** Rows of all threads but the idle ones, thread by thread, each in order of begin and end. */
    private static int[] byThread(int[] tid, long[] start, long[] end) {
        Map<Integer, int[]> rowsOf = new TreeMap<>();
        Map<Integer, Integer> sizes = new HashMap<>();
        for (int t : tid) {
            if (t != 0) {
                sizes.merge(t, 1, Integer::sum);
            }
        }
        sizes.forEach((t, size) -> rowsOf.put(t, new int[size]));
        Map<Integer, Integer> filled = new HashMap<>();
        int all = 0;
        for (int row = 0; row < tid.length; row++) {
            if (tid[row] != 0) {
                int[] of = rowsOf.get(tid[row]);
                int at = filled.merge(tid[row], 1, Integer::sum) - 1;
                while (at > 0
                        && (start[of[at - 1]] > start[row]
                                || start[of[at - 1]] == start[row] && end[of[at - 1]] > end[row])) {
                    of[at] = of[at - 1];
                    at--;
                }
                of[at] = row;
                all++;
            }
        }
        int[] order = new int[all];
        int next = 0;
        for (int[] of : rowsOf.values()) {
            System.arraycopy(of, 0, order, next, of.length);
            next += of.length;
        }
        return order;
    }
}
