package dev.hindsight.replay.workload;

import java.util.Arrays;

/** What the tables tell of one vCPU, in time order. */
final class VcpuEvents {

    /** A span of its thread begins; rows of {@link SpanRows}. At equal times these kinds come in this order. */
    static final byte SPAN = 0;

    /** The guest exits; rows of {@link ExitRows}. */
    static final byte EXIT = 1;

    /** A place in {@link #instants}. */
    static final byte INSTANT = 2;

    /** An interrupt is injected. */
    static final byte INJECT = 3;

    /** The guest is entered. */
    static final byte ENTRY = 4;

    private static final int NO_ROW = -1;

    /** Deliveries that were entered, in that order: rows of {@link DeliveryRows}. */
    final int[] response;

    final Instants instants = new Instants();
    long[] tsNs = new long[256];
    byte[] type = new byte[256];
    int[] row = new int[256];

    /** The events' places in time order. */
    final int[] order;

    private final Recorded of;
    private final int thread;
    private int size;

    VcpuEvents(Recorded of, WaitEnds waits, int thread) {
        this.of = of;
        this.thread = thread;
        response = responses();
        addSpans();
        addExitsAndEntries();
        addInstants(waits);
        for (int delivery : response) {
            add(of.deliveries.injectedNs[delivery], INJECT, NO_ROW);
        }
        long[] keys = new long[size];
        for (int i = 0; i < size; i++) {
            keys[i] = (tsNs[i] - of.firstNs) * 8 + type[i];
        }
        order = RowOrder.by(keys);
    }

    private int[] responses() {
        DeliveryRows deliveries = of.deliveries;
        int[] mine = new int[deliveries.assertedNs.length];
        int found = 0;
        for (int i = 0; i < mine.length; i++) {
            int line = of.lineOfDelivery[i];
            boolean shown = deliveries.enteredNs[i] != StoredTable.NULL && deliveries.enteredNs[i] >= of.firstNs;
            if (line >= 0 && shown && of.lines.vcpuThread()[line] == thread) {
                mine[found++] = i;
            }
        }
        mine = Arrays.copyOf(mine, found);
        return RowOrder.take(mine, RowOrder.by(RowOrder.take(deliveries.enteredNs, mine)));
    }

    /** Those of before the window, and those without a time, are left out. */
    private void add(long ns, byte kind, int ofRow) {
        if (ns < of.firstNs) {
            return;
        }
        if (size == tsNs.length) {
            tsNs = Arrays.copyOf(tsNs, 2 * size);
            type = Arrays.copyOf(type, 2 * size);
            row = Arrays.copyOf(row, 2 * size);
        }
        tsNs[size] = ns;
        type[size] = kind;
        row[size++] = ofRow;
    }

    private void addSpans() {
        for (int i = of.spans.byThread.from[thread]; i < of.spans.byThread.from[thread + 1]; i++) {
            int span = of.spans.byThread.row[i];
            add(of.spans.startNs[span], SPAN, span);
        }
    }

    /** Entries are the begins of the vCPU's states in the guest; without states of vCPUs, the ends of its exits. */
    private void addExitsAndEntries() {
        boolean states = of.guestByThread.from[thread + 1] > of.guestByThread.from[thread];
        for (int i = of.exits.byThread.from[thread]; i < of.exits.byThread.from[thread + 1]; i++) {
            int exit = of.exits.byThread.row[i];
            add(of.exits.startNs[exit], EXIT, exit);
            if (!states) {
                add(of.exits.endNs[exit], ENTRY, NO_ROW);
            }
        }
        for (int i = of.guestByThread.from[thread]; i < of.guestByThread.from[thread + 1]; i++) {
            int span = of.guestByThread.row[i];
            if (of.vmmEndNs[span] > of.firstNs) {
                add(Math.max(of.firstNs, of.guestStartNs[span]), ENTRY, NO_ROW);
            }
        }
    }

    private void addInstants(WaitEnds waits) {
        instants.addMadeBy(thread, of, waits);
        for (int delivery : response) {
            int line = of.lineOfDelivery[delivery];
            if (of.deliveries.handledNs[delivery] != StoredTable.NULL) {
                // A handler that begins with the entry comes after it.
                long handledNs = Math.max(of.deliveries.handledNs[delivery], of.deliveries.enteredNs[delivery] + 1);
                instants.add(handledNs, Op.HANDLED, of.deliveries.handledBy[delivery], line);
            }
            if (of.deliveries.eoiNs[delivery] != StoredTable.NULL) {
                instants.add(of.deliveries.eoiNs[delivery], Op.ACK, 0, line);
            }
        }
        for (int i = 0; i < of.markerNs.length; i++) {
            if (of.markerThread[i] == thread && of.markerNs[i] >= of.firstNs) {
                instants.add(of.markerNs[i], Op.MARK, of.markerValue[i], of.markerKind[i]);
            }
        }
        for (int i = of.vmmByThread.from[thread]; i < of.vmmByThread.from[thread + 1]; i++) {
            int span = of.vmmByThread.row[i];
            if (of.vmmStartNs[span] >= of.firstNs) {
                instants.add(of.vmmStartNs[span], Op.VMM, 0, 1);
                instants.add(of.vmmEndNs[span], Op.VMM, 0, 0);
            }
        }
        for (int i = of.guestTurns.byThread.from[thread]; i < of.guestTurns.byThread.from[thread + 1]; i++) {
            int turn = of.guestTurns.byThread.row[i];
            boolean last = i + 1 == of.guestTurns.byThread.from[thread + 1];
            if (!last && of.guestTurns.tsNs[of.guestTurns.byThread.row[i + 1]] <= of.firstNs) {
                continue;
            }
            instants.add(
                    Math.max(of.firstNs, of.guestTurns.tsNs[turn]),
                    Op.GUEST_TURNS,
                    0,
                    of.guestTurns.idle[turn] ? 1 : 0);
        }
        instants.sort();
        for (int i = 0; i < instants.size; i++) {
            add(instants.tsNs[i], INSTANT, i);
        }
    }
}
