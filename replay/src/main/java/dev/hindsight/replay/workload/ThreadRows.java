package dev.hindsight.replay.workload;

import dev.hindsight.replay.timeline.TimelineTables;
import java.util.Arrays;

/** Table {@code thread} without the idle threads, by thread index. */
final class ThreadRows {

    final int[] tid;
    final int[] tgid;
    final String[] comm;
    final String[] role;
    final String[] vm;
    final int[] vcpu;
    final TidIndex index;

    ThreadRows(TimelineStore store) {
        StoredTable table = new StoredTable(store, TimelineTables.THREAD);
        int[] all = table.ints("tid", 0);
        int[] order = new int[all.length];
        int size = 0;
        TidIndex rowOf = new TidIndex(all);
        for (int row = 0; row < all.length; row++) {
            // Of a tid that comes up twice, the last row counts.
            if (all[row] > 0 && rowOf.of(all[row]) == row) {
                order[size++] = row;
            }
        }
        order = Arrays.copyOf(order, size);
        tid = RowOrder.take(all, order);
        tgid = RowOrder.take(table.ints("tgid", -1), order);
        comm = RowOrder.take(table.texts("comm"), order);
        role = RowOrder.take(table.texts("role"), order);
        for (int i = 0; i < role.length; i++) {
            role[i] = role[i] == null ? "user" : role[i];
        }
        vm = RowOrder.take(table.texts("vm"), order);
        vcpu = RowOrder.take(table.ints("vcpu", -1), order);
        index = new TidIndex(tid);
    }

    int size() {
        return tid.length;
    }

    boolean isPitWorker(int thread) {
        return "kvm-pit".equals(role[thread]);
    }

    boolean isKsoftirqd(int thread) {
        return thread >= 0 && "ksoftirqd".equals(role[thread]);
    }

    boolean isVcpu(int thread) {
        return vcpu[thread] >= 0 && vm[thread] != null && "vcpu".equals(role[thread]);
    }

    /** The thread that runs a vCPU, or -1. */
    int ofVcpu(String machine, int number) {
        for (int i = 0; i < tid.length; i++) {
            if (vcpu[i] == number && machine.equals(vm[i]) && isVcpu(i)) {
                return i;
            }
        }
        return -1;
    }
}
