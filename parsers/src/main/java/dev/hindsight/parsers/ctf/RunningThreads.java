package dev.hindsight.parsers.ctf;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which thread runs on each CPU, for events that don't tell: the one that {@code sched_switch} brought last. Before the
 * first switch of a CPU, and after a loss, it is the one that the next switch takes away.
 */
final class RunningThreads {

    /** Nothing tells. */
    static final int UNKNOWN = -1;

    /** Events that are looked through for the next switch. */
    private static final int AHEAD = 200_000;

    private final StreamLane[] lanes;
    private final boolean tracked;
    private int[] running = new int[0];

    /** {@code tracked}: whether the trace has events that tell of switches and some that don't tell their thread. */
    RunningThreads(StreamLane[] lanes, boolean tracked) {
        this.lanes = lanes;
        this.tracked = tracked;
    }

    /** The thread that runs on a CPU. */
    int on(int cpu) {
        return cpu < running.length ? running[cpu] : UNKNOWN;
    }

    /** A thread comes to a CPU. */
    void came(int cpu, int tid) {
        if (cpu >= running.length) {
            int had = running.length;
            running = Arrays.copyOf(running, Math.max(cpu + 1, 2 * had));
            Arrays.fill(running, had, running.length, UNKNOWN);
        }
        running[cpu] = tid;
    }

    /** Looks ahead for the thread that each CPU's next switch takes away. */
    void begin() {
        Map<Integer, long[]> firsts = new HashMap<>();
        for (StreamLane lane : lanes) {
            int tid = ahead(lane, firsts);
            if (tid != UNKNOWN) {
                came(lane.cpu, tid);
            }
        }
    }

    /** The CPU of a lane lost events: the thread is the one that the next switch takes away. */
    void lost(StreamLane lane) {
        if (!tracked) {
            return;
        }
        came(lane.cpu, UNKNOWN);
        Map<Integer, long[]> firsts = new HashMap<>();
        for (StreamLane other : lanes) {
            if (other.cpu == lane.cpu && other.event != null) {
                int tid = ahead(other, firsts);
                if (tid != UNKNOWN) {
                    came(lane.cpu, tid);
                }
            }
        }
    }

    /** The thread that a lane's next switch takes away, where no other lane of its CPU has an earlier one. */
    private int ahead(StreamLane from, Map<Integer, long[]> firsts) {
        if (!tracked || from.event == null) {
            return UNKNOWN;
        }
        StreamLane lane = from.scout();
        lane.event = from.event;
        lane.body = from.body;
        for (int i = 0; i < AHEAD; i++) {
            if (i > 0 && (!lane.next() || lane.cpu != from.cpu || lane.lostBefore != 0)) {
                return UNKNOWN;
            }
            EventLayout event = lane.event;
            if (event.prevPid >= 0) {
                long[] first = firsts.get(from.cpu);
                if (first != null && first[0] <= lane.tsNs) {
                    return UNKNOWN;
                }
                firsts.put(from.cpu, new long[] {lane.tsNs});
                return lane.intOf(event.prevPid);
            }
        }
        return UNKNOWN;
    }
}
