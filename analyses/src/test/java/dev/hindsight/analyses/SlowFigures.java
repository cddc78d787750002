package dev.hindsight.analyses;

import dev.hindsight.analyses.TimelineRows.Cover;
import dev.hindsight.analyses.TimelineRows.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The figures of one trace again, slowly and plainly: tables as lists, loops over them. What holds at a moment is found
 * by looking at all spans that could cover it; times are summed over the pieces between all moments at which anything
 * changes.
 */
final class SlowFigures {

    /** Who holds a CPU in [startNs, endNs). */
    record Hold(int cpu, long startNs, long endNs, String kind, Integer tid, Integer prio, String name, boolean gap) {}

    record Wait(int tid, Integer cpu, long startNs, long endNs, Integer prio, boolean served) {
        int standing() {
            return prio == null ? 100 : Math.min(prio, 100);
        }
    }

    final List<Row> cpus;
    final List<Row> threads;
    final List<Row> threadSpans;
    final List<Row> irqSpans;
    final List<Row> vcpuSpans;
    final List<Row> exits;
    final List<Row> virqs;
    final List<Row> jobs;
    final List<Row> halts;
    final List<Row> losses;
    final List<Row> gaps;

    private List<Hold> holds;
    private Map<Integer, List<Hold>> holdsByCpu;
    private List<Wait> waits;

    SlowFigures(Connection connection) throws SQLException {
        cpus = TimelineRows.read(connection, "cpu");
        threads = TimelineRows.read(connection, "thread");
        threadSpans = TimelineRows.read(connection, "thread_span");
        irqSpans = TimelineRows.read(connection, "irq_span");
        vcpuSpans = TimelineRows.read(connection, "vcpu_span");
        exits = TimelineRows.read(connection, "vm_exit");
        virqs = TimelineRows.read(connection, "virq");
        jobs = TimelineRows.read(connection, "job");
        halts = TimelineRows.read(connection, "halt_poll");
        losses = TimelineRows.read(connection, "lost_span");
        gaps = TimelineRows.read(connection, "gap_span");
    }

    /** The value at place q (n - 1) of the sorted values, between two of them in proportion; rounded. */
    static Long quantile(List<Long> values, double q) {
        if (values.isEmpty()) {
            return null;
        }
        long[] sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
        double place = q * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return Math.round(sorted[below] + (place - below) * (sorted[above] - sorted[below]));
    }

    /** The lengths of a stage of all measured deliveries of one line. */
    List<Long> stage(String vm, long irq, String stage) {
        String[] ends = switch (stage) {
            case "response" -> new String[] {"asserted_ns", "handled_ns"};
            case "due_response" -> new String[] {"due_ns", "handled_ns"};
            case "device" -> new String[] {"due_ns", "asserted_ns"};
            case "wake" -> new String[] {"asserted_ns", "runnable_ns"};
            case "schedule" -> new String[] {"runnable_ns", "scheduled_ns"};
            case "host" -> new String[] {"scheduled_ns", "entered_ns"};
            case "guest" -> new String[] {"entered_ns", "handled_ns"};
            default -> throw new IllegalArgumentException(stage);
        };
        List<Long> lengths = new ArrayList<>();
        for (Row v : virqs) {
            if (v.text("vm").equals(vm)
                    && v.ns("irq") == irq
                    && !v.is("lost")
                    && v.orNull("handled_ns") != null
                    && v.orNull(ends[0]) != null
                    && v.orNull(ends[1]) != null
                    && v.ns(ends[1]) >= v.ns(ends[0])) {
                lengths.add(v.ns(ends[1]) - v.ns(ends[0]));
            }
        }
        return lengths;
    }

    long firstNs() {
        long first = Long.MAX_VALUE;
        for (Row cpu : cpus) {
            if (cpu.orNull("first_ns") != null) {
                first = Math.min(first, cpu.ns("first_ns"));
            }
        }
        return first;
    }

    long lastNs() {
        long last = Long.MIN_VALUE;
        for (Row cpu : cpus) {
            if (cpu.orNull("last_ns") != null) {
                last = Math.max(last, cpu.ns("last_ns"));
            }
        }
        return last;
    }

    /** Holders of all CPUs, CPU by CPU in order of time. */
    List<Hold> holds() {
        if (holds == null) {
            holds = new ArrayList<>();
            for (Row cpu : cpus) {
                holdsOf(cpu.number("cpu"));
            }
        }
        return holds;
    }

    List<Hold> holdsOn(int cpu) {
        if (holdsByCpu == null) {
            holdsByCpu = new HashMap<>();
            for (Hold hold : holds()) {
                holdsByCpu.computeIfAbsent(hold.cpu(), c -> new ArrayList<>()).add(hold);
            }
        }
        return holdsByCpu.getOrDefault(cpu, List.of());
    }

    private void holdsOf(int cpu) {
        Cover running = new Cover(threadSpans, cpu, r -> r.text("state").equals("running"));
        Cover inVcpu = new Cover(
                vcpuSpans,
                cpu,
                r -> List.of("guest", "exit", "halt_poll", "vmm").contains(r.text("state")));
        Cover soft = new Cover(irqSpans, cpu, r -> r.text("kind").equals("softirq"));
        Cover hard = new Cover(irqSpans, cpu, r -> !r.text("kind").equals("softirq"));
        Cover lost = new Cover(losses, cpu, r -> true);
        Cover gap = new Cover(gaps, cpu, r -> true);
        TreeSet<Long> moments = new TreeSet<>(List.of(firstNs(), lastNs()));
        for (Cover cover : List.of(running, inVcpu, soft, hard, lost, gap)) {
            for (Row span : cover.spans) {
                moments.add(span.ns("start_ns"));
                moments.add(span.ns("end_ns"));
            }
        }
        Long from = null;
        for (long to : moments.subSet(firstNs(), true, lastNs(), true)) {
            if (from != null) {
                Row thread = running.at(from);
                Row vcpu = inVcpu.at(from);
                Row hardirq = hard.at(from);
                Row softirq = soft.at(from);
                String kind = hardirq != null
                        ? "hardirq"
                        : softirq != null
                                ? "softirq"
                                : thread == null
                                        ? lost.at(from) != null ? "lost" : "unknown"
                                        : thread.number("tid") == 0
                                                ? "idle"
                                                : vcpu != null && vcpu.number("tid") == thread.number("tid")
                                                        ? vcpu.text("state")
                                                        : "thread";
                holds.add(new Hold(
                        cpu,
                        from,
                        to,
                        kind,
                        thread == null ? null : (Integer) thread.number("tid"),
                        thread == null || thread.orNull("prio") == null ? null : (Integer) thread.number("prio"),
                        hardirq != null ? hardirq.text("name") : softirq != null ? softirq.text("name") : null,
                        gap.at(from) != null));
            }
            from = to;
        }
    }

    /** Time by holder kind over all CPUs. */
    Map<String, Long> nsByKind() {
        Map<String, Long> sums = new TreeMap<>();
        for (Hold hold : holds()) {
            sums.merge(hold.kind(), hold.endNs() - hold.startNs(), Long::sum);
        }
        return sums;
    }

    Row thread(Integer tid) {
        for (Row thread : threads) {
            if (tid != null && thread.number("tid") == tid) {
                return thread;
            }
        }
        return null;
    }

    /** CPU time by role, or by what is not a role. */
    Map<String, Long> nsByRole() {
        Map<String, Long> sums = new TreeMap<>();
        Map<Integer, String> roles = new HashMap<>();
        for (Row thread : threads) {
            roles.put(thread.number("tid"), thread.text("role"));
        }
        for (Hold hold : holds()) {
            boolean none =
                    List.of("hardirq", "softirq", "idle", "lost", "unknown").contains(hold.kind());
            sums.merge(
                    none ? hold.kind() : roles.getOrDefault(hold.tid(), "unknown"),
                    hold.endNs() - hold.startNs(),
                    Long::sum);
        }
        return sums;
    }

    /** Times that a thread was runnable and did not run. */
    List<Wait> waits() {
        if (waits != null) {
            return waits;
        }
        waits = new ArrayList<>();
        Map<Integer, List<Row>> byTid = new TreeMap<>();
        for (Row span : threadSpans) {
            if (span.number("tid") != 0) {
                byTid.computeIfAbsent(span.number("tid"), t -> new ArrayList<>())
                        .add(span);
            }
        }
        for (Map.Entry<Integer, List<Row>> thread : byTid.entrySet()) {
            List<Row> spans = thread.getValue();
            spans.sort((a, b) -> Long.compare(a.ns("start_ns"), b.ns("start_ns")));
            int i = 0;
            while (i < spans.size()) {
                if (!spans.get(i).text("state").startsWith("runnable")) {
                    i++;
                    continue;
                }
                Row first = spans.get(i);
                Row last = first;
                i++;
                while (i < spans.size()
                        && spans.get(i).text("state").startsWith("runnable")
                        && spans.get(i).ns("start_ns") == last.ns("end_ns")) {
                    last = spans.get(i);
                    i++;
                }
                boolean served = i < spans.size()
                        && spans.get(i).text("state").equals("running")
                        && spans.get(i).ns("start_ns") == last.ns("end_ns");
                waits.add(new Wait(
                        thread.getKey(),
                        last.orNull("cpu") == null ? null : (Integer) last.number("cpu"),
                        first.ns("start_ns"),
                        last.ns("end_ns"),
                        first.orNull("prio") == null ? null : (Integer) first.number("prio"),
                        served));
            }
        }
        return waits;
    }

    /** Blame of one delivery by stage and holder ("stage kind tid name"), ns; what nothing covers is unknown. */
    Map<String, Long> blame(Row virq, int vcpuTid) {
        Map<String, Long> sums = new TreeMap<>();
        Integer asserted = virq.orNull("asserted_cpu") == null ? null : (Integer) virq.number("asserted_cpu");
        blameStage(sums, "device", virq.orNull("due_ns"), virq.orNull("asserted_ns"), asserted, vcpuTid);
        blameStage(sums, "wake", virq.orNull("asserted_ns"), virq.orNull("runnable_ns"), asserted, vcpuTid);
        blameStage(sums, "schedule", virq.orNull("runnable_ns"), virq.orNull("scheduled_ns"), null, vcpuTid);
        blameStage(sums, "host", virq.orNull("scheduled_ns"), virq.orNull("entered_ns"), null, vcpuTid);
        blameStage(sums, "guest", virq.orNull("entered_ns"), virq.orNull("handled_ns"), null, vcpuTid);
        return sums;
    }

    private void blameStage(Map<String, Long> sums, String stage, Long from, Long to, Integer cpu, int vcpuTid) {
        if (from == null || to == null || from >= to) {
            return;
        }
        long covered = 0;
        if (cpu != null) {
            covered = blamePiece(sums, stage, from, to, cpu);
        } else {
            for (Row span : threadSpans) {
                if (span.number("tid") == vcpuTid
                        && span.orNull("cpu") != null
                        && span.ns("start_ns") < to
                        && span.ns("end_ns") > from) {
                    covered += blamePiece(
                            sums,
                            stage,
                            Math.max(from, span.ns("start_ns")),
                            Math.min(to, span.ns("end_ns")),
                            span.number("cpu"));
                }
            }
        }
        if (covered < to - from) {
            sums.merge(stage + " unknown null null", to - from - covered, Long::sum);
        }
    }

    private long blamePiece(Map<String, Long> sums, String stage, long from, long to, int cpu) {
        long covered = 0;
        for (Hold hold : holdsOn(cpu)) {
            long ns = Math.min(to, hold.endNs()) - Math.max(from, hold.startNs());
            if (ns <= 0) {
                continue;
            }
            boolean byThread =
                    List.of("guest", "exit", "halt_poll", "vmm", "thread").contains(hold.kind());
            String holder = hold.gap()
                    ? "gap null null"
                    : hold.kind() + " " + (byThread ? hold.tid() : null) + " " + hold.name();
            sums.merge(stage + " " + holder, ns, Long::sum);
            covered += ns;
        }
        return covered;
    }

    /** When the guest of a virtual machine is busy by its markers: in jobs and in interrupt handlers. */
    private Cover busy(String vm) {
        List<Row> spans = new ArrayList<>();
        for (Row job : jobs) {
            if (job.text("vm").equals(vm)) {
                spans.add(new Row(Map.of("start_ns", job.ns("start_ns"), "end_ns", job.ns("end_ns"), "cpu", 0)));
            }
        }
        for (Row virq : virqs) {
            Long end = virq.orNull("eoi_ns") != null ? virq.orNull("eoi_ns") : virq.orNull("handled_ns");
            if (virq.text("vm").equals(vm) && virq.orNull("entered_ns") != null && end != null) {
                spans.add(new Row(Map.of("start_ns", virq.ns("entered_ns"), "end_ns", end, "cpu", 0)));
            }
        }
        return new Cover(spans, null, s -> true);
    }

    /**
     * The five columns of CPU waste and the contended part of the last, summed over CPUs, for guests with markers:
     * priority_idle, shielded_idle, halt_poll, exit, spin, spin_contended.
     */
    Map<String, Long> waste(List<Integer> shielded) {
        Map<String, Long> sums = new LinkedHashMap<>();
        for (String column : List.of("priority_idle", "shielded_idle", "halt_poll", "exit", "spin", "spin_contended")) {
            sums.put(column, 0L);
        }
        Map<Integer, Cover> busyByTid = new HashMap<>();
        TreeSet<Long> busyMoments = new TreeSet<>();
        for (Row span : vcpuSpans) {
            if (!busyByTid.containsKey(span.number("tid"))) {
                Cover busy = busy(span.text("vm"));
                busyByTid.put(span.number("tid"), busy);
                for (Row stretch : busy.spans) {
                    busyMoments.add(stretch.ns("start_ns"));
                    busyMoments.add(stretch.ns("end_ns"));
                }
            }
        }
        TreeSet<Long> moments = new TreeSet<>();
        for (Wait wait : waits()) {
            moments.add(wait.startNs());
            moments.add(wait.endNs());
        }
        for (Hold hold : holds()) {
            switch (hold.kind()) {
                case "halt_poll" -> sums.merge("halt_poll", hold.endNs() - hold.startNs(), Long::sum);
                case "exit" -> sums.merge("exit", hold.endNs() - hold.startNs(), Long::sum);
                case "idle" -> {
                    if (shielded.contains(hold.cpu())) {
                        for (long[] piece : pieces(hold, moments)) {
                            if (waiting(piece[0]).stream().anyMatch(w -> w.cpu() != hold.cpu())) {
                                sums.merge("shielded_idle", piece[1] - piece[0], Long::sum);
                            }
                        }
                    }
                }
                case "guest" -> {
                    TreeSet<Long> both = new TreeSet<>(moments.subSet(hold.startNs(), hold.endNs()));
                    both.addAll(busyMoments.subSet(hold.startNs(), hold.endNs()));
                    for (long[] piece : pieces(hold, both)) {
                        spin(sums, hold, piece[0], piece[1], busyByTid.get(hold.tid()));
                    }
                }
                default -> {}
            }
        }
        return sums;
    }

    private void spin(Map<String, Long> sums, Hold hold, long from, long to, Cover busy) {
        if (busy.at(from) != null) {
            return;
        }
        int standing = hold.prio() == null ? 100 : Math.min(hold.prio(), 100);
        boolean below = false;
        boolean any = false;
        for (Wait wait : waiting(from)) {
            if (wait.cpu() == hold.cpu()) {
                any = true;
                below |= wait.standing() > standing;
            }
        }
        if (below) {
            sums.merge("priority_idle", to - from, Long::sum);
        } else {
            sums.merge("spin", to - from, Long::sum);
            if (any) {
                sums.merge("spin_contended", to - from, Long::sum);
            }
        }
    }

    private static List<long[]> pieces(Hold hold, TreeSet<Long> moments) {
        List<long[]> pieces = new ArrayList<>();
        long from = hold.startNs();
        for (long to : moments.subSet(hold.startNs(), false, hold.endNs(), false)) {
            pieces.add(new long[] {from, to});
            from = to;
        }
        pieces.add(new long[] {from, hold.endNs()});
        return pieces;
    }

    private List<Wait> sortedWaits;
    private long longestWait;

    private List<Wait> waiting(long ns) {
        if (sortedWaits == null) {
            sortedWaits = new ArrayList<>();
            for (Wait wait : waits()) {
                if (wait.cpu() != null && wait.startNs() < wait.endNs()) {
                    sortedWaits.add(wait);
                    longestWait = Math.max(longestWait, wait.endNs() - wait.startNs());
                }
            }
            sortedWaits.sort((a, b) -> Long.compare(a.startNs(), b.startNs()));
        }
        int low = 0;
        int high = sortedWaits.size();
        while (low < high) {
            int middle = (low + high) / 2;
            if (sortedWaits.get(middle).startNs() <= ns) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        List<Wait> found = new ArrayList<>();
        for (int i = low - 1; i >= 0 && sortedWaits.get(i).startNs() >= ns - longestWait; i--) {
            if (sortedWaits.get(i).endNs() > ns) {
                found.add(sortedWaits.get(i));
            }
        }
        return found;
    }
}
