package dev.hindsight.replay.workload;

import java.util.Arrays;

/**
 * Finds the periods of guests' own timers, and which of their arrivals come after others that the guest passed over,
 * because it got no CPU in time to set them.
 */
final class GuestTimerTable {

    /** A period needs so many intervals between arrivals whose due is known. */
    private static final int FEWEST = 10;

    /** So much of them are it, to a part of {@value #EXACT}. */
    private static final double MOST = 0.8;

    private static final int EXACT = 8;

    private final Recorded of;
    private final GuestTimers timers;
    private final long[] dueNs;
    private final int[] edge;
    private final boolean[] known;
    private final boolean[] shown;
    private final int[] deliveryOfEdge;

    /** Of each arrival, as {@link Arrivals} has them. */
    final long[] afterNs;

    final byte[] passedOver;

    /**
     * All by arrival, in time order.
     *
     * @param line that it raises, -1 for none
     * @param edge row of {@code virq_edge} that it is, -1 for none
     * @param known whether its due is, not only when the vCPU got its CPU back
     * @param shown whether events tell what the timer was set for
     */
    GuestTimerTable(
            Recorded of, long[] dueNs, int[] line, int[] edge, boolean[] known, boolean[] shown, int[] deliveryOfEdge) {
        this.of = of;
        this.dueNs = dueNs;
        this.edge = edge;
        this.known = known;
        this.shown = shown;
        timers = GuestTimers.of(of.lines);
        afterNs = new long[dueNs.length];
        passedOver = new byte[dueNs.length];
        this.deliveryOfEdge = deliveryOfEdge;
        Groups byLine = new Groups(line, of.lines.size());
        for (int l = 0; l < of.lines.size(); l++) {
            if (!isHandled(l)) {
                // What the guest does for it is not known, nor when it would arm the next.
                timers.own()[l] = false;
                timers.onlyLoaded()[l] = false;
            }
            if (timers.own()[l]) {
                int[] mine = Arrays.copyOfRange(byLine.row, byLine.from[l], byLine.from[l + 1]);
                timers.periodNs()[l] = timers.onlyLoaded()[l] ? periodNs(mine) : 0;
                if (timers.periodNs()[l] > 0) {
                    findPassedOver(mine, timers.periodNs()[l]);
                } else {
                    timers.relative()[l] = timers.onlyLoaded()[l] && !areShown(mine);
                    findAfter(mine, of.lines.vcpuThread()[l], timers.relative()[l]);
                }
            }
        }
    }

    GuestTimers timers() {
        return timers;
    }

    private boolean isHandled(int line) {
        for (int delivery = 0; delivery < of.lineOfDelivery.length; delivery++) {
            if (of.lineOfDelivery[delivery] == line && of.deliveries.enteredNs[delivery] != StoredTable.NULL) {
                return true;
            }
        }
        return false;
    }

    private long periodNs(int[] mine) {
        Samples intervals = new Samples();
        for (int i = 1; i < mine.length; i++) {
            if (known[mine[i]] && known[mine[i - 1]]) {
                intervals.add(dueNs[mine[i]] - dueNs[mine[i - 1]]);
            }
        }
        long usual = intervals.median();
        int near = 0;
        for (long ns : intervals.toArray()) {
            near += Math.abs(ns - usual) <= usual / EXACT ? 1 : 0;
        }
        return intervals.size() >= FEWEST && near >= MOST * intervals.size() ? usual : 0;
    }

    private boolean areShown(int[] mine) {
        int count = 0;
        for (int arrival : mine) {
            count += shown[arrival] ? 1 : 0;
        }
        return 2 * count >= mine.length;
    }

    /** Of a relative one, what came due, or may have, while the vCPU waited for a CPU is taken for due no later than usual. */
    private void findAfter(int[] mine, int thread, boolean relative) {
        Samples usual = new Samples();
        long armedNs = of.firstNs;
        long lastNs = of.firstNs;
        for (int arrival : mine) {
            long entered = enteredNs(arrival);
            long sinceNs = Math.max(0, dueNs[arrival] - (relative ? lastNs : armedNs));
            afterNs[arrival] = isCoalesced(arrival) ? -1 : sinceNs;
            known[arrival] &= !relative || !of.spans.waits(thread, lastNs, dueNs[arrival]);
            if (known[arrival]) {
                usual.add(afterNs[arrival]);
            }
            armedNs = entered == StoredTable.NULL ? armedNs : entered;
            lastNs = dueNs[arrival];
        }
        long median = usual.median();
        for (int arrival : mine) {
            afterNs[arrival] = known[arrival] ? afterNs[arrival] : Math.min(afterNs[arrival], median);
        }
    }

    private void findPassedOver(int[] mine, long periodNs) {
        for (int i = 1; i < mine.length; i++) {
            int arrival = mine[i];
            int before = mine[i - 1];
            if (!known[arrival]) {
                passedOver[arrival] = Arrivals.DUE_BEFORE;
            } else if (!known[before]
                    || dueNs[arrival] - dueNs[before] > periodNs + periodNs / 2 && isEnteredLate(before, periodNs)) {
                passedOver[arrival] = Arrivals.OTHERS_BEFORE;
            }
        }
    }

    private boolean isCoalesced(int arrival) {
        return edge[arrival] >= 0 && deliveryOfEdge[edge[arrival]] < 0;
    }

    private long enteredNs(int arrival) {
        int delivery = edge[arrival] < 0 ? -1 : deliveryOfEdge[edge[arrival]];
        return delivery < 0 ? StoredTable.NULL : of.deliveries.enteredNs[delivery];
    }

    private boolean isEnteredLate(int arrival, long periodNs) {
        long entered = enteredNs(arrival);
        return entered != StoredTable.NULL && entered - dueNs[arrival] > periodNs / 2;
    }
}
