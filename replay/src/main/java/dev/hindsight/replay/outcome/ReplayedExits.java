package dev.hindsight.replay.outcome;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.ExitReasons;
import dev.hindsight.replay.workload.Threads;
import java.util.Arrays;

/**
 * Table {@code vm_exit} of a replay: a row an exit, when the vCPU enters again or the window ends.
 *
 * <p>An exit that the engine makes, for an interrupt of the host or for the interrupt window, has the reason that the
 * recording has of that kind; where it has none, the one of its instruction-set architecture.
 */
final class ReplayedExits {

    private static final String INTERRUPT = "interrupt";
    private static final String WINDOW = "interrupt-window";

    /** Two reasons before those of the workload, so that {@code reason + 2} is an index. */
    private static final int MADE = 2;

    private final TableAppender rows;
    private final Threads threads;
    private final String[] isas;
    private final long[] codes;
    private final String[] reasons;
    private final String[] kinds;

    /** All by thread. */
    private final boolean[] isOpen;

    private final long[] startNs;
    private final int[] cpus;
    private final int[] reasonOf;
    private final long[] rips;
    private final long[] offAtExitNs;
    private final long[] offNs;
    private final long[] offSinceNs;

    ReplayedExits(Threads threads, ExitReasons exits, TableSinks sinks) {
        this.threads = threads;
        rows = new TableAppender(TimelineTables.VM_EXIT, sinks);
        int size = exits.size() + MADE;
        isas = new String[size];
        codes = new long[size];
        reasons = new String[size];
        kinds = new String[size];
        for (int i = 0; i < exits.size(); i++) {
            set(
                    i + MADE,
                    exits.isa().get(i),
                    exits.code()[i],
                    exits.reason().get(i),
                    exits.kind().get(i));
        }
        make(ReplayedTimeline.HOST_INTERRUPT, INTERRUPT, exits);
        make(ReplayedTimeline.INTERRUPT_WINDOW, WINDOW, exits);
        int n = threads.size();
        isOpen = new boolean[n];
        startNs = new long[n];
        cpus = new int[n];
        reasonOf = new int[n];
        rips = new long[n];
        offAtExitNs = new long[n];
        offNs = new long[n];
        offSinceNs = new long[n];
        Arrays.fill(offSinceNs, NULL);
    }

    private void make(int reason, String kind, ExitReasons exits) {
        int recorded = exits.kind().indexOf(kind);
        if (recorded >= 0) {
            set(
                    reason + MADE,
                    exits.isa().get(recorded),
                    exits.code()[recorded],
                    exits.reason().get(recorded),
                    kind);
            return;
        }
        String isa = exits.size() == 0 ? "unknown" : exits.isa().get(0);
        dev.hindsight.replay.timeline.kvm.ExitReasons ofIsa = dev.hindsight.replay.timeline.kvm.ExitReasons.of(isa);
        long code = ofIsa.codeOfKind(kind);
        set(
                reason + MADE,
                isa,
                Math.max(0, code),
                code < 0 ? kind : ofIsa.reason(code).name(),
                kind);
    }

    private void set(int at, String isa, long code, String reason, String kind) {
        isas[at] = isa;
        codes[at] = code;
        reasons[at] = reason;
        kinds[at] = kind;
    }

    void exit(long ns, int vcpu, int cpu, int reason, long rip) {
        if (isOpen[vcpu]) {
            write(vcpu, NULL);
        }
        isOpen[vcpu] = true;
        startNs[vcpu] = ns;
        cpus[vcpu] = cpu;
        reasonOf[vcpu] = reason + MADE;
        rips[vcpu] = reason < 0 ? NULL : rip;
        offAtExitNs[vcpu] = offNs[vcpu];
    }

    void entry(long ns, int vcpu) {
        if (isOpen[vcpu]) {
            write(vcpu, ns);
        }
    }

    void switchedOut(long ns, int vcpu) {
        offSinceNs[vcpu] = ns;
    }

    void switchedIn(long ns, int vcpu) {
        if (offSinceNs[vcpu] != NULL) {
            offNs[vcpu] += ns - offSinceNs[vcpu];
            offSinceNs[vcpu] = NULL;
        }
    }

    private void write(int vcpu, long endNs) {
        isOpen[vcpu] = false;
        int reason = reasonOf[vcpu];
        rows.addRow();
        rows.setText(0, threads.vm().get(vcpu));
        rows.set(1, threads.vcpu()[vcpu]);
        rows.set(2, threads.tid()[vcpu]);
        rows.set(3, cpus[vcpu]);
        rows.set(4, startNs[vcpu]);
        rows.set(5, endNs);
        rows.setText(6, isas[reason]);
        rows.set(7, codes[reason]);
        rows.setText(8, reasons[reason]);
        rows.setText(9, kinds[reason]);
        rows.set(10, rips[vcpu]);
        rows.set(11, NULL);
        rows.set(12, NULL);
        rows.set(13, endNs == NULL ? NULL : endNs - startNs[vcpu] - (offNs[vcpu] - offAtExitNs[vcpu]));
    }

    void end() {
        for (int vcpu = 0; vcpu < isOpen.length; vcpu++) {
            if (isOpen[vcpu]) {
                write(vcpu, NULL);
            }
        }
        rows.flush();
    }
}
