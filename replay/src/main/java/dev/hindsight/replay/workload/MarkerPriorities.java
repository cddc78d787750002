package dev.hindsight.replay.workload;

/**
 * The priority that a vCPU's monitor gives it while a marker is open, and otherwise, where the recording tells: at each
 * change of the thread's state the scheduler's events have its priority, and those within a marker all have one, those
 * outside all another (co-scheduling). Events that come between a change of priority and the next change of state tell
 * nothing, so that most changes can be seen in this way only.
 */
final class MarkerPriorities {

    private static final int UNKNOWN = -2;
    private static final int FEWEST = 3;
    /** Of 100 observations, so many must agree. */
    private static final int AGREE = 95;

    private static final MarkerPriorities NONE = new MarkerPriorities(UNKNOWN, UNKNOWN);

    private final int open;
    private final int closed;
    private int due = UNKNOWN;

    private MarkerPriorities(int open, int closed) {
        this.open = open;
        this.closed = closed;
    }

    boolean known() {
        return open != UNKNOWN;
    }

    /** The guest said so; the monitor will set the priority. */
    void marked(boolean opens) {
        due = opens ? open : closed;
    }

    /** What the monitor sets now, -2 for nothing. */
    int take() {
        int now = due;
        due = UNKNOWN;
        return now;
    }

    static MarkerPriorities of(Recorded of, int thread) {
        SpanRows spans = of.spans;
        Votes open = new Votes();
        Votes closed = new Votes();
        int marker = 0;
        long openMarkers = 0;
        boolean any = false;
        for (int i = spans.byThread.from[thread]; i < spans.byThread.from[thread + 1]; i++) {
            int row = spans.byThread.row[i];
            while (marker < of.markerNs.length && of.markerNs[marker] < spans.startNs[row]) {
                if (of.markerThread[marker] == thread) {
                    any = true;
                    long bit = 1L << (of.markerKind[marker] & 63);
                    openMarkers = of.markerValue[marker] != 0 ? openMarkers | bit : openMarkers & ~bit;
                }
                marker++;
            }
            if (any && spans.priority[row] != UNKNOWN) {
                (openMarkers != 0 ? open : closed).add(spans.priority[row]);
            }
        }
        if (open.total < FEWEST
                || closed.total < FEWEST
                || !open.agree()
                || !closed.agree()
                || open.first == closed.first) {
            return NONE;
        }
        return new MarkerPriorities(open.first, closed.first);
    }

    /** Counts the priority that most have: the candidate of a majority vote. */
    private static final class Votes {
        int first = UNKNOWN;
        int lead;
        int total;
        int[] counts = new int[256];

        void add(int priority) {
            total++;
            counts[priority + 2 & 255]++;
            if (lead == 0) {
                first = priority;
            }
            lead += priority == first ? 1 : -1;
        }

        boolean agree() {
            return 100L * counts[first + 2 & 255] >= (long) AGREE * total;
        }
    }
}
