package dev.hindsight.replay.timeline;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import java.util.Arrays;

/**
 * The softirqs of one CPU that were raised and did not run since: when first, and in which handler. A softirq that is
 * pending is not raised again by whoever raises it later.
 */
final class SoftirqRaises {

    /** A softirq's number is a bit of the CPU's pending mask. */
    private static final int MOST = 32;

    private final long[] raisedNs = new long[MOST];
    private final long[] handlerNs = new long[MOST];

    SoftirqRaises() {
        clear();
    }

    /** @param inHandlerNs begin of the handler that raises it, null in none */
    void raise(int softirq, long tsNs, long inHandlerNs) {
        if (softirq >= 0 && softirq < MOST && raisedNs[softirq] == NULL) {
            raisedNs[softirq] = tsNs;
            handlerNs[softirq] = inHandlerNs;
        }
    }

    long raisedNs(int softirq) {
        return softirq >= 0 && softirq < MOST ? raisedNs[softirq] : NULL;
    }

    long handlerNs(int softirq) {
        return softirq >= 0 && softirq < MOST ? handlerNs[softirq] : NULL;
    }

    /** It runs. */
    void clear(int softirq) {
        if (softirq >= 0 && softirq < MOST) {
            raisedNs[softirq] = NULL;
            handlerNs[softirq] = NULL;
        }
    }

    /** Events were lost: nobody knows what is pending. */
    void clear() {
        Arrays.fill(raisedNs, NULL);
        Arrays.fill(handlerNs, NULL);
    }
}
