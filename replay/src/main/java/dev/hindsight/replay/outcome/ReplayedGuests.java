package dev.hindsight.replay.outcome;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.TimelineStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Table {@code guest_span} of a replay, for vCPUs that the recorded one tells of: only {@code idle} and {@code task}, as
 * what else a guest's kernel ran is not followed.
 */
final class ReplayedGuests {

    private static final int UNTOLD = -1;

    private final TableAppender spans;
    private final Threads threads;
    private final int[] guestCpu;
    private final long[] sinceNs;
    private final boolean[] idle;

    ReplayedGuests(Threads threads, TimelineStore recorded, TableSinks sinks) {
        this.threads = threads;
        spans = new TableAppender(TimelineTables.GUEST_SPAN, sinks);
        guestCpu = new int[threads.size()];
        sinceNs = new long[guestCpu.length];
        idle = new boolean[guestCpu.length];
        Arrays.fill(guestCpu, UNTOLD);
        Arrays.fill(sinceNs, NULL);
        findTold(recorded);
    }

    private void findTold(TimelineStore recorded) {
        Map<String, Integer> threadOf = new HashMap<>();
        for (int thread = 0; thread < guestCpu.length; thread++) {
            if (threads.vcpu()[thread] >= 0 && threads.vm().get(thread) != null) {
                threadOf.putIfAbsent(threads.vm().get(thread) + '/' + threads.vcpu()[thread], thread);
            }
        }
        int vm = TimelineTables.GUEST_SPAN.indexOf("vm");
        int vcpu = TimelineTables.GUEST_SPAN.indexOf("vcpu");
        int number = TimelineTables.GUEST_SPAN.indexOf("guest_cpu");
        for (TableBlock block : recorded.table(TimelineTables.GUEST_SPAN)) {
            for (int row = 0; row < block.rows(); row++) {
                Integer thread = threadOf.get(block.column(vm).getText(row) + '/' + block.get(vcpu, row));
                if (thread != null) {
                    guestCpu[thread] = (int) block.get(number, row);
                }
            }
        }
    }

    /** A guest turns idle or busy, or is seen so for the first time. */
    void turned(long ns, int thread, boolean toIdle) {
        if (guestCpu[thread] == UNTOLD || sinceNs[thread] != NULL && idle[thread] == toIdle) {
            return;
        }
        write(ns, thread);
        sinceNs[thread] = ns;
        idle[thread] = toIdle;
    }

    private void write(long ns, int thread) {
        if (sinceNs[thread] == NULL || sinceNs[thread] >= ns) {
            return;
        }
        spans.addRow();
        spans.setText(0, threads.vm().get(thread));
        spans.set(1, threads.vcpu()[thread]);
        spans.set(2, guestCpu[thread]);
        spans.set(3, sinceNs[thread]);
        spans.set(4, ns);
        spans.setText(5, idle[thread] ? "idle" : "task");
        spans.set(6, NULL);
        spans.setText(7, null);
    }

    void end(long ns) {
        for (int thread = 0; thread < guestCpu.length; thread++) {
            write(ns, thread);
        }
        spans.flush();
    }
}
