package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.table.TableBlock;
import java.util.Map;
import java.util.TreeMap;

/** Names of the threads there were when LTTng began to record, which it tells in events of their own. */
final class StatedumpNames {

    private static final String STATE = "lttng_statedump_process_state";
    private static final String END = "lttng_statedump_end";

    /** Events that are looked through: the dump stands at the begin of a recording. */
    private static final int AHEAD = 2_000_000;

    private StatedumpNames() {}

    /** Whether a trace declares such events. */
    static boolean in(TraceLayout trace) {
        for (EventLayout event : trace.events) {
            if (event.type.name().equals(STATE)) {
                return true;
            }
        }
        return false;
    }

    /** Names by thread. */
    static Map<Integer, String> read(StreamLane[] lanes) {
        Map<Integer, String> names = new TreeMap<>();
        boolean[] live = new boolean[lanes.length];
        for (int i = 0; i < lanes.length; i++) {
            live[i] = lanes[i].next();
        }
        TableBlock block = null;
        for (int n = 0; n < AHEAD; n++) {
            int first = -1;
            for (int i = 0; i < lanes.length; i++) {
                if (live[i] && (first < 0 || lanes[i].tsNs < lanes[first].tsNs)) {
                    first = i;
                }
            }
            if (first < 0 || lanes[first].event.type.name().equals(END)) {
                break;
            }
            StreamLane lane = lanes[first];
            int tid = lane.event.type.column("tid_");
            int name = lane.event.type.column("name");
            if (lane.event.type.name().equals(STATE) && tid >= 0 && name >= 0) {
                if (block == null || block.isFull()) {
                    block = new TableBlock(lane.event.type.table());
                }
                int row = lane.append(block);
                names.put((int) block.get(tid, row), block.column(name).getText(row));
            }
            live[first] = lane.next();
        }
        return names;
    }
}
