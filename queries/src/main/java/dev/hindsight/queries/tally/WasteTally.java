package dev.hindsight.queries.tally;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * CPU time that did nobody good, as {@code waste_span.sql} tells, in ns over all CPUs.
 *
 * @param priorityIdleNs a vCPU spins in its idle guest and keeps others away by its priority
 * @param shieldedIdleNs a shielded CPU idles while somebody waits elsewhere
 * @param haltPollNs polling for a halted vCPU
 * @param exitNs KVM handles exits
 * @param spinNs idle guests spin otherwise, pause exits
 * @param blind whether nothing tells when any guest is idle: the first and the last are then not known
 */
public record WasteTally(
        long priorityIdleNs, long shieldedIdleNs, long haltPollNs, long exitNs, long spinNs, boolean blind) {

    /** The spinning of a virtual CPU's guest on one CPU; the owner is its thread's standing. */
    static void addSpinning(Holds[] holds, int tid, Spans busy, Spans[] spinningByCpu) {
        Spans union = busy.ordered().union();
        for (int cpu = 0; cpu < holds.length; cpu++) {
            Holds of = holds[cpu];
            int at = 0;
            for (int i = 0; of != null && i < of.size(); i++) {
                if (of.kind(i) != Holds.GUEST || of.tid(i) != tid) {
                    continue;
                }
                long from = of.startNs(i);
                long standing = ThreadWaits.standing(of.prio(i));
                while (at < union.size() && union.endNs(at) <= from) {
                    at++;
                }
                int next = at;
                while (from < of.endNs(i)) {
                    long until = next < union.size() ? Math.min(of.endNs(i), union.startNs(next)) : of.endNs(i);
                    spinningByCpu[cpu].add(from, until, standing);
                    if (next == union.size() || union.startNs(next) >= of.endNs(i)) {
                        break;
                    }
                    from = Math.max(from, union.endNs(next++));
                }
            }
        }
    }

    /** Adds to {@code sums}: spinning that keeps lower ones away at 0, other spinning at 1. */
    static void addContention(Spans spinning, Spans waits, long[] sums) {
        TreeSet<Long> standings = new TreeSet<>();
        for (int i = 0; i < spinning.size(); i++) {
            standings.add(spinning.owner(i));
        }
        for (long standing : standings) {
            Spans of = new Spans();
            Spans below = new Spans();
            for (int i = 0; i < spinning.size(); i++) {
                if (spinning.owner(i) == standing) {
                    of.add(spinning.startNs(i), spinning.endNs(i), 0);
                }
            }
            for (int i = 0; i < waits.size(); i++) {
                if (waits.owner(i) > standing) {
                    below.add(waits.startNs(i), waits.endNs(i), 0);
                }
            }
            Spans alone = of.ordered().union();
            long both = overlapNs(alone, below.ordered().union());
            long all = 0;
            for (int i = 0; i < alone.size(); i++) {
                all += alone.endNs(i) - alone.startNs(i);
            }
            sums[0] += both;
            sums[1] += all - both;
        }
    }

    /** Idle time of one CPU while somebody waits for another one. */
    static long shieldedIdleNs(Holds holds, Iterable<Spans> waitsElsewhere) {
        Spans idle = new Spans();
        for (int i = 0; i < holds.size(); i++) {
            if (holds.kind(i) == Holds.IDLE) {
                idle.add(holds.startNs(i), holds.endNs(i), 0);
            }
        }
        Spans waits = new Spans();
        for (Spans of : waitsElsewhere) {
            for (int i = 0; i < of.size(); i++) {
                waits.add(of.startNs(i), of.endNs(i), 0);
            }
        }
        return overlapNs(idle.union(), waits.ordered().union());
    }

    /** Time in which both are, each without overlap in itself and in order. */
    private static long overlapNs(Spans a, Spans b) {
        long sum = 0;
        int at = 0;
        for (int i = 0; i < a.size(); i++) {
            while (at < b.size() && b.endNs(at) <= a.startNs(i)) {
                at++;
            }
            for (int k = at; k < b.size() && b.startNs(k) < a.endNs(i); k++) {
                sum += Math.min(a.endNs(i), b.endNs(k)) - Math.max(a.startNs(i), b.startNs(k));
            }
        }
        return sum;
    }

    /** Exit handling that is of pause exits: what follows the begin of one on its thread, until its end. */
    static long pauseNs(Holds[] holds, java.util.Map<Integer, Spans> pausesByTid) {
        if (pausesByTid.isEmpty()) {
            return 0;
        }
        long sum = 0;
        for (Holds of : holds) {
            for (int i = 0; of != null && i < of.size(); i++) {
                Spans pauses = of.kind(i) == Holds.EXIT ? pausesByTid.get(of.tid(i)) : null;
                if (pauses != null) {
                    int last = lastBegun(pauses, of.startNs(i));
                    if (last >= 0 && of.startNs(i) < pauses.endNs(last)) {
                        sum += of.endNs(i) - of.startNs(i);
                    }
                }
            }
        }
        return sum;
    }

    private static int lastBegun(Spans spans, long ns) {
        int low = 0;
        int high = spans.size() - 1;
        while (low <= high) {
            int middle = low + high >>> 1;
            if (spans.startNs(middle) <= ns) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /** The five together. */
    public long totalNs() {
        return (blind ? 0 : priorityIdleNs + spinNs) + shieldedIdleNs + haltPollNs + exitNs;
    }

    static List<Spans> but(ThreadWaits waits, int cpu) {
        List<Spans> others = new ArrayList<>();
        for (java.util.Map.Entry<Integer, Spans> of : waits.all()) {
            if (of.getKey() != cpu) {
                others.add(of.getValue());
            }
        }
        return others;
    }
}
