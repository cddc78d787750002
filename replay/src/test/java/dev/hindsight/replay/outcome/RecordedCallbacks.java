package dev.hindsight.replay.outcome;

import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Takes a recorded timeline apart into the callbacks that an engine would make, had it decided as recorded. */
final class RecordedCallbacks {

    /** What comes first of what happens in the same nanosecond. */
    private enum Order {
        IRQ_END,
        PRIORITY,
        WAKING,
        WAKEUP,
        MIGRATED,
        EXIT,
        HALT,
        EDGE,
        SWITCH,
        HALT_END,
        MONITOR,
        HANDLED,
        INJECTED,
        ACK,
        ENTRY,
        MARKER,
        IRQ_BEGIN
    }

    private record Callback(long ns, Order order, long within, Consumer<ReplayedTimeline> call) {}

    private final SmallWorkload workload = new SmallWorkload();
    private final Map<Long, Integer> threadByTid = new HashMap<>();
    private final Map<String, Integer> threadByVcpu = new HashMap<>();
    private final List<Callback> callbacks = new ArrayList<>();
    private final Set<Long> beganUnseen = new HashSet<>();
    private final long lastNs;
    private final long firstNs;
    private final int cpus;

    RecordedCallbacks(Tables recorded) {
        List<Map<String, Object>> cpuRows = recorded.rows(TimelineTables.CPU);
        cpus = cpuRows.size();
        firstNs = cpuRows.stream()
                .filter(row -> row.get("first_ns") != null)
                .mapToLong(row -> ns(row, "first_ns"))
                .min()
                .orElseThrow();
        lastNs = cpuRows.stream()
                .filter(row -> row.get("last_ns") != null)
                .mapToLong(row -> ns(row, "last_ns"))
                .max()
                .orElseThrow();
        List<Map<String, Object>> spans = recorded.rows(TimelineTables.THREAD_SPAN);
        threads(recorded.rows(TimelineTables.THREAD), byKey(spans, "tid"));
        Map<String, List<Map<String, Object>>> byTid = byKey(spans, "tid");
        switches(spans, byTid);
        waits(byTid);
        wakeups(recorded.rows(TimelineTables.WAKEUP), byTid);
        interrupts(recorded.rows(TimelineTables.IRQ_SPAN));
        guests(recorded);
        deliveries(recorded.rows(TimelineTables.VIRQ));
        for (Map<String, Object> row : recorded.rows(TimelineTables.GAP_SPAN)) {
            workload.gap((int) ns(row, "cpu"), ns(row, "start_ns"), ns(row, "end_ns"));
        }
        for (Map<String, Object> row : recorded.rows(TimelineTables.MARKER)) {
            int thread = row.get("vm") == null ? -1 : threadByVcpu.get(row.get("vm") + " " + row.get("vcpu"));
            int marker = workload.marker((String) row.get("kind"));
            at(
                    ns(row, "ts_ns"),
                    Order.MARKER,
                    timeline -> timeline.marker(ns(row, "ts_ns"), thread, marker, ns(row, "value")));
        }
        callbacks.sort(Comparator.comparingLong(Callback::ns)
                .thenComparing(Callback::order)
                .thenComparingLong(Callback::within));
    }

    /** Ends of the halts that were under way when their vCPU was first seen: they are not called for. */
    Set<Long> beganUnseen() {
        return beganUnseen;
    }

    Workload workload() {
        return workload.build(cpus, firstNs, lastNs);
    }

    void play(ReplayedTimeline to) {
        for (Callback callback : callbacks) {
            callback.call().accept(to);
        }
        to.end(lastNs);
    }

    static long ns(Map<String, Object> row, String column) {
        return (Long) row.get(column);
    }

    private static long orNull(Map<String, Object> row, String column) {
        return row.get(column) == null ? ColumnData.NULL : ns(row, column);
    }

    static Map<String, List<Map<String, Object>>> byKey(List<Map<String, Object>> rows, String... columns) {
        Map<String, List<Map<String, Object>>> groups = new TreeMap<>();
        rows.stream()
                .sorted(Comparator.comparingLong(row -> ns(row, "start_ns")))
                .forEach(row -> {
                    List<String> key = new ArrayList<>();
                    for (String column : columns) {
                        key.add(String.valueOf(row.get(column)));
                    }
                    groups.computeIfAbsent(String.join(" ", key), k -> new ArrayList<>())
                            .add(row);
                });
        return groups;
    }

    private void at(long ns, Order order, Consumer<ReplayedTimeline> call) {
        at(ns, order, 0, call);
    }

    private void at(long ns, Order order, long within, Consumer<ReplayedTimeline> call) {
        callbacks.add(new Callback(ns, order, within, call));
    }

    /** -1 for the idle threads. */
    private int thread(long tid) {
        return tid == 0 ? -1 : threadByTid.get(tid);
    }

    private void threads(List<Map<String, Object>> rows, Map<String, List<Map<String, Object>>> spans) {
        for (Map<String, Object> row : rows) {
            long tid = ns(row, "tid");
            if (tid == 0) {
                continue;
            }
            List<Map<String, Object>> of = spans.getOrDefault(String.valueOf(tid), List.of());
            int cpu = of.isEmpty() || of.get(0).get("cpu") == null ? 0 : (int) ns(of.get(0), "cpu");
            int priority = of.isEmpty() || of.get(0).get("prio") == null ? 120 : (int) ns(of.get(0), "prio");
            boolean vcpu = row.get("vm") != null && row.get("vcpu") != null;
            int index = vcpu
                    ? workload.vcpu((int) tid, (String) row.get("vm"), (int) ns(row, "vcpu"), priority, cpu)
                    : workload.thread((int) tid, priority, cpu);
            threadByTid.put(tid, index);
            if (vcpu) {
                threadByVcpu.put(row.get("vm") + " " + row.get("vcpu"), index);
            }
        }
    }

    private void switches(List<Map<String, Object>> spans, Map<String, List<Map<String, Object>>> byTid) {
        Map<String, Byte> whyLeft = new HashMap<>();
        byTid.forEach((tid, of) -> {
            for (Map<String, Object> span : of) {
                byte why = switch ((String) span.get("state")) {
                    case "runnable-preempted" -> ThreadState.RUNNABLE;
                    case "blocked" -> ThreadState.BLOCKED;
                    default -> ThreadState.SLEEPING;
                };
                whyLeft.put(tid + " " + span.get("start_ns"), why);
            }
        });
        List<Map<String, Object>> running =
                spans.stream().filter(row -> row.get("state").equals("running")).toList();
        byKey(running, "cpu").forEach((cpuText, of) -> {
            int cpu = Integer.parseInt(cpuText);
            long before = 0;
            for (Map<String, Object> span : of) {
                long tid = ns(span, "tid");
                long ns = ns(span, "start_ns");
                int prev = thread(before);
                int next = thread(tid);
                byte why = whyLeft.getOrDefault(before + " " + ns, ThreadState.DEAD);
                if (tid != before) {
                    at(ns, Order.SWITCH, timeline -> timeline.switched(ns, cpu, prev, why, next));
                }
                before = tid;
            }
        });
    }

    /** Migrations, and changes of priority, of which a thread's spans tell. */
    private void waits(Map<String, List<Map<String, Object>>> byTid) {
        byTid.forEach((tid, spans) -> {
            int thread = thread(Long.parseLong(tid));
            Map<String, Object> before = null;
            for (Map<String, Object> span : spans) {
                if (thread < 0 || before == null) {
                    before = span;
                    continue;
                }
                long ns = ns(span, "start_ns");
                if (span.get("prio") != null && !span.get("prio").equals(before.get("prio"))) {
                    int priority = (int) ns(span, "prio");
                    at(ns, Order.PRIORITY, timeline -> timeline.priority(ns, thread, priority));
                }
                boolean waits = span.get("state").equals(before.get("state"))
                        && span.get("state").toString().startsWith("runnable");
                if (waits && !span.get("cpu").equals(before.get("cpu"))) {
                    int cpu = (int) ns(span, "cpu");
                    at(ns, Order.MIGRATED, timeline -> timeline.migrated(ns, thread, cpu));
                }
                before = span;
            }
        });
    }

    private void wakeups(List<Map<String, Object>> rows, Map<String, List<Map<String, Object>>> byTid) {
        for (Map<String, Object> row : rows) {
            long ns = ns(row, "ts_ns");
            int wakee = thread(ns(row, "wakee_tid"));
            int waker = thread(ns(row, "waker_tid"));
            byte context = switch ((String) row.get("context")) {
                case "hardirq" -> WakeContext.HARDIRQ;
                case "softirq" -> WakeContext.SOFTIRQ;
                default -> WakeContext.TASK;
            };
            int wakerCpu = (int) ns(row, "waker_cpu");
            at(ns, Order.WAKING, timeline -> timeline.waking(ns, waker, context, wakee, wakerCpu));
            if (row.get("enqueued_ns") != null) {
                long enqueuedNs = ns(row, "enqueued_ns");
                Map<String, Object> span =
                        during(byTid.get(String.valueOf(row.get("wakee_tid"))), "runnable-woken", enqueuedNs);
                int by = span == null || span.get("by_tid") == null ? -1 : thread(ns(span, "by_tid"));
                int cpu = (int) ns(row, "cpu");
                at(
                        enqueuedNs,
                        Order.WAKEUP,
                        timeline -> timeline.wakeup(
                                enqueuedNs, wakee, cpu, span == null ? 120 : (int) ns(span, "prio"), by));
            }
        }
    }

    /** The span in a state that a moment is in; null where there is none. */
    private static Map<String, Object> during(List<Map<String, Object>> spans, String state, long ns) {
        for (Map<String, Object> span : spans == null ? List.<Map<String, Object>>of() : spans) {
            if (span.get("state").equals(state) && ns(span, "start_ns") <= ns && ns < ns(span, "end_ns")) {
                return span;
            }
        }
        return null;
    }

    private void interrupts(List<Map<String, Object>> rows) {
        for (Map<String, Object> row : rows) {
            int cpu = (int) ns(row, "cpu");
            long startNs = ns(row, "start_ns");
            long endNs = ns(row, "end_ns");
            int thread = thread(ns(row, "tid"));
            int number = (int) ns(row, "irq");
            boolean softirq = row.get("kind").equals("softirq");
            if (softirq) {
                at(startNs, Order.IRQ_BEGIN, -endNs, to -> to.softirqBegin(startNs, cpu, number, thread));
            } else {
                int irq = workload.irq((String) row.get("kind"), number, (String) row.get("name"));
                at(startNs, Order.IRQ_BEGIN, -endNs, to -> to.irqBegin(startNs, cpu, irq, thread));
            }
            if (endNs < lastNs) {
                at(endNs, Order.IRQ_END, softirq ? to -> to.softirqEnd(endNs, cpu) : to -> to.irqEnd(endNs, cpu));
            }
        }
    }

    private void guests(Tables recorded) {
        Set<String> entries = new HashSet<>();
        Set<String> exits = new HashSet<>();
        for (Map<String, Object> row : recorded.rows(TimelineTables.VM_EXIT)) {
            int vcpu = thread(ns(row, "tid"));
            int reason = workload.exit(
                    (String) row.get("isa"), ns(row, "code"), (String) row.get("reason"), (String) row.get("kind"));
            long ns = ns(row, "start_ns");
            exits.add(row.get("tid") + " " + ns);
            at(ns, Order.EXIT, timeline -> timeline.exit(ns, vcpu, reason, orNull(row, "rip")));
            if (row.get("end_ns") != null) {
                entry(entries, vcpu, row.get("tid"), ns(row, "end_ns"));
            }
        }
        Map<String, List<Map<String, Object>>> byVcpu = byKey(recorded.rows(TimelineTables.VCPU_SPAN), "vm", "vcpu");
        byVcpu.values().forEach(spans -> {
            Object tid = spans.get(0).get("tid");
            int vcpu = thread((Long) tid);
            boolean inMonitor = false;
            for (Map<String, Object> span : spans) {
                long ns = ns(span, "start_ns");
                switch ((String) span.get("state")) {
                    case "guest" -> {
                        entry(entries, vcpu, tid, ns);
                        inMonitor = false;
                    }
                    case "vmm" -> {
                        if (!inMonitor) {
                            at(ns, Order.MONITOR, timeline -> timeline.vmm(ns, vcpu, true));
                        }
                        inMonitor = true;
                    }
                    case "exit" -> {
                        if (inMonitor && !exits.contains(tid + " " + ns)) {
                            at(ns, Order.MONITOR, timeline -> timeline.vmm(ns, vcpu, false));
                        }
                        inMonitor = false;
                    }
                    default -> {
                        // The others follow from the switches and the halts.
                    }
                }
            }
        });
        for (Map<String, Object> row : recorded.rows(TimelineTables.HALT_POLL)) {
            int vcpu = threadByVcpu.get(row.get("vm") + " " + row.get("vcpu"));
            boolean polledOnly = row.get("outcome").equals("poll");
            long startNs = ns(row, "start_ns");
            long endNs = ns(row, "end_ns");
            List<Map<String, Object>> spans = byVcpu.get(row.get("vm") + " " + row.get("vcpu"));
            if (startNs < ns(spans.get(0), "start_ns")) {
                beganUnseen.add(endNs);
                continue;
            }
            Map<String, Object> poll = during(spans, "halt_poll", startNs);
            Map<String, Object> asleep = during(spans, "halted", startNs);
            // The time that the kernel waited is a little shorter than its events are apart.
            long haltNs = asleep == null ? startNs : ns(asleep, "start_ns");
            at(haltNs, Order.HALT, timeline -> timeline.halt(haltNs, vcpu, poll != null));
            if (poll != null && !polledOnly) {
                long pollEndNs = ns(poll, "end_ns");
                at(pollEndNs, Order.HALT, timeline -> timeline.halt(pollEndNs, vcpu, false));
            }
            at(endNs, Order.HALT_END, timeline -> timeline.haltEnd(endNs, vcpu, polledOnly));
        }
    }

    private void entry(Set<String> known, int vcpu, Object tid, long ns) {
        if (known.add(tid + " " + ns)) {
            at(ns, Order.ENTRY, timeline -> timeline.entry(ns, vcpu));
        }
    }

    private void deliveries(List<Map<String, Object>> rows) {
        Map<String, Integer> vectors = new HashMap<>();
        for (Map<String, Object> row : rows) {
            if (row.get("vector") != null) {
                vectors.put(lineKey(row), (int) ns(row, "vector"));
            }
        }
        for (Map<String, Object> row : rows) {
            int vcpu = threadByVcpu.get(row.get("vm") + " " + row.get("vcpu"));
            int vector = vectors.getOrDefault(lineKey(row), -1);
            int line = workload.line(vcpu, (String) row.get("source"), (int) ns(row, "irq"), vector);
            long ns = ns(row, "asserted_ns");
            int by = thread(ns(row, "asserted_by_tid"));
            int cpu = (int) ns(row, "asserted_cpu");
            at(ns, Order.EDGE, timeline -> timeline.edge(ns, line, by, cpu, orNull(row, "due_ns"), false));
            for (int i = 1; i <= ns(row, "coalesced"); i++) {
                at(ns, Order.EDGE, i, timeline -> timeline.edge(ns, line, by, cpu, ColumnData.NULL, true));
            }
            String injected = row.get("injected_ns") == null ? "entered_ns" : "injected_ns";
            if (row.get(injected) != null) {
                at(ns(row, injected), Order.INJECTED, to -> to.injected(ns(row, injected), line));
            }
            if (row.get("handled_ns") != null) {
                int sign = List.of("", "pio", "ack", "eoi", "marker", "msr", "mmio", "hypercall")
                        .indexOf(row.get("handled_by"));
                at(ns(row, "handled_ns"), Order.HANDLED, to -> to.handled(ns(row, "handled_ns"), line, sign));
            }
            if (row.get("eoi_ns") != null) {
                at(ns(row, "eoi_ns"), Order.ACK, timeline -> timeline.ack(ns(row, "eoi_ns"), line));
            }
        }
    }

    private static String lineKey(Map<String, Object> row) {
        return row.get("vm") + " " + row.get("vcpu") + " " + row.get("source") + " " + row.get("irq");
    }
}
