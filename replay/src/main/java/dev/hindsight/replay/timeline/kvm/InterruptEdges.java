package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;

/**
 * Writes table {@code virq_edge}: each edge that is raised for a vCPU, also those that meet a pending one.
 *
 * <p>An edge of a line that a PIC latches is written when the assertion is over: a LAPIC that takes the same line
 * makes it the LAPIC's. Edges on pins that the guest has masked are none.
 */
final class InterruptEdges {

    /** TRACE_FLAG_HARDIRQ of common_flags. */
    static final int HARDIRQ = 0x08;

    private static final int IN_INTERRUPT = Expiries.IN_INTERRUPT;

    private final TableAppender rows;

    InterruptEdges(TableSinks tables) {
        rows = new TableAppender(TimelineTables.VIRQ_EDGE, tables);
    }

    void write(
            long tsNs,
            GuestVm vm,
            int vcpu,
            Delivery.Source source,
            int irq,
            int tid,
            int cpu,
            int flags,
            boolean coalesced) {
        rows.addRow();
        rows.set(0, tsNs);
        rows.setText(1, vm.key);
        rows.set(2, vcpu);
        rows.setText(3, source.column);
        rows.set(4, irq);
        rows.set(5, tid < 0 ? NULL : tid);
        rows.set(6, cpu);
        rows.setText(7, (flags & IN_INTERRUPT) == 0 ? "task" : (flags & HARDIRQ) != 0 ? "hardirq" : "softirq");
        rows.set(8, coalesced ? 1 : 0);
    }

    /** The edge that a PIC latched for an assertion, once nobody else can take it. */
    void over(Assertion a, int cpu) {
        if (a.latched) {
            a.latched = false;
            Vcpu boot = a.vm.vm.bootVcpu();
            Delivery.Source source = a.byPit ? Delivery.Source.PIT : Delivery.Source.PIC;
            write(a.sinceNs, a.vm.vm, boot == null ? 0 : boot.id, source, a.gsi, a.tid, cpu, a.flags, a.coalesced);
        }
    }

    void flush() {
        rows.flush();
    }
}
