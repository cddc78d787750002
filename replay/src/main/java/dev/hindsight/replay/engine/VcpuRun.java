package dev.hindsight.replay.engine;

import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import java.util.Arrays;

/** A vCPU while it is run: what its guest handles, has to do, and waits to be told. */
final class VcpuRun {

    static final byte IDLE = 0;
    static final byte WORK = 1;
    static final byte HANDLER = 2;
    static final byte WINDOW = 3;

    final GuestProgram guest;

    /** Lines that it takes interrupts on. */
    final int[] lines;

    /** Whose interrupt the guest handles. */
    int handled = -1;

    /** Whether its thread has reached the loop of entries and exits. */
    boolean looping;

    boolean inGuest;

    /** Whether the monitor's user code runs. */
    boolean inMonitor;

    /** Counts entries: a kick meant for an earlier one is void. */
    int entries;

    /** What the guest is at. */
    byte level = IDLE;

    /** Next step of what it is at, and the first that is not of it. */
    int position;

    int end;

    /** Work that a handler interrupted. */
    boolean workInterrupted;

    int workPosition;
    int workEnd;
    boolean workBegun;
    long workLeftNs;

    /** Line whose interrupt the guest spins for that another vCPU shall take, -1 for none; and of interrupted work. */
    int spinsFor = -1;

    int workSpinsFor = -1;

    /** The coming entry's injection is paid for already. */
    boolean injectionPaid;

    /** Whether the guest's own recording tells when it is idle. */
    final boolean told;

    /** What it was told last; a guest that has not begun is idle. */
    boolean toldIdle = true;

    /** Whether it goes on in its guest beyond what was observed of it, for as long as it gets a CPU. */
    boolean extended;

    /** When its thread was last switched out; before that, never. */
    long leftCpuNs = Long.MAX_VALUE;

    boolean wakesFromHalt;
    boolean polling;
    long haltedAtNs;
    long pollNs;

    private int[] work = new int[8];
    private int workFirst;
    private int workSize;
    private int[] pending = new int[4];
    private int pendingSize;

    VcpuRun(GuestProgram guest, int[] lines) {
        this.guest = guest;
        this.lines = lines;
        told = tells(guest.ops());
    }

    private static boolean tells(Program ops) {
        for (int step = 0; step < ops.size(); step++) {
            if (ops.op(step) == Op.GUEST_TURNS) {
                return true;
            }
        }
        return false;
    }

    /** Appends the steps [from, to) to what the guest has to do outside of handlers. */
    void addWork(int from, int to) {
        if (workSize == work.length) {
            int[] larger = new int[2 * workSize];
            for (int i = 0; i < workSize; i++) {
                larger[i] = work[(workFirst + i) & (workSize - 1)];
            }
            work = larger;
            workFirst = 0;
        }
        work[(workFirst + workSize++) & (work.length - 1)] = from;
        work[(workFirst + workSize++) & (work.length - 1)] = to;
    }

    boolean hasWork() {
        return workSize > 0;
    }

    /** Takes the oldest work as what the guest is at. */
    void takeWork() {
        position = work[workFirst];
        end = work[(workFirst + 1) & (work.length - 1)];
        workFirst = (workFirst + 2) & (work.length - 1);
        workSize -= 2;
        level = WORK;
    }

    /** An edge on a line waits for its injection. */
    void addPending(int line) {
        if (pendingSize == pending.length) {
            pending = Arrays.copyOf(pending, 2 * pendingSize);
        }
        pending[pendingSize++] = line;
    }

    /** Whether the coming entry may inject: a handler holds interrupts off. */
    boolean takesInterrupts() {
        return level != HANDLER && level != WINDOW;
    }

    boolean hasPending() {
        return pendingSize > 0;
    }

    /** Takes the line that waits longest. */
    int takePending() {
        int line = pending[0];
        System.arraycopy(pending, 1, pending, 0, --pendingSize);
        return line;
    }
}
