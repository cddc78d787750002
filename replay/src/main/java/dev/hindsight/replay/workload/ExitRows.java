package dev.hindsight.replay.workload;

import dev.hindsight.replay.timeline.TimelineTables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Table {@code vm_exit} in time order, with the kinds of exit that it has. */
final class ExitRows {

    /** Kernels tell some reasons of one code apart (WFI and WFE of arm64). */
    private record Kind(String isa, long code, String name) {}

    final int[] thread;
    final long[] startNs;
    /** {@link StoredTable#NULL} where no entry follows. */
    final long[] endNs;

    final int[] reason;
    final long[] rip;
    final Groups byThread;
    final ExitReasons reasons;

    ExitRows(TimelineStore store, TidIndex index, int threads) {
        StoredTable table = new StoredTable(store, TimelineTables.VM_EXIT);
        int[] order = RowOrder.by(table.longs("start_ns"));
        startNs = RowOrder.take(table.longs("start_ns"), order);
        endNs = RowOrder.take(table.longs("end_ns"), order);
        thread = RowOrder.take(index.of(table.ints("tid", -1)), order);
        rip = RowOrder.take(table.longs("rip"), order);
        String[] isa = RowOrder.take(table.texts("isa"), order);
        long[] code = RowOrder.take(table.longs("code"), order);
        String[] name = RowOrder.take(table.texts("reason"), order);
        String[] kind = RowOrder.take(table.texts("kind"), order);
        reason = new int[order.length];
        Map<Kind, Integer> known = new HashMap<>();
        List<String> isas = new ArrayList<>();
        List<Long> codes = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> kinds = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
            int row = i;
            reason[i] = known.computeIfAbsent(new Kind(isa[i], code[i], name[i]), key -> {
                isas.add(isa[row]);
                codes.add(code[row]);
                names.add(name[row]);
                kinds.add(kind[row]);
                return codes.size() - 1;
            });
            if (rip[i] == StoredTable.NULL) {
                rip[i] = 0;
            }
        }
        long[] codeArray = new long[codes.size()];
        for (int i = 0; i < codeArray.length; i++) {
            codeArray[i] = codes.get(i);
        }
        reasons = new ExitReasons(List.copyOf(isas), codeArray, List.copyOf(names), List.copyOf(kinds));
        byThread = new Groups(thread, threads);
    }

    boolean isHalt(int row) {
        return reasons.kind().get(reason[row]).equals("halt");
    }

    /** Whether the host made it and not the guest: the engine makes its own. */
    boolean isForced(int row) {
        return switch (reasons.kind().get(reason[row])) {
            case "interrupt", "interrupt-window", "nmi", "smi", "timer" -> true;
            default -> false;
        };
    }

    boolean isWindow(int row) {
        return reasons.kind().get(reason[row]).equals("interrupt-window");
    }

    /** The first exit of a thread after a time, if the vCPU was in its guest until then; -1 otherwise. */
    int leavesGuest(int ofThread, long ns) {
        int low = byThread.from[ofThread];
        int high = byThread.from[ofThread + 1];
        int end = high;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (startNs[byThread.row[middle]] <= ns) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == end || low == byThread.from[ofThread]) {
            return -1;
        }
        long enteredNs = endNs[byThread.row[low - 1]];
        return enteredNs != StoredTable.NULL && enteredNs <= ns ? byThread.row[low] : -1;
    }
}
