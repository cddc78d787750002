package dev.hindsight.replay.timeline;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableAppender;
import java.util.Arrays;
import java.util.List;

/**
 * The interrupts that are open on one CPU, the innermost on top; writes a row of {@code irq_span} as each ends. Of a
 * recorded or of a replayed timeline.
 */
public final class IrqStack {

    public static final String HARDIRQ = "hardirq";
    public static final String VECTOR = "vector";
    public static final String SOFTIRQ = "softirq";

    /** By number: softirq_to_name of kernel/softirq.c. */
    private static final List<String> SOFTIRQS =
            List.of("HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU");

    private final int cpu;
    private final TableAppender rows;
    private String[] kind = new String[8];
    private int[] irq = new int[8];
    private String[] name = new String[8];
    private int[] tid = new int[8];
    private long[] startNs = new long[8];
    private long[] nestedNs = new long[8];
    private long[] raisedNs = new long[8];
    private long[] handlerNs = new long[8];
    private int depth;

    public IrqStack(int cpu, TableAppender rows) {
        this.cpu = cpu;
        this.rows = rows;
    }

    /** The kernel's name of a softirq, or its number. */
    public static String softirqName(int number) {
        return number >= 0 && number < SOFTIRQS.size() ? SOFTIRQS.get(number) : Integer.toString(number);
    }

    public boolean isEmpty() {
        return depth == 0;
    }

    String topKind() {
        return kind[depth - 1];
    }

    int topIrq() {
        return irq[depth - 1];
    }

    String topName() {
        return name[depth - 1];
    }

    int topTid() {
        return tid[depth - 1];
    }

    /** Begins an interrupt within what is open. */
    public void enter(String ofKind, int number, String called, int ofTid, long tsNs) {
        if (depth == kind.length) {
            int to = 2 * depth;
            kind = Arrays.copyOf(kind, to);
            irq = Arrays.copyOf(irq, to);
            name = Arrays.copyOf(name, to);
            tid = Arrays.copyOf(tid, to);
            startNs = Arrays.copyOf(startNs, to);
            nestedNs = Arrays.copyOf(nestedNs, to);
            raisedNs = Arrays.copyOf(raisedNs, to);
            handlerNs = Arrays.copyOf(handlerNs, to);
        }
        kind[depth] = ofKind;
        irq[depth] = number;
        name[depth] = called;
        tid[depth] = ofTid;
        startNs[depth] = tsNs;
        nestedNs[depth] = 0;
        raisedNs[depth] = NULL;
        handlerNs[depth] = NULL;
        depth++;
    }

    /** Says of the innermost, a softirq, when it was raised and in which handler; {@link ColumnData#NULL} if unknown. */
    void raised(long atNs, long handlerBeganNs) {
        raisedNs[depth - 1] = atNs;
        handlerNs[depth - 1] = handlerBeganNs;
    }

    long topRaisedNs() {
        return raisedNs[depth - 1];
    }

    long topHandlerNs() {
        return handlerNs[depth - 1];
    }

    /** When the handler began that makes what happens now: the innermost one, or the one behind a softirq; else null. */
    long handlerNs() {
        return depth == 0 ? NULL : kind[depth - 1].equals(SOFTIRQ) ? handlerNs[depth - 1] : startNs[depth - 1];
    }

    /** Ends that interrupt, and what is nested in it; nothing where it isn't open. */
    void exit(String ofKind, int number, long tsNs) {
        int at = depth - 1;
        while (at >= 0 && !(irq[at] == number && kind[at].equals(ofKind))) {
            at--;
        }
        if (at >= 0) {
            while (depth > at) {
                endTop(tsNs);
            }
        }
    }

    /** Ends whatever is open. */
    public void endAll(long endNs) {
        while (depth > 0) {
            endTop(endNs);
        }
    }

    /** Ends the innermost one; one without length makes no row. */
    public void endTop(long endNs) {
        depth--;
        long lengthNs = endNs - startNs[depth];
        if (lengthNs <= 0) {
            return;
        }
        if (depth > 0) {
            nestedNs[depth - 1] += lengthNs;
        }
        rows.addRow();
        rows.set(0, cpu);
        rows.set(1, startNs[depth]);
        rows.set(2, endNs);
        rows.setText(3, kind[depth]);
        rows.set(4, irq[depth]);
        rows.setText(5, name[depth]);
        rows.set(6, tid[depth] < 0 ? NULL : tid[depth]);
        rows.set(7, lengthNs - nestedNs[depth]);
        rows.set(8, raisedNs[depth]);
        rows.set(9, handlerNs[depth]);
    }
}
