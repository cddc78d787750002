package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ctf.EventBatch.Loss;
import dev.hindsight.parsers.recording.InterruptContext;

/**
 * Merges the events of all streams by time, batch by batch, and finds thread and interrupt of those that tell
 * neither. */
final class LaneMerge {

    private final StreamLane[] lanes;
    private final RunningThreads threads;
    private final InterruptContext interrupts = new InterruptContext();
    private final FallingTime falling;

    /** By the event's class: whether its events are left out. */
    private final boolean[] leftOut;

    private final boolean[] met;

    /** Lanes with an event to come, as a heap by its time and the lane's place. */
    private final int[] heap;

    private int live;
    private boolean begun;
    private boolean ended;

    /** The lane whose next event comes after a loss that is to be told first, null for none. */
    private StreamLane lossy;

    private long firstNs = Long.MIN_VALUE;
    private long lastNs = Long.MIN_VALUE;

    /** Hears of events that are earlier than the one before them in the merged order. */
    @FunctionalInterface
    interface FallingTime {
        void fell(int cpu, long fromNs, long toNs);
    }

    /**
     * Of some streams.
     *
     * @param lanes ties in time go by their order
     * @param tracked as {@link RunningThreads} says
     * @param leftOut by class of events, whether they are not put into batches
     */
    LaneMerge(StreamLane[] lanes, boolean tracked, boolean[] leftOut, FallingTime falling) {
        this.leftOut = leftOut;
        met = new boolean[leftOut.length];
        this.lanes = lanes;
        this.falling = falling;
        threads = new RunningThreads(lanes, tracked);
        heap = new int[lanes.length];
    }

    /** Fills a batch with the next events, or with losses alone; false at the end. */
    boolean fill(EventBatch batch) {
        batch.clear();
        if (!begun) {
            begun = true;
            begin(batch);
        }
        if (lossy != null) {
            tellLost(batch, lossy);
            threads.lost(lossy);
            interrupts.lost(lossy.cpu);
            lossy = null;
        }
        while (live > 0 && lossy == null && !batch.isFull()) {
            StreamLane lane = lanes[heap[0]];
            take(batch, lane);
            if (lane.next()) {
                lossy = lane.lostBefore == 0 ? null : lane;
            } else {
                heap[0] = heap[--live];
            }
            if (live > 0) {
                down();
            }
        }
        if (batch.size > 0 || live > 0) {
            return true;
        }
        boolean more = !ended;
        if (more) {
            ended = true;
            end(batch);
        }
        return more;
    }

    private void begin(EventBatch batch) {
        boolean[] has = new boolean[lanes.length];
        for (int i = 0; i < lanes.length; i++) {
            has[i] = lanes[i].next();
            if (has[i]) {
                firstNs = live == 0 ? lanes[i].tsNs : Math.min(firstNs, lanes[i].tsNs);
                heap[live] = i;
                up(live++);
            }
        }
        threads.begin();
        for (int i = 0; i < lanes.length; i++) {
            if (has[i]) {
                tellLost(batch, lanes[i]);
            }
        }
    }

    private void end(EventBatch batch) {
        for (StreamLane lane : lanes) {
            if (lane.lostBefore != 0) {
                long end = lastNs == Long.MIN_VALUE ? 0 : lastNs;
                long from = lane.lostAfterNs == Long.MIN_VALUE ? start(end) : lane.lostAfterNs;
                batch.losses.add(new Loss(lane.cpu, from, end, lane.lostBefore));
            }
        }
    }

    private long start(long end) {
        return firstNs == Long.MIN_VALUE ? end : Math.min(firstNs, end);
    }

    private void tellLost(EventBatch batch, StreamLane lane) {
        if (lane.lostBefore != 0) {
            long from = lane.lostAfterNs == Long.MIN_VALUE ? start(lane.tsNs) : lane.lostAfterNs;
            batch.losses.add(new Loss(lane.cpu, from, lane.tsNs, lane.lostBefore));
            lane.lostBefore = 0;
        }
    }

    private void take(EventBatch batch, StreamLane lane) {
        EventLayout layout = lane.event;
        int cpu = lane.cpu;
        int tid = threads.on(cpu);
        if (layout.nextPid >= 0) {
            tid = layout.prevPid >= 0 ? lane.intOf(layout.prevPid) : tid;
            threads.came(cpu, lane.intOf(layout.nextPid));
        }
        int flags = interrupts.next(cpu, layout.change);
        int event = layout.type.index();
        if (!leftOut[event]) {
            batch.add(lane, tid, flags);
        } else if (!met[event]) {
            met[event] = true;
            batch.leftOut.add(event);
        }
        if (lane.tsNs < lastNs) {
            falling.fell(cpu, lastNs, lane.tsNs);
        }
        lastNs = lane.tsNs;
    }

    private boolean before(int a, int b) {
        long x = lanes[a].tsNs;
        long y = lanes[b].tsNs;
        return x < y || x == y && a < b;
    }

    private void up(int from) {
        int at = from;
        int lane = heap[at];
        while (at > 0 && before(lane, heap[(at - 1) / 2])) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = lane;
    }

    private void down() {
        int lane = heap[0];
        int at = 0;
        while (2 * at + 1 < live) {
            int child = 2 * at + 1;
            if (child + 1 < live && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], lane)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = lane;
    }
}
