package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.Arrays;

/**
 * Writes {@code halt_poll}: what {@code kvm_vcpu_wakeup} tells of a wait that has ended, with the polling time that
 * {@code kvm_halt_poll_ns} said was in force. A wait of a thread that no entry has shown to be a vCPU's is written at
 * its first entry.
 */
final class HaltPolls {

    /** No polling time was told yet. */
    private static final long UNKNOWN = -1;

    private final TableAppender rows;
    private final UndiscoveredThreads<Told> early;

    /** By vCPU: the polling time from the next wait on, and that of the latest one. */
    private long[] limitNs = {};

    private long[] limitBeforeNs = {};

    /** What an event told. */
    private sealed interface Told {}

    private record Limit(long oldNs, long newNs) implements Told {}

    private record Wait(long tsNs, long ns, boolean slept, long valid) implements Told {}

    HaltPolls(TableSinks tables, GuestDirectory guests) {
        rows = new TableAppender(TimelineTables.HALT_POLL, tables);
        early = guests.undiscovered();
    }

    private void reserve(Vcpu vcpu) {
        int from = limitNs.length;
        if (vcpu.index >= from) {
            int to = Math.max(vcpu.index + 1, 2 * from);
            limitNs = Arrays.copyOf(limitNs, to);
            limitBeforeNs = Arrays.copyOf(limitBeforeNs, to);
            Arrays.fill(limitNs, from, to, UNKNOWN);
            Arrays.fill(limitBeforeNs, from, to, UNKNOWN);
        }
    }

    /** The polling time of a thread's vCPU changed; {@code vcpu} is null where it is not known yet. */
    void limit(int tid, Vcpu vcpu, long oldNs, long newNs) {
        if (vcpu == null) {
            early.add(tid, new Limit(oldNs, newNs));
        } else {
            reserve(vcpu);
            limitBeforeNs[vcpu.index] = oldNs;
            limitNs[vcpu.index] = newNs;
        }
    }

    /** A wait of {@code ns} ended in a thread whose vCPU is not known yet. */
    void waited(int tid, long tsNs, long ns, boolean slept, long valid) {
        early.add(tid, new Wait(tsNs, ns, slept, valid));
    }

    /** A wait of {@code ns} ended; the track's exit handling within it becomes polling, as far as it was. */
    void waited(Vcpu vcpu, VcpuTrack track, long tsNs, long ns, boolean slept, long valid) {
        reserve(vcpu);
        long inForceNs = limitBeforeNs[vcpu.index];
        limitBeforeNs[vcpu.index] = limitNs[vcpu.index];
        long startNs = ns < 0 || ns > tsNs ? tsNs : tsNs - ns;
        long pollNs;
        if (!slept) {
            pollNs = track.markPolling(startNs, tsNs);
        } else if (inForceNs == UNKNOWN) {
            pollNs = NULL;
        } else {
            pollNs = track.markPolling(startNs, track.firstHaltNs(startNs, startNs + Math.min(inForceNs, ns)));
        }
        rows.addRow();
        rows.setText(0, vcpu.vm.key);
        rows.set(1, vcpu.id);
        rows.set(2, startNs);
        rows.set(3, tsNs);
        rows.setText(4, slept ? "wait" : "poll");
        rows.set(5, valid);
        rows.set(6, pollNs);
    }

    /** A vCPU enters: what was told in its thread before it was known is its own. */
    void entered(Vcpu vcpu, VcpuTrack track) {
        for (Told told : early.take(vcpu.tid)) {
            if (told instanceof Limit limit) {
                limit(vcpu.tid, vcpu, limit.oldNs, limit.newNs);
            } else if (told instanceof Wait wait) {
                waited(vcpu, track, wait.tsNs, wait.ns, wait.slept, wait.valid);
            }
        }
    }

    void flush() {
        rows.flush();
    }
}
