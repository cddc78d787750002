package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.Arrays;

/** Makes deliveries, reusing those that ended, and writes table {@code virq}, a row when a delivery ends. */
final class Deliveries {

    private final TableAppender rows;
    private Delivery[] spare = new Delivery[16];
    private int spares;

    Deliveries(TableSinks tables) {
        rows = new TableAppender(TimelineTables.VIRQ, tables);
    }

    /** A delivery asserted at a time; to a vCPU that runs or waits for a CPU, or has yet to be woken. */
    Delivery make(GuestVm vm, Vcpu vcpu, Delivery.Source source, int irq, int vector, long assertedNs) {
        Delivery d = spares == 0 ? new Delivery() : spare[--spares];
        d.vm = vm;
        d.vcpu = vcpu;
        d.source = source;
        d.irq = irq;
        d.vector = vector;
        d.dueNs = Delivery.NONE;
        d.assertedNs = assertedNs;
        d.runnableNs = vcpu == null ? Delivery.NONE : vcpu.runnableNs(assertedNs);
        d.scheduledNs = vcpu == null ? Delivery.NONE : vcpu.onCpuNs(assertedNs);
        d.injectedNs = Delivery.NONE;
        d.enteredNs = Delivery.NONE;
        d.handledNs = Delivery.NONE;
        d.handledBy = null;
        d.eoiNs = Delivery.NONE;
        d.coalesced = 0;
        d.assertedByTid = -1;
        d.assertedCpu = -1;
        d.lost = false;
        d.masked = false;
        d.posted = false;
        return d;
    }

    /** Sets when the feeding timer was due; a time after the assertion can't have caused it and is not taken. */
    static void setDue(Delivery d, long dueNs) {
        if (dueNs != Delivery.NONE && dueNs <= d.assertedNs) {
            d.dueNs = dueNs;
        }
    }

    /** Writes the delivery as far as it got; it must not be used afterwards. */
    void end(Delivery d) {
        assert isInOrder(d) : "stages out of order";
        rows.addRow();
        rows.setText(0, d.vm.key);
        rows.set(1, d.vcpu == null ? 0 : d.vcpu.id);
        rows.setText(2, d.source.column);
        rows.set(3, d.irq);
        rows.set(4, d.vector < 0 ? NULL : d.vector);
        rows.set(5, d.dueNs);
        rows.set(6, d.assertedNs);
        rows.set(7, d.runnableNs);
        rows.set(8, d.scheduledNs);
        rows.set(9, d.injectedNs);
        rows.set(10, d.enteredNs);
        rows.set(11, d.handledNs);
        rows.setText(12, d.handledBy == null ? null : d.handledBy.column);
        rows.set(13, d.eoiNs);
        rows.set(14, d.coalesced);
        rows.set(15, d.assertedByTid < 0 ? NULL : d.assertedByTid);
        rows.set(16, d.assertedCpu < 0 ? NULL : d.assertedCpu);
        rows.set(17, d.lost ? 1 : 0);
        forget(d);
    }

    /** Ends a delivery without a row. */
    void forget(Delivery d) {
        if (spares == spare.length) {
            spare = Arrays.copyOf(spare, 2 * spares);
        }
        spare[spares++] = d;
    }

    private static boolean isInOrder(Delivery d) {
        long last = d.dueNs;
        for (long ns :
                new long[] {d.assertedNs, d.runnableNs, d.scheduledNs, d.injectedNs, d.enteredNs, d.handledNs, d.eoiNs
                }) {
            if (ns == Delivery.NONE) {
                continue;
            }
            if (ns < last) {
                return false;
            }
            last = ns;
        }
        return true;
    }

    void flush() {
        rows.flush();
    }
}
