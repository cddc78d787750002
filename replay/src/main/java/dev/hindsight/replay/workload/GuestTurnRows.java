package dev.hindsight.replay.workload;

import dev.hindsight.replay.timeline.TimelineTables;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** From table {@code guest_span}: when a vCPU's guest turns idle (its idle task runs, no interrupt in it) and busy again. */
final class GuestTurnRows {

    long[] tsNs = new long[64];
    boolean[] idle = new boolean[64];
    final Groups byThread;

    GuestTurnRows(TimelineStore store, ThreadRows threads) {
        StoredTable table = new StoredTable(store, TimelineTables.GUEST_SPAN);
        long[] starts = table.longs("start_ns");
        String[] vm = table.texts("vm");
        int[] vcpu = table.ints("vcpu", -1);
        String[] kind = table.texts("kind");
        Map<String, Integer> known = new HashMap<>();
        Boolean[] last = new Boolean[threads.size()];
        int[] thread = new int[64];
        int size = 0;
        for (int row : RowOrder.by(starts)) {
            String machine = vm[row];
            int number = vcpu[row];
            int of = machine == null
                    ? -1
                    : known.computeIfAbsent(machine + '/' + number, key -> threads.ofVcpu(machine, number));
            boolean turnsIdle = "idle".equals(kind[row]);
            if (of < 0 || last[of] != null && last[of] == turnsIdle) {
                continue;
            }
            last[of] = turnsIdle;
            if (size == thread.length) {
                thread = Arrays.copyOf(thread, 2 * size);
                tsNs = Arrays.copyOf(tsNs, 2 * size);
                idle = Arrays.copyOf(idle, 2 * size);
            }
            thread[size] = of;
            tsNs[size] = starts[row];
            idle[size++] = turnsIdle;
        }
        byThread = new Groups(Arrays.copyOf(thread, size), threads.size());
    }

    /** Whether the guest's own recording tells of a vCPU. */
    boolean tells(int thread) {
        return byThread.from[thread + 1] > byThread.from[thread];
    }
}
