package dev.hindsight.replay.bound;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.TimelineStore;
import java.util.HashMap;
import java.util.Map;

/** One CPU of a timeline as the bound looks at it. */
final class CpuTimeline {

    /** Ranks as the scheduler's classes have them, the lower the sooner: deadline -1, real-time 0 to 98, fair, idle. */
    static final int FAIR = 200;

    static final int IDLE = 1_000;

    private static final long GAP = Long.MAX_VALUE;

    /** Who ran, by start; number: tid. */
    final Spans running = new Spans();

    /** Who waited after a wakeup, by end; number: tid. */
    final Spans woken = new Spans();

    /** When a real-time thread that could run did not, and one of lower rank did: it was throttled. */
    final Spans throttled = new Spans();

    /** Interrupts and gaps, merged. */
    final Spans busy = new Spans();

    /** Lost events. */
    final Spans lost = new Spans();

    /** KVM's exits, handled on this CPU. */
    private final Spans exits = new Spans();

    /** Real-time threads that were switched out although they could run. */
    private final Spans preempted = new Spans();

    /** By kind and number. */
    final Map<Long, InterruptKind> kinds = new HashMap<>();

    private CpuTimeline() {}

    static CpuTimeline[] read(TimelineStore tables, int cpus) {
        CpuTimeline[] all = new CpuTimeline[cpus];
        for (int i = 0; i < cpus; i++) {
            all[i] = new CpuTimeline();
        }
        readThreads(tables, all);
        readInterrupts(tables, all);
        readExits(tables, all);
        readSpans(tables, TimelineTables.GAP_SPAN, all);
        readSpans(tables, TimelineTables.LOST_SPAN, all);
        for (CpuTimeline cpu : all) {
            cpu.finish();
        }
        return all;
    }

    private static CpuTimeline of(CpuTimeline[] all, long cpu) {
        return cpu >= 0 && cpu < all.length ? all[(int) cpu] : null;
    }

    private static void readThreads(TimelineStore tables, CpuTimeline[] all) {
        TableSchema schema = TimelineTables.THREAD_SPAN;
        int tid = schema.indexOf("tid");
        int cpu = schema.indexOf("cpu");
        int start = schema.indexOf("start_ns");
        int end = schema.indexOf("end_ns");
        int state = schema.indexOf("state");
        int prio = schema.indexOf("prio");
        for (TableBlock block : tables.table(schema)) {
            for (int row = 0; row < block.rows(); row++) {
                CpuTimeline on = of(all, block.get(cpu, row));
                if (on == null) {
                    continue;
                }
                int who = (int) block.get(tid, row);
                int rank = who == 0 ? IDLE : rank(block.get(prio, row));
                long from = block.get(start, row);
                long to = block.get(end, row);
                switch (block.column(state).getText(row)) {
                    case "running" -> on.running.add(from, to, who, rank);
                    case "runnable-woken" -> on.woken.add(from, to, who, rank);
                    case "runnable-preempted" -> {
                        if (rank < FAIR) {
                            on.preempted.add(from, to, who, rank);
                        }
                    }
                    default -> {}
                }
            }
        }
    }

    private static int rank(long prio) {
        return prio == NULL || prio >= 100 ? FAIR : (int) prio;
    }

    private static void readInterrupts(TimelineStore tables, CpuTimeline[] all) {
        TableSchema schema = TimelineTables.IRQ_SPAN;
        int cpu = schema.indexOf("cpu");
        int start = schema.indexOf("start_ns");
        int end = schema.indexOf("end_ns");
        int kind = schema.indexOf("kind");
        int irq = schema.indexOf("irq");
        int self = schema.indexOf("self_ns");
        for (TableBlock block : tables.table(schema)) {
            for (int row = 0; row < block.rows(); row++) {
                CpuTimeline on = of(all, block.get(cpu, row));
                if (on != null) {
                    long key =
                            (long) block.column(kind).getText(row).charAt(0) << 32 | block.get(irq, row) & 0xFFFF_FFFFL;
                    on.interrupt(key, block.get(start, row), block.get(end, row), block.get(self, row));
                }
            }
        }
    }

    private void interrupt(long key, long startNs, long endNs, long selfNs) {
        kinds.computeIfAbsent(key, k -> new InterruptKind()).add(startNs, endNs, selfNs);
        busy.add(startNs, endNs, 0, 0);
    }

    private static void readExits(TimelineStore tables, CpuTimeline[] all) {
        TableSchema schema = TimelineTables.VCPU_SPAN;
        int cpu = schema.indexOf("cpu");
        int start = schema.indexOf("start_ns");
        int end = schema.indexOf("end_ns");
        int state = schema.indexOf("state");
        for (TableBlock block : tables.table(schema)) {
            for (int row = 0; row < block.rows(); row++) {
                CpuTimeline on = of(all, block.get(cpu, row));
                if (on != null && block.column(state).getText(row).equals("exit")) {
                    on.exits.add(block.get(start, row), block.get(end, row), 0, 0);
                }
            }
        }
    }

    private static void readSpans(TimelineStore tables, TableSchema schema, CpuTimeline[] all) {
        int cpu = schema.indexOf("cpu");
        int start = schema.indexOf("start_ns");
        int end = schema.indexOf("end_ns");
        for (TableBlock block : tables.table(schema)) {
            for (int row = 0; row < block.rows(); row++) {
                CpuTimeline on = of(all, block.get(cpu, row));
                if (on == null) {
                    continue;
                }
                long from = block.get(start, row);
                long to = block.get(end, row);
                if (schema == TimelineTables.LOST_SPAN) {
                    on.lost.add(from, to, 0, 0);
                } else {
                    on.interrupt(GAP, from, to, to - from);
                }
            }
        }
    }

    private void finish() {
        running.sortBy(true);
        woken.sortBy(false);
        lost.sortBy(true);
        lost.merge();
        busy.sortBy(true);
        busy.merge();
        kinds.values().forEach(InterruptKind::sort);
        for (int i = 0; i < preempted.size; i++) {
            int next = running.firstFrom(preempted.startNs[i]);
            if (next < running.size
                    && running.startNs[next] == preempted.startNs[i]
                    && running.rank[next] > preempted.rank[i]) {
                throttled.add(preempted.startNs[i], preempted.endNs[i], 0, 0);
            }
        }
        throttled.sortBy(true);
        throttled.merge();
    }

    /** The longest that KVM handled an exit without leaving the CPU, less interrupts and gaps. */
    long longestExitNs() {
        long longest = 0;
        for (int i = 0; i < exits.size; i++) {
            long length = exits.endNs[i] - exits.startNs[i];
            if (length > longest) {
                longest = Math.max(longest, length - busy.within(exits.startNs[i], exits.endNs[i]));
            }
        }
        return longest;
    }
}
