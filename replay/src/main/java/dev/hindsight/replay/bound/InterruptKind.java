package dev.hindsight.replay.bound;

/** All that one kind of interrupt did on one CPU. */
final class InterruptKind {

    /** By start; number: the time of its own, without those nested in it, in ns (interrupts last less than 2 s). */
    private final Spans spans = new Spans();

    void add(long startNs, long endNs, long selfNs) {
        spans.add(startNs, endNs, (int) Math.min(Integer.MAX_VALUE, selfNs), 0);
    }

    void sort() {
        spans.sortBy(true);
    }

    Spans spans() {
        return spans;
    }

    /**
     * The most time that those which overlap any window of this length have together: the observed demand curve. A window
     * that meets most of it can be moved until it begins with the last instant of one.
     */
    long mostNs(long windowNs) {
        long most = 0;
        long sum = 0;
        int next = 0;
        for (int i = 0; i < spans.size; i++) {
            long fromNs = Math.max(spans.startNs[i], spans.endNs[i] - 1);
            while (next < spans.size && spans.startNs[next] < fromNs + windowNs) {
                sum += spans.number[next++];
            }
            most = Math.max(most, sum);
            sum -= spans.number[i];
        }
        return most;
    }
}
