package dev.hindsight.queries.tally;

import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.StoredTable;
import dev.hindsight.replay.workload.TimelineStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What tells when guests are idle, as {@code idle_detector.sql} has it without an idle loop told by the user.
 *
 * @param marked virtual CPUs whose jobs are marked
 * @param pausesByTid exits in which the hardware or KVM stopped a spinning guest, in order
 * @param blind whether there are virtual CPUs and nothing tells of any
 */
record GuestIdleness(List<MarkedVcpu> marked, Map<Integer, Spans> pausesByTid, boolean blind) {

    /**
     * A virtual CPU whose guest is idle outside of its jobs and interrupt handlers.
     *
     * @param busy these
     */
    record MarkedVcpu(int tid, Spans busy) {}

    private record Vcpu(String vm, int vcpu) {}

    static GuestIdleness of(TimelineStore rows) {
        Map<Vcpu, Integer> seen = new LinkedHashMap<>();
        StoredTable span = new StoredTable(rows, TimelineTables.VCPU_SPAN);
        String[] vm = span.texts("vm");
        int[] vcpu = span.ints("vcpu", -1);
        int[] tid = span.ints("tid", -1);
        Vcpu last = null;
        for (int row = 0; row < span.rows(); row++) {
            if (last == null || last.vcpu() != vcpu[row] || !last.vm().equals(vm[row])) {
                last = new Vcpu(vm[row], vcpu[row]);
                seen.putIfAbsent(last, tid[row]);
            }
        }
        Set<Vcpu> halting = new HashSet<>();
        Map<Integer, Spans> pauses = new HashMap<>();
        exits(rows, halting, pauses);
        Map<Vcpu, Spans> busy = jobs(rows, seen.keySet());
        hidingHandlers(rows).stream().filter(halting::contains).forEach(busy::remove);
        handlers(rows, busy);
        busy.putAll(traced(rows, seen.keySet()));
        List<MarkedVcpu> marked = new ArrayList<>();
        boolean blind = !seen.isEmpty();
        for (Map.Entry<Vcpu, Integer> of : seen.entrySet()) {
            if (busy.containsKey(of.getKey())) {
                marked.add(new MarkedVcpu(of.getValue(), busy.get(of.getKey())));
            }
            blind &= !busy.containsKey(of.getKey()) && !halting.contains(of.getKey());
        }
        return new GuestIdleness(marked, pauses, blind);
    }

    private static void exits(TimelineStore rows, Set<Vcpu> halting, Map<Integer, Spans> pauses) {
        StoredTable exit = new StoredTable(rows, TimelineTables.VM_EXIT);
        byte[] kind = exit.codes("kind", name -> switch (name) {
            case "halt" -> 1;
            case "pause", "wfe" -> 2;
            default -> 0;
        });
        String[] vm = exit.texts("vm");
        int[] vcpu = exit.ints("vcpu", -1);
        int[] tid = exit.ints("tid", -1);
        long[] start = exit.longs("start_ns");
        long[] end = exit.longs("end_ns");
        for (int row = 0; row < exit.rows(); row++) {
            if (kind[row] == 1) {
                halting.add(new Vcpu(vm[row], vcpu[row]));
            } else if (kind[row] == 2 && end[row] != ColumnData.NULL) {
                pauses.computeIfAbsent(tid[row], t -> new Spans()).add(start[row], end[row], 0);
            }
        }
        pauses.replaceAll((t, spans) -> spans.ordered());
    }

    private static Map<Vcpu, Spans> jobs(TimelineStore rows, Set<Vcpu> seen) {
        StoredTable job = new StoredTable(rows, TimelineTables.JOB);
        String[] vm = job.texts("vm");
        int[] vcpu = job.ints("vcpu", -1);
        long[] start = job.longs("start_ns");
        long[] end = job.longs("end_ns");
        Map<Vcpu, Spans> busy = new HashMap<>();
        for (int row = 0; row < job.rows(); row++) {
            for (Vcpu of : seen) {
                if (of.vm().equals(vm[row]) && (vcpu[row] < 0 || vcpu[row] == of.vcpu())) {
                    busy.computeIfAbsent(of, v -> new Spans()).add(start[row], end[row], 0);
                }
            }
        }
        return busy;
    }

    private record Line(Vcpu vcpu, String source, int irq) {}

    /** Virtual CPUs with a line whose handlers cannot be seen. */
    private static Set<Vcpu> hidingHandlers(TimelineStore rows) {
        StoredTable virq = new StoredTable(rows, TimelineTables.VIRQ);
        String[] vm = virq.texts("vm");
        int[] vcpu = virq.ints("vcpu", -1);
        String[] source = virq.texts("source");
        int[] irq = virq.ints("irq", -1);
        long[] entered = virq.longs("entered_ns");
        long[] handled = virq.longs("handled_ns");
        Map<Line, List<Integer>> lines = new HashMap<>();
        for (int row = 0; row < virq.rows(); row++) {
            lines.computeIfAbsent(new Line(new Vcpu(vm[row], vcpu[row]), source[row], irq[row]), l -> new ArrayList<>())
                    .add(row);
        }
        Set<Vcpu> hiding = new HashSet<>();
        lines.forEach((line, of) -> {
            if (ResponseEnd.isEntry(of, entered, handled)) {
                hiding.add(line.vcpu());
            }
        });
        return hiding;
    }

    /** By the guests' own recordings, which are trusted more: all but their idle spans. */
    private static Map<Vcpu, Spans> traced(TimelineStore rows, Set<Vcpu> seen) {
        StoredTable span = new StoredTable(rows, TimelineTables.GUEST_SPAN);
        String[] vm = span.texts("vm");
        int[] vcpu = span.ints("vcpu", -1);
        byte[] idle = span.codes("kind", kind -> kind.equals("idle") ? 1 : 0);
        long[] start = span.longs("start_ns");
        long[] end = span.longs("end_ns");
        Map<Vcpu, Spans> busy = new HashMap<>();
        Map<Vcpu, Long> busySince = new HashMap<>();
        for (int row = 0; row < span.rows(); row++) {
            Vcpu of = new Vcpu(vm[row], vcpu[row]);
            if (seen.contains(of)) {
                Spans spans = busy.computeIfAbsent(of, v -> new Spans());
                if (idle[row] != 0) {
                    spans.add(busySince.getOrDefault(of, Long.MIN_VALUE), start[row], 0);
                    busySince.put(of, end[row]);
                }
            }
        }
        busy.forEach((of, spans) -> spans.add(busySince.getOrDefault(of, Long.MIN_VALUE), Long.MAX_VALUE, 0));
        return busy;
    }

    private static void handlers(TimelineStore rows, Map<Vcpu, Spans> busy) {
        StoredTable virq = new StoredTable(rows, TimelineTables.VIRQ);
        String[] vm = virq.texts("vm");
        int[] vcpu = virq.ints("vcpu", -1);
        long[] entered = virq.longs("entered_ns");
        long[] handled = virq.longs("handled_ns");
        long[] eoi = virq.longs("eoi_ns");
        for (int row = 0; row < virq.rows(); row++) {
            Spans of = busy.get(new Vcpu(vm[row], vcpu[row]));
            long end = eoi[row] != ColumnData.NULL ? eoi[row] : handled[row];
            if (of != null && entered[row] != ColumnData.NULL && end != ColumnData.NULL) {
                of.add(entered[row], end, 0);
            }
        }
    }
}
