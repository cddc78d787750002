package dev.hindsight.replay.workload;

import dev.hindsight.replay.timeline.TimelineTables;

/** Table {@code virq}, in order of assertion. */
final class DeliveryRows {

    final String[] vm;
    final int[] vcpu;
    final String[] source;
    final int[] irq;
    final int[] vector;
    final long[] dueNs;
    final long[] assertedNs;
    final long[] injectedNs;
    final long[] enteredNs;
    final long[] handledNs;
    final int[] handledBy;
    final long[] eoiNs;
    final int[] coalesced;

    DeliveryRows(TimelineStore store) {
        StoredTable table = new StoredTable(store, TimelineTables.VIRQ);
        int[] order = RowOrder.by(table.longs("asserted_ns"));
        vm = RowOrder.take(table.texts("vm"), order);
        vcpu = RowOrder.take(table.ints("vcpu", -1), order);
        source = RowOrder.take(table.texts("source"), order);
        irq = RowOrder.take(table.ints("irq", -1), order);
        vector = RowOrder.take(table.ints("vector", -1), order);
        dueNs = RowOrder.take(table.longs("due_ns"), order);
        assertedNs = RowOrder.take(table.longs("asserted_ns"), order);
        injectedNs = RowOrder.take(table.longs("injected_ns"), order);
        enteredNs = RowOrder.take(table.longs("entered_ns"), order);
        handledNs = RowOrder.take(table.longs("handled_ns"), order);
        eoiNs = RowOrder.take(table.longs("eoi_ns"), order);
        coalesced = RowOrder.take(table.ints("coalesced", 0), order);
        String[] by = RowOrder.take(table.texts("handled_by"), order);
        handledBy = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            handledBy[i] = by[i] == null ? 0 : sign(by[i]);
        }
    }

    /** As operand {@code a} of {@link Op#HANDLED} tells it. */
    private static int sign(String by) {
        return switch (by) {
            case "pio" -> 1;
            case "ack" -> 2;
            case "eoi" -> 3;
            case "marker" -> 4;
            case "msr" -> 5;
            case "mmio" -> 6;
            case "hypercall" -> 7;
            case "instruction" -> 8;
            case "guest" -> 9;
            default -> 0;
        };
    }
}
