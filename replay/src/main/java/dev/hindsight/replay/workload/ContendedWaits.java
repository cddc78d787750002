package dev.hindsight.replay.workload;

import java.util.Arrays;

/**
 * Which waits only ran into what another thread was at: a lock, a page, a journal that commits.
 *
 * <p>Such a wait is uninterruptible, and the thread that ends it was awake when it began and not upon a request of the
 * waiter (no wakeup by it, directly or through others, began what the holder is at). In a replay the two meet otherwise:
 * who comes before the other holds the thing finds it free, and does not wait until the other comes to release it.
 *
 * <p>A wakeup may come just before the switch of the waiter, as it goes to sleep. Then no span tells whether that was
 * uninterruptible; it is taken for it of threads that the recording never shows in another sleep.
 *
 * <p>When the holder took it is in no event. A wait begins anywhere in the time that a thing is held, so that as much of
 * that is behind as is ahead, in the mean: the holder took it as long before the wait began as the wait lasts, but not
 * before it woke.
 */
final class ContendedWaits {

    private static final int MOST_SPANS_BACK = 256;
    private static final int MOST_REQUESTS = 8;

    /** Of a row of {@code wakeup}: which contended wait it ends, -1 for none. */
    final int[] of;

    private final Recorded recorded;
    private final WaitEnds waits;

    /** By thread: whether the recording shows it in an interruptible sleep. */
    private final boolean[] sleeps;

    /** Of each contended wait, when the holder took what it is for. */
    private final long[] takenNs;

    private final Groups byHolder;

    ContendedWaits(Recorded recorded, WaitEnds waits) {
        this.recorded = recorded;
        this.waits = waits;
        of = new int[recorded.wakes.tsNs.length];
        Arrays.fill(of, -1);
        sleeps = new boolean[recorded.threads.size()];
        for (int span = 0; span < recorded.spans.thread.length; span++) {
            if (recorded.spans.thread[span] >= 0 && recorded.spans.state[span] == SpanRows.SLEEPING) {
                sleeps[recorded.spans.thread[span]] = true;
            }
        }
        long[] ns = new long[of.length];
        int[] holder = new int[of.length];
        int count = 0;
        for (int row = 0; row < of.length; row++) {
            ns[count] = waits.how[row] == WaitEnds.BY_THREAD && isLock(row) ? takenNs(row) : StoredTable.NULL;
            if (ns[count] != StoredTable.NULL) {
                holder[count] = recorded.wakes.waker[row];
                of[row] = count++;
            }
        }
        takenNs = Arrays.copyOf(ns, count);
        byHolder = new Groups(Arrays.copyOf(holder, count), recorded.threads.size());
    }

    /** Adds to a thread's instants when it took what others then waited for. */
    void addTakenBy(int thread, Instants to) {
        for (int i = byHolder.from[thread]; i < byHolder.from[thread + 1]; i++) {
            to.add(takenNs[byHolder.row[i]], Op.HOLD, 0, byHolder.row[i]);
        }
    }

    private boolean isLock(int row) {
        WakeRows wakes = recorded.wakes;
        int waiter = wakes.wakee[row];
        int holder = wakes.waker[row];
        if (wakes.context[row] != WakeRows.TASK || isOther(waiter) || isOther(holder) || waiter == holder) {
            return false;
        }
        if (waits.blockNs[row] < recorded.firstNs) {
            return false;
        }
        int slept = recorded.spans.endingAt(waiter, wakes.tsNs[row]);
        return slept >= 0 && recorded.spans.isSleep(slept)
                ? recorded.spans.state[slept] == SpanRows.BLOCKED
                : waits.blockNs[row] > wakes.tsNs[row] && !sleeps[waiter];
    }

    /** Whether a thread's program is not made of its own steps alone. */
    private boolean isOther(int thread) {
        return recorded.threads.isVcpu(thread) || waits.pitWorker[thread] || recorded.threads.isKsoftirqd(thread);
    }

    /** When the holder took what the wait that a wakeup ends is for; null where the wait is for the holder's answer. */
    private long takenNs(int row) {
        SpanRows spans = recorded.spans;
        int holder = recorded.wakes.waker[row];
        long releasedNs = recorded.wakes.tsNs[row];
        long blockNs = Math.min(waits.blockNs[row], releasedNs);
        long wokeNs = wokeNs(holder, blockNs);
        if (wokeNs == StoredTable.NULL || isAsked(holder, wokeNs, recorded.wakes.wakee[row], 0)) {
            return StoredTable.NULL;
        }
        long ns = Math.max(wokeNs, 2 * blockNs - releasedNs);
        int at = spans.at(holder, ns);
        while (at >= 0 && spans.state[at] != SpanRows.RUNNING && spans.startNs[at] > wokeNs) {
            at = spans.at(holder, spans.startNs[at] - 1);
        }
        if (at < 0) {
            return StoredTable.NULL;
        }
        if (spans.state[at] == SpanRows.RUNNING) {
            return Math.max(spans.startNs[at], Math.min(ns, spans.endNs[at] - 1));
        }
        // It has not run since it woke: it took it as soon as it did, if that was before the wait.
        while (at >= 0 && spans.state[at] != SpanRows.RUNNING) {
            at = spans.at(holder, spans.endNs[at]);
        }
        return at >= 0 && spans.startNs[at] <= blockNs ? spans.startNs[at] : StoredTable.NULL;
    }

    /** When a thread that is awake began to be; null where it sleeps, or nothing is known of it. */
    private long wokeNs(int thread, long ns) {
        SpanRows spans = recorded.spans;
        int at = spans.at(thread, ns);
        if (at < 0 || spans.state[at] == SpanRows.SLEEPING) {
            return StoredTable.NULL;
        }
        for (int i = 0; i < MOST_SPANS_BACK; i++) {
            int before = spans.at(thread, spans.startNs[at] - 1);
            if (before < 0 || spans.state[before] == SpanRows.SLEEPING) {
                break;
            }
            at = before;
        }
        return spans.startNs[at];
    }

    /** Whether what a thread is at since it woke was begun by another one's wakeup, through any threads between. */
    private boolean isAsked(int thread, long wokeNs, int by, int depth) {
        WakeRows wakes = recorded.wakes;
        int wake = wakes.of(thread, wokeNs);
        if (wake < 0 || wakes.context[wake] != WakeRows.TASK || wakes.waker[wake] < 0) {
            return false;
        }
        int waker = wakes.waker[wake];
        if (waker == by || depth == MOST_REQUESTS) {
            return true;
        }
        long began = wokeNs(waker, wokeNs);
        return began != StoredTable.NULL && isAsked(waker, began, by, depth + 1);
    }
}
