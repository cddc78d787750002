package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.TableBlock;
import java.util.Arrays;

/** Merges the events of all streams by time into slices and puts their fields into the blocks of their types. */
final class LaneMerge {

    /** Most events of a slice. */
    private static final int CAPACITY = 1 << 16;

    /** Bits of events after which a slice ends: their columns take a multiple of that. */
    private static final long MOST_BITS = 1L << 27;

    private final StreamLane[] lanes;
    private final EventRows rows;
    private final RecordingSink sink;
    private final RunningThreads threads;
    private final FallingTime falling;

    /** Lanes with an event to come, as a heap by its time and the lane's place. */
    private final int[] heap;

    private int live;
    private long bits;
    private final EventSlice slice = new EventSlice();
    private long firstNs = Long.MIN_VALUE;
    private long lastNs = Long.MIN_VALUE;

    /** Hears of events that are earlier than the one before them in the merged order. */
    @FunctionalInterface
    interface FallingTime {
        void fell(int cpu, long fromNs, long toNs);
    }

    /** {@code lanes}: ties in time go by their order. */
    LaneMerge(StreamLane[] lanes, EventRows rows, RecordingSink sink, boolean tracked, FallingTime falling) {
        this.lanes = lanes;
        this.rows = rows;
        this.sink = sink;
        this.falling = falling;
        threads = new RunningThreads(lanes, tracked);
        heap = new int[lanes.length];
        slice.tsNs = new long[CAPACITY];
        slice.cpu = new int[CAPACITY];
        slice.type = new int[CAPACITY];
        slice.row = new int[CAPACITY];
        slice.blocks = new TableBlock[64];
    }

    void run() {
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
                tellLost(lanes[i]);
            }
        }
        while (live > 0) {
            StreamLane lane = lanes[heap[0]];
            take(lane);
            if (lane.next()) {
                if (lane.lostBefore != 0) {
                    flush();
                    tellLost(lane);
                    threads.lost(lane);
                }
            } else {
                heap[0] = heap[--live];
            }
            if (live > 0) {
                down();
            }
        }
        flush();
        for (StreamLane lane : lanes) {
            if (lane.lostBefore != 0) {
                long end = lastNs == Long.MIN_VALUE ? 0 : lastNs;
                sink.lost(
                        lane.cpu,
                        0,
                        lane.lostAfterNs == Long.MIN_VALUE ? start(end) : lane.lostAfterNs,
                        end,
                        lane.lostBefore);
            }
        }
        rows.flushAll();
    }

    private long start(long end) {
        return firstNs == Long.MIN_VALUE ? end : Math.min(firstNs, end);
    }

    private void tellLost(StreamLane lane) {
        if (lane.lostBefore != 0) {
            long from = lane.lostAfterNs == Long.MIN_VALUE ? start(lane.tsNs) : lane.lostAfterNs;
            sink.lost(lane.cpu, 0, from, lane.tsNs, lane.lostBefore);
            lane.lostBefore = 0;
        }
    }

    private void take(StreamLane lane) {
        EventLayout layout = lane.event;
        int type = rows.index(layout);
        TableBlock block = rows.block(type);
        if (slice.size == CAPACITY || bits > MOST_BITS || block.isFull()) {
            flush();
            block = rows.block(type);
        }
        bits += lane.bodyBits();
        int row = lane.append(block);
        if (layout.nextPid >= 0) {
            if (!layout.hasTid) {
                layout.setTid(row, layout.prevPid >= 0 ? layout.intAt(layout.prevPid, row) : threads.on(lane.cpu));
            }
            threads.came(lane.cpu, layout.intAt(layout.nextPid, row));
        } else if (!layout.hasTid) {
            layout.setTid(row, threads.on(lane.cpu));
        }
        int i = slice.size++;
        slice.tsNs[i] = lane.tsNs;
        slice.cpu[i] = lane.cpu;
        slice.type[i] = type;
        slice.row[i] = row;
        if (lane.tsNs < lastNs) {
            falling.fell(lane.cpu, lastNs, lane.tsNs);
        }
        lastNs = lane.tsNs;
    }

    private void flush() {
        if (slice.size == 0) {
            return;
        }
        rows.announce();
        if (slice.blocks.length < rows.known()) {
            slice.blocks = Arrays.copyOf(slice.blocks, 2 * rows.known());
        }
        for (int i = 0; i < slice.size; i++) {
            slice.blocks[slice.type[i]] = rows.block(slice.type[i]);
        }
        sink.slice(slice);
        slice.size = 0;
        bits = 0;
        Arrays.fill(slice.blocks, null);
        rows.handOver();
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
