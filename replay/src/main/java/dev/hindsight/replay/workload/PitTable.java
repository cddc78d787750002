package dev.hindsight.replay.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** KVM's interval timers: each with the worker that it wakes, and what the worker's runs took. */
final class PitTable {

    private static final String FUNCTION = "pit_timer_fn";

    private final Recorded of;
    private final WaitEnds waits;
    private final long switchInNs;
    private final List<Pit> pits = new ArrayList<>();
    private final List<Integer> lineOf = new ArrayList<>();
    private final List<Integer> workerOf = new ArrayList<>();

    /** Place in {@link #pits} by row of {@code timer_expiry}, -1 for no PIT's. */
    final int[] pitOfExpiry;

    PitTable(Recorded of, WaitEnds waits, long switchInNs) {
        this.switchInNs = switchInNs;
        this.of = of;
        this.waits = waits;
        pitOfExpiry = new int[of.expiries.cpu.length];
        findTimers();
        for (int i = 0; i < lineOf.size(); i++) {
            pits.add(pit(lineOf.get(i), workerOf.get(i)));
        }
    }

    List<Pit> pits() {
        return List.copyOf(pits);
    }

    /** The line of a PIT's machine: of source pit, or, where its edges are not known as such, none. */
    private int line(String vm) {
        for (int i = 0; i < of.lines.size(); i++) {
            if (of.lines.vm().get(i).equals(vm) && of.lines.source().get(i).equals("pit")) {
                return i;
            }
        }
        return -1;
    }

    private void findTimers() {
        ExpiryRows expiries = of.expiries;
        Map<Long, Integer> pitOfTimer = new HashMap<>();
        WakeRows wakes = of.wakes;
        for (int row = 0; row < wakes.tsNs.length; row++) {
            int worker = wakes.wakee[row];
            if (worker < 0 || !waits.pitWorker[worker]) {
                continue;
            }
            int expiry = expiries.at(wakes.wakerCpu[row], wakes.tsNs[row]);
            if (expiry >= 0) {
                pitOfTimer.computeIfAbsent(expiries.timer[expiry], key -> add(worker));
            }
        }
        for (int i = 0; i < pitOfExpiry.length; i++) {
            Integer pit = pitOfTimer.get(expiries.timer[i]);
            if (pit == null && expiries.is(i, FUNCTION)) {
                pit = withoutWorker(i);
                pitOfTimer.put(expiries.timer[i], pit);
            }
            pitOfExpiry[i] = pit == null ? -1 : pit;
        }
    }

    private int add(int worker) {
        int line = line(of.threads.vm[worker]);
        if (line < 0) {
            return -1;
        }
        lineOf.add(line);
        workerOf.add(worker);
        return lineOf.size() - 1;
    }

    /** A PIT that raises the line in its timer: the only machine with a PIT's line that has none yet. */
    private int withoutWorker(int expiry) {
        for (int i = 0; i < of.edges.tsNs.length; i++) {
            int line = of.lineOfEdge[i];
            long ns = of.edges.tsNs[i];
            boolean inside = of.edges.cpu[i] == of.expiries.cpu[expiry]
                    && ns >= of.expiries.expiredNs[expiry]
                    && ns <= of.expiries.returnedNs[expiry];
            if (line >= 0 && inside && !lineOf.contains(line)) {
                lineOf.add(line);
                workerOf.add(-1);
                return lineOf.size() - 1;
            }
        }
        return -1;
    }

    /** Stays of the worker, without its coming to the CPU, each from the switch to it to its sleep, with or without an edge. */
    private Pit pit(int line, int worker) {
        Measured all = new Measured(new Samples(), new Samples());
        Measured expired = new Measured(new Samples(), new Samples());
        Measured again = new Measured(new Samples(), new Samples());
        Samples idle = new Samples();
        if (worker >= 0) {
            stays(worker, line, expired, again, idle);
            all.add(expired);
            all.add(again);
        }
        long[] idles = idle.isEmpty()
                ? all.before.less(switchInNs).or(1_000)
                : idle.less(switchInNs).usual();
        long[] usual = {Samples.median(idles)};
        Pit.Stays either = new Pit.Stays(
                all.before.isEmpty() ? usual : all.before.less(switchInNs).usual(),
                all.after.isEmpty() ? usual : all.after.usual());
        return new Pit(line, worker, true, expired.stays(switchInNs, either), again.stays(switchInNs, either), idles);
    }

    /** Stays of a worker before and after its assertion. */
    private record Measured(Samples before, Samples after) {

        void add(Measured others) {
            before.addAll(others.before);
            after.addAll(others.after);
        }

        Pit.Stays stays(long switchInNs, Pit.Stays others) {
            return new Pit.Stays(before.less(switchInNs).enoughOr(others.beforeNs()), after.enoughOr(others.afterNs()));
        }
    }

    private void stays(int worker, int line, Measured expired, Measured again, Samples idle) {
        SpanRows spans = of.spans;
        EdgeRows edges = of.edges;
        int edge = edges.byThread.from[worker];
        int edgeEnd = edges.byThread.from[worker + 1];
        long ran = 0;
        long sinceEdge = -1;
        boolean whole = false;
        Measured queued = expired;
        for (int i = spans.byThread.from[worker]; i < spans.byThread.from[worker + 1]; i++) {
            int row = spans.byThread.row[i];
            if (spans.isSleep(row)) {
                whole = true;
                int wake = of.wakes.of(worker, spans.endNs[row]);
                queued = wake >= 0 && of.wakes.context[wake] == WakeRows.TASK ? again : expired;
                ran = 0;
                sinceEdge = -1;
                continue;
            }
            if (spans.state[row] != SpanRows.RUNNING || !whole) {
                continue;
            }
            long from = spans.startNs[row];
            long to = spans.endNs[row];
            for (; edge < edgeEnd && edges.tsNs[edges.byThread.row[edge]] < to; edge++) {
                long ns = edges.tsNs[edges.byThread.row[edge]];
                if (ns < from
                        || of.lineOfEdge[edges.byThread.row[edge]] != line
                        || !edges.inTask[edges.byThread.row[edge]]) {
                    continue;
                }
                if (sinceEdge < 0) {
                    queued.before.add(ran + of.stolen.left(spans.cpu[row], spans.startNs[row], ns));
                }
                ran = -of.stolen.left(spans.cpu[row], from, ns);
                sinceEdge = 0;
            }
            ran += of.stolen.left(spans.cpu[row], from, to);
            int next = i + 1 < spans.byThread.from[worker + 1] ? spans.byThread.row[i + 1] : -1;
            if (next >= 0 && spans.isSleep(next) && spans.endNs[row] == spans.startNs[next]) {
                (sinceEdge < 0 ? idle : queued.after).add(ran);
            }
        }
    }
}
