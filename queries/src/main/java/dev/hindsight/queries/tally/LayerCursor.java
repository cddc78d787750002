package dev.hindsight.queries.tally;

/** A walk over the begins and ends of one layer's spans: how many are on, and whose began last. */
final class LayerCursor {

    private final Spans spans;
    private final long[] ends;
    private int nextStart;
    private int nextEnd;
    private int on;
    private long owner;

    LayerCursor(Spans spans) {
        spans.sort();
        this.spans = spans;
        this.ends = spans.ends();
    }

    /** When anything changes next, {@code Long.MAX_VALUE} for never. */
    long nextNs() {
        long start = nextStart < spans.size() ? spans.startNs(nextStart) : Long.MAX_VALUE;
        long end = nextEnd < ends.length ? ends[nextEnd] : Long.MAX_VALUE;
        return Math.min(start, end);
    }

    /** Takes all that changes at one moment. */
    void take(long ns) {
        while (nextEnd < ends.length && ends[nextEnd] == ns) {
            nextEnd++;
            on--;
        }
        boolean first = true;
        while (nextStart < spans.size() && spans.startNs(nextStart) == ns) {
            long began = spans.owner(nextStart++);
            owner = first ? began : Math.max(owner, began);
            first = false;
            on++;
        }
    }

    boolean isOn() {
        return on > 0;
    }

    /** Of the span that began last. */
    long owner() {
        return owner;
    }
}
