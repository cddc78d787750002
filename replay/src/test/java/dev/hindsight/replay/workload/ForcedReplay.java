package dev.hindsight.replay.workload;

import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rung L0 of the ladder: the recorded decisions executed again. Each program is walked along the recorded stays of its
 * thread on its CPUs, each guest along its recorded stays in the guest; each step must come at its recorded time. Slow and
 * obvious: it shares nothing with the extraction but the costs that the workload names.
 *
 * <p>A time is met if no time of the thread lies between it and the recorded one: within an interrupt or a gap the thread
 * stands still. Where a stay is shorter than what coming and being preempted cost, or a step comes within the first of
 * these, its time can be met to that cost only; those are counted as blurred.
 */
final class ForcedReplay {

    private static final long NULL = Long.MIN_VALUE;
    private static final int FEW_OPEN = 100;

    final List<String> misses = new ArrayList<>();
    int steps;
    int blurred;
    long demandNs;
    long stolenNs;
    long overheadNs;
    long runningNs;

    final Workload workload;
    final Tables tables;
    private final List<Map<String, Object>> wakeups;
    private final List<Map<String, Object>> edges;
    private final Map<Integer, List<long[]>> stolen = new HashMap<>();
    private final Map<Integer, Integer> indexOf = new HashMap<>();
    private final Set<Long> softirqThreads = new HashSet<>();
    /** Of each contended wait: the thread that waits, when it began to, and when the stay began in which it was taken. */
    private final Map<Integer, Integer> waiterOf = new HashMap<>();

    private final Map<Integer, Long> contendedFrom = new HashMap<>();
    private final Map<Integer, Long> takenIn = new HashMap<>();
    final Map<Long, List<Map<String, Object>>> spans = new HashMap<>();
    final long inNs;
    private final long outNs;

    ForcedReplay(Tables tables, Workload workload) {
        this.tables = tables;
        this.workload = workload;
        wakeups = tables.rows(TimelineTables.WAKEUP);
        edges = tables.rows(TimelineTables.VIRQ_EDGE);
        inNs = workload.host().switchInNs()[0];
        outNs = Samples.median(workload.host().switchOutNs());
        for (int i = 0; i < workload.threads().size(); i++) {
            indexOf.put(workload.threads().tid()[i], i);
        }
        for (int i = 0; i < workload.threads().size(); i++) {
            Program program = workload.threads().program()[i];
            for (int at = 0; at < program.size(); at++) {
                if (program.op(at) == Op.WAIT_HELD) {
                    waiterOf.put(program.b(at), i);
                }
            }
        }
        for (Map<String, Object> row : tables.rows(TimelineTables.THREAD)) {
            if ("ksoftirqd".equals(row.get("role"))) {
                softirqThreads.add(number(row, "tid"));
            }
        }
        boolean inThreads = workload.kernel() != null && workload.kernel().contains("-rt");
        for (Map<String, Object> row : tables.rows(TimelineTables.IRQ_SPAN)) {
            boolean inThread = inThreads || softirqThreads.contains(number(row, "tid"));
            if (!row.get("kind").equals("softirq") || !inThread) {
                steal(row);
            }
        }
        for (Map<String, Object> row : tables.rows(TimelineTables.GAP_SPAN)) {
            steal(row);
        }
        stolen.replaceAll((cpu, list) -> joined(list));
        for (Map<String, Object> row : tables.rows(TimelineTables.THREAD_SPAN)) {
            if (number(row, "end_ns") > Math.max(workload.firstNs(), number(row, "start_ns"))) {
                spans.computeIfAbsent(number(row, "tid"), tid -> new ArrayList<>())
                        .add(row);
            }
        }
        spans.values().forEach(list -> list.sort(Comparator.comparingLong(row -> number(row, "start_ns"))));
    }

    private void steal(Map<String, Object> row) {
        stolen.computeIfAbsent((int) number(row, "cpu"), cpu -> new ArrayList<>())
                .add(new long[] {number(row, "start_ns"), number(row, "end_ns")});
    }

    private static List<long[]> joined(List<long[]> of) {
        of.sort(Comparator.comparingLong(span -> span[0]));
        List<long[]> to = new ArrayList<>();
        for (long[] span : of) {
            if (!to.isEmpty() && span[0] <= to.get(to.size() - 1)[1]) {
                to.get(to.size() - 1)[1] = Math.max(to.get(to.size() - 1)[1], span[1]);
            } else if (span[1] > span[0]) {
                to.add(span.clone());
            }
        }
        return to;
    }

    static long number(Map<String, Object> row, String column) {
        Object value = row.get(column);
        return value == null ? NULL : (Long) value;
    }

    /** Of [from, to) on a CPU, what interrupts and gaps leave. */
    long left(int cpu, long from, long to) {
        long sum = Math.max(0, to - from);
        List<long[]> of = stolen.getOrDefault(cpu, List.of());
        int low = 0;
        int high = of.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (of.get(middle)[1] <= from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int i = low; i < of.size() && of.get(i)[0] < to; i++) {
            sum -= Math.max(0, Math.min(to, of.get(i)[1]) - Math.max(from, of.get(i)[0]));
        }
        return sum;
    }

    private long first(Map<String, Object> span) {
        return Math.max(workload.firstNs(), number(span, "start_ns"));
    }

    private static boolean runs(Map<String, Object> span) {
        return span != null && span.get("state").equals("running");
    }

    private static boolean sleeps(Map<String, Object> span) {
        return span != null
                && (span.get("state").equals("sleeping") || span.get("state").equals("blocked"));
    }

    void miss(int thread, long ns, String what) {
        misses.add(workload.threads().comm().get(thread) + ":"
                + workload.threads().tid()[thread] + " at " + ns + ": " + what);
    }

    /** Walks all threads that run no guest and are made by no timer of KVM. */
    void threads() {
        boolean[] engines = new boolean[workload.threads().size()];
        for (Pit pit : workload.pits()) {
            if (pit.worker() >= 0) {
                engines[pit.worker()] = true;
            }
        }
        for (int i = 0; i < engines.length; i++) {
            if (!engines[i] && workload.threads().guest()[i] == null) {
                thread(i, instants(i));
            }
        }
        waiterOf.forEach((wait, waiter) -> {
            Long taken = takenIn.get(wait);
            if (taken == null || !contendedFrom.containsKey(wait) || taken > contendedFrom.get(wait)) {
                miss(waiter, contendedFrom.getOrDefault(wait, NULL), "waits for what nobody has taken: " + taken);
            }
        });
    }

    /** What a thread was recorded to do in its own context: time to a line of text, in time order. */
    private TreeMap<Long, List<String>> instants(int thread) {
        long tid = workload.threads().tid()[thread];
        TreeMap<Long, List<String>> found = new TreeMap<>();
        for (Map<String, Object> row : wakeups) {
            boolean runs = row.get("context").equals("task")
                    || row.get("context").equals("softirq") && softirqThreads.contains(tid);
            boolean mine = number(row, "waker_tid") == tid && runs;
            Integer wakee = indexOf.get((int) number(row, "wakee_tid"));
            if (mine && wakee != null && number(row, "ts_ns") >= workload.firstNs()) {
                found.computeIfAbsent(number(row, "ts_ns"), ns -> new ArrayList<>())
                        .add("wake " + wakee);
            }
        }
        for (Map<String, Object> row : edges) {
            boolean mine = number(row, "by_tid") == tid && row.get("context").equals("task");
            if (mine && number(row, "ts_ns") >= workload.firstNs()) {
                found.computeIfAbsent(number(row, "ts_ns"), ns -> new ArrayList<>())
                        .add("assert " + row.get("vm") + row.get("vcpu") + row.get("source") + row.get("irq"));
            }
        }
        return found;
    }

    private String text(byte op, int b) {
        return switch (op) {
            case Op.WAKE, Op.FORK -> "wake " + b;
            case Op.RELEASE -> "wake " + waiterOf.get(b);
            case Op.ASSERT ->
                "assert " + workload.lines().vm().get(b)
                        + workload.lines().vcpu()[b]
                        + workload.lines().source().get(b)
                        + workload.lines().irq()[b];
            default -> "op " + op;
        };
    }

    private void thread(int thread, TreeMap<Long, List<String>> instants) {
        Program program = workload.threads().program()[thread];
        List<Map<String, Object>> mine =
                spans.getOrDefault((long) workload.threads().tid()[thread], List.of());
        int at = 0;
        long left = at < program.size() && program.op(0) == Op.COMPUTE ? program.a(0) : 0;
        for (int i = 0; i < mine.size(); i++) {
            Map<String, Object> span = mine.get(i);
            Map<String, Object> before = i == 0 ? null : mine.get(i - 1);
            Map<String, Object> after = i + 1 == mine.size() ? null : mine.get(i + 1);
            boolean follows = before != null && number(before, "end_ns") == first(span);
            if (before != null && !follows) {
                if (at >= program.size() || program.op(at) != Op.WAIT_UNTIL || program.a(at) != first(span)) {
                    miss(thread, first(span), "no wait over a time in which nothing is known");
                }
                at++;
                left = at < program.size() && program.op(at) == Op.COMPUTE ? program.a(at) : 0;
            }
            boolean early = follows && runs(before) && span.get("state").equals("runnable-woken");
            if (sleeps(span) || early) {
                while (at < program.size() && program.op(at) == Op.SET_PRIORITY) {
                    at++;
                }
                waits(thread, program, at, span, early);
                at++;
                left = at < program.size() && program.op(at) == Op.COMPUTE ? program.a(at) : 0;
            }
            if (!runs(span)) {
                continue;
            }
            int cpu = (int) number(span, "cpu");
            long start = first(span);
            long end = number(span, "end_ns");
            long whole = left(cpu, start, end);
            boolean stays = after != null && number(after, "start_ns") == end;
            long in = follows && runs(before) ? 0 : inNs;
            long out = stays && after.get("state").equals("runnable-preempted") ? outNs : 0;
            long demand = Math.max(0, whole - in - out);
            runningNs += end - start;
            stolenNs += end - start - whole;
            long used = 0;
            while (at < program.size()) {
                byte op = program.op(at);
                if (op == Op.COMPUTE) {
                    long take = Math.min(left, demand - used);
                    used += take;
                    left -= take;
                    if (left > 0) {
                        break;
                    }
                } else if (op == Op.WAKE || op == Op.FORK || op == Op.RELEASE || op == Op.ASSERT) {
                    if (!instant(
                            thread, cpu, start, end, in + used, used == demand, text(op, program.b(at)), instants)) {
                        break;
                    }
                } else if (op == Op.HOLD) {
                    takenIn.put(program.b(at), start);
                } else if (op != Op.SET_PRIORITY) {
                    break;
                } else if (used == demand && i + 1 < mine.size()) {
                    break;
                }
                at++;
                left = at < program.size() && program.op(at) == Op.COMPUTE ? program.a(at) : 0;
            }
            // A step that raises a stay above its share is blurred: it began within the coming.
            if (used < demand) {
                miss(thread, end, (demand - used) + " ns of a stay are nobody's");
            }
            demandNs += used;
            overheadNs += whole - used;
        }
        while (at < program.size() && (program.op(at) == Op.END || program.op(at) == Op.SET_PRIORITY)) {
            at++;
        }
        if (at < program.size()) {
            miss(
                    thread,
                    workload.lastNs(),
                    "steps left from " + at + " of " + program.size() + ": " + text(program.op(at), program.b(at)));
        }
    }

    /** A step after some ns of a stay; false where it belongs to the next stay. */
    private boolean instant(
            int thread,
            int cpu,
            long start,
            long end,
            long after,
            boolean atEnd,
            String text,
            TreeMap<Long, List<String>> instants) {
        for (Map.Entry<Long, List<String>> entry : instants.tailMap(start).entrySet()) {
            if (!entry.getValue().contains(text)) {
                continue;
            }
            if (entry.getKey() >= end) {
                if (!atEnd) {
                    miss(thread, entry.getKey(), text + " comes before its time");
                }
                return false;
            }
            long recorded = left(cpu, start, entry.getKey());
            long off = Math.abs(recorded - after);
            if (off > inNs + outNs) {
                miss(thread, entry.getKey(), text + " is off by " + (recorded - after) + " ns");
            } else if (off > 0) {
                blurred++;
            }
            steps++;
            entry.getValue().remove(text);
            if (entry.getValue().isEmpty()) {
                instants.remove(entry.getKey());
            }
            return true;
        }
        miss(thread, start, text + " was not recorded");
        return true;
    }

    private void waits(int thread, Program program, int at, Map<String, Object> span, boolean early) {
        long block = first(span);
        long end = early ? block : number(span, "end_ns");
        if (at >= program.size()) {
            miss(thread, block, "no wait");
            return;
        }
        steps++;
        long a = program.a(at);
        switch (program.op(at)) {
            case Op.WAIT_WOKEN -> {
                // Its waker's step is looked at there.
            }
            case Op.WAIT_HELD -> contendedFrom.put(program.b(at), block);
            case Op.WAIT_FOR -> {
                boolean exact = program.b(at) < 0;
                long over = block + a;
                if (exact ? over != end : !early && over > end) {
                    miss(thread, block, "waits for " + a + " and waited " + (end - block));
                }
            }
            case Op.WAIT_UNTIL -> {
                if (!early && a > end) {
                    miss(thread, block, "waits until " + a + " and waited until " + end);
                }
            }
            default -> miss(thread, block, "waits, and the program has op " + program.op(at));
        }
    }

    /**
     * Walks all guests that take interrupts, but those whose entries the kernel does not trace on all ways (KVM-PR): their
     * stays in the guest are not known.
     */
    void guests() {
        for (int i = 0; i < workload.threads().size(); i++) {
            GuestProgram guest = workload.threads().guest()[i];
            if (guest != null && guest.responses() > 0 && showsEntries(i)) {
                new ForcedGuest(this, i).walk();
            }
        }
    }

    private boolean showsEntries(int thread) {
        int exits = 0;
        int open = 0;
        for (Map<String, Object> row : tables.rows(TimelineTables.VM_EXIT)) {
            if (number(row, "tid") == workload.threads().tid()[thread]) {
                exits++;
                open += row.get("end_ns") == null ? 1 : 0;
            }
        }
        return open <= 1 + exits / FEW_OPEN;
    }

    /** Begin of the first interrupt or gap in [from, to) on a CPU, or {@code to}. */
    long firstStolen(int cpu, long from, long to) {
        List<long[]> of = stolen.getOrDefault(cpu, List.of());
        int low = 0;
        int high = of.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (of.get(middle)[0] < from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < of.size() ? Math.min(to, of.get(low)[0]) : to;
    }

    /** The spans of a thread from the one that holds a time on. */
    List<Map<String, Object>> spansFrom(int thread, long ns) {
        List<Map<String, Object>> of = spans.get((long) workload.threads().tid()[thread]);
        int low = 0;
        int high = of.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (number(of.get(middle), "end_ns") <= ns) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return of.subList(low, of.size());
    }
}
