package dev.hindsight.replay.outcome;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.Lines;
import java.util.Arrays;

/**
 * Table {@code virq} of a replay: a row a delivery, when the guest has ended it, or the next of its line is injected
 * before it has, or the window ends.
 *
 * <p>A line has at most one delivery pending and one in service, as a LAPIC has a bit for each in IRR and ISR.
 */
final class ReplayedVirqs {

    /** By operand of {@link dev.hindsight.replay.workload.Op#HANDLED}. */
    private static final String[] SIGNS = {
        null, "pio", "ack", "eoi", "marker", "msr", "mmio", "hypercall", "instruction", "guest"
    };

    private static final byte ACK = 2;
    private static final byte EOI = 3;

    private final TableAppender rows;
    private final Lines lines;
    private final int[][] linesOfThread;
    private final byte[] endSign;
    private final boolean[] showsInjections;

    /** By delivery: of line n, 2n is the one pending and 2n + 1 the one in service. */
    private final boolean[] isOpen;

    private final long[] dueNs;
    private final long[] assertedNs;
    private final long[] runnableNs;
    private final long[] scheduledNs;
    private final long[] injectedNs;
    private final long[] enteredNs;
    private final long[] handledNs;
    private final byte[] handledBy;
    private final int[] coalesced;
    private final int[] byTid;
    private final int[] onCpu;

    ReplayedVirqs(Lines lines, int threads, TableSinks sinks) {
        this.lines = lines;
        rows = new TableAppender(TimelineTables.VIRQ, sinks);
        int size = lines.size();
        linesOfThread = linesOf(lines.vcpuThread(), threads);
        endSign = new byte[size];
        showsInjections = new boolean[size];
        for (int line = 0; line < size; line++) {
            String source = lines.source().get(line);
            showsInjections[line] = lines.showsInjections(line);
            endSign[line] = source.equals("pit") || source.equals("pic") ? ACK : EOI;
        }
        isOpen = new boolean[2 * size];
        dueNs = new long[2 * size];
        assertedNs = new long[2 * size];
        runnableNs = new long[2 * size];
        scheduledNs = new long[2 * size];
        injectedNs = new long[2 * size];
        enteredNs = new long[2 * size];
        handledNs = new long[2 * size];
        handledBy = new byte[2 * size];
        coalesced = new int[2 * size];
        byTid = new int[2 * size];
        onCpu = new int[2 * size];
    }

    private static int[][] linesOf(int[] vcpuThread, int threads) {
        int[][] of = new int[threads][];
        Arrays.fill(of, new int[0]);
        for (int line = 0; line < vcpuThread.length; line++) {
            int thread = vcpuThread[line];
            int[] more = Arrays.copyOf(of[thread], of[thread].length + 1);
            more[more.length - 1] = line;
            of[thread] = more;
        }
        return of;
    }

    private static int pending(int line) {
        return 2 * line;
    }

    private static int inService(int line) {
        return 2 * line + 1;
    }

    /**
     * @param runnable whether the vCPU's thread has a CPU or waits for one
     * @param running whether it has one
     */
    void edge(long ns, int line, int tid, int cpu, long due, boolean coalesces, boolean runnable, boolean running) {
        int d = pending(line);
        if (coalesces && isOpen[d]) {
            coalesced[d]++;
            return;
        }
        if (coalesces && isOpen[inService(line)]) {
            coalesced[inService(line)]++;
            return;
        }
        if (isOpen[d]) {
            end(line, d, NULL);
        }
        isOpen[d] = true;
        dueNs[d] = due >= 0 && due <= ns ? due : NULL;
        assertedNs[d] = ns;
        runnableNs[d] = runnable ? ns : NULL;
        scheduledNs[d] = running ? ns : NULL;
        injectedNs[d] = NULL;
        enteredNs[d] = NULL;
        handledNs[d] = NULL;
        handledBy[d] = 0;
        coalesced[d] = 0;
        byTid[d] = tid;
        onCpu[d] = cpu;
    }

    /** A vCPU's thread was asleep and is being woken. */
    void woken(long ns, int thread) {
        for (int line : linesOfThread[thread]) {
            int d = pending(line);
            if (runnableNs[d] == NULL) {
                runnableNs[d] = ns;
            }
        }
    }

    /** A vCPU's thread got a CPU. */
    void scheduled(long ns, int thread) {
        for (int line : linesOfThread[thread]) {
            int d = pending(line);
            if (runnableNs[d] == NULL) {
                runnableNs[d] = ns;
            }
            if (scheduledNs[d] == NULL) {
                scheduledNs[d] = ns;
            }
        }
    }

    void injected(long ns, int line) {
        int from = pending(line);
        int to = inService(line);
        if (!isOpen[from]) {
            throw new IllegalStateException("line " + line + " has nothing pending to inject at " + ns);
        }
        if (isOpen[to]) {
            end(line, to, NULL);
        }
        isOpen[from] = false;
        isOpen[to] = true;
        dueNs[to] = dueNs[from];
        assertedNs[to] = assertedNs[from];
        runnableNs[to] = runnableNs[from];
        scheduledNs[to] = scheduledNs[from];
        injectedNs[to] = showsInjections[line] ? ns : NULL;
        enteredNs[to] = NULL;
        handledNs[to] = NULL;
        handledBy[to] = 0;
        coalesced[to] = coalesced[from];
        byTid[to] = byTid[from];
        onCpu[to] = onCpu[from];
    }

    void entry(long ns, int thread) {
        for (int line : linesOfThread[thread]) {
            int d = inService(line);
            if (isOpen[d] && enteredNs[d] == NULL && handledNs[d] == NULL) {
                enteredNs[d] = ns;
            }
        }
    }

    /** Counts once entered, and once. */
    void handled(long ns, int line, int by) {
        int d = inService(line);
        if (isOpen[d] && enteredNs[d] != NULL && handledNs[d] == NULL) {
            handledNs[d] = ns;
            handledBy[d] = (byte) by;
        }
    }

    void ack(long ns, int line) {
        int d = inService(line);
        if (!isOpen[d]) {
            return;
        }
        if (handledNs[d] == NULL) {
            handledNs[d] = ns;
            handledBy[d] = endSign[line];
        }
        end(line, d, ns);
    }

    private void end(int line, int d, long eoiNs) {
        isOpen[d] = false;
        rows.addRow();
        rows.setText(0, lines.vm().get(line));
        rows.set(1, lines.vcpu()[line]);
        rows.setText(2, lines.source().get(line));
        rows.set(3, lines.irq()[line]);
        rows.set(4, lines.vector()[line] < 0 ? NULL : lines.vector()[line]);
        rows.set(5, dueNs[d]);
        rows.set(6, assertedNs[d]);
        rows.set(7, runnableNs[d]);
        rows.set(8, scheduledNs[d]);
        rows.set(9, injectedNs[d]);
        rows.set(10, enteredNs[d]);
        rows.set(11, handledNs[d]);
        rows.setText(12, SIGNS[handledBy[d]]);
        rows.set(13, eoiNs);
        rows.set(14, coalesced[d]);
        rows.set(15, byTid[d]);
        rows.set(16, onCpu[d]);
        rows.set(17, 0);
    }

    void end() {
        for (int line = 0; line < lines.size(); line++) {
            if (isOpen[inService(line)]) {
                end(line, inService(line), NULL);
            }
            if (isOpen[pending(line)]) {
                end(line, pending(line), NULL);
            }
        }
        rows.flush();
    }
}
