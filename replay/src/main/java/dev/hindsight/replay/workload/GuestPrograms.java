package dev.hindsight.replay.workload;

/** Makes the programs of vCPUs from what {@link GuestWalk} finds. */
final class GuestPrograms {

    private final Recorded of;
    private final WaitEnds waits;
    private final GuestPaths paths = new GuestPaths();
    private final long switchInNs;

    GuestPrograms(Recorded of, WaitEnds waits, long switchInNs) {
        this.of = of;
        this.waits = waits;
        this.switchInNs = switchInNs;
    }

    GuestPaths paths() {
        return paths;
    }

    /** Whether a thread ran a guest. */
    boolean isGuest(int thread) {
        return of.threads.isVcpu(thread)
                && (of.exits.byThread.from[thread + 1] > of.exits.byThread.from[thread]
                        || of.guestByThread.from[thread + 1] > of.guestByThread.from[thread]);
    }

    /** The guest of a vCPU; what its thread does before the first entry goes to {@code before}. */
    GuestProgram program(int thread, int firstPriority, Program before) {
        boolean halts = false;
        for (int i = of.exits.byThread.from[thread]; i < of.exits.byThread.from[thread + 1] && !halts; i++) {
            halts = of.exits.isHalt(of.exits.byThread.row[i]);
        }
        boolean interrupts = waits.takesInterrupts(thread);
        boolean marks = false;
        for (int i = 0; i < of.markerThread.length && !marks; i++) {
            marks = of.markerThread[i] == thread;
        }
        boolean spins = interrupts && !halts;
        boolean told = of.guestTurns.tells(thread);
        GuestWalk walk = new GuestWalk(
                of,
                waits,
                paths,
                thread,
                spins ? spinsBy(told, marks) : GuestWork.Spins.NEVER,
                switchInNs,
                firstPriority);
        walk.walk();
        walk.log.copyBefore(before);

        int n = walk.response.length;
        Program ops = new Program();
        int[] from = walk.log.copyPieces(1 + 2 * n, ops);
        int[] line = new int[n];
        int[] handlerFrom = new int[n];
        int[] handlerTo = new int[n];
        int[] workFrom = new int[n];
        int[] workTo = new int[n];
        for (int r = 0; r < n; r++) {
            line[r] = of.lineOfDelivery[walk.response[r]];
            handlerFrom[r] = from[GuestLog.handler(r)];
            handlerTo[r] = from[GuestLog.handler(r) + 1];
            workFrom[r] = from[GuestLog.work(r)];
            workTo[r] = from[GuestLog.work(r) + 1];
        }
        Program halt = new Program();
        if (walk.haltReason >= 0) {
            halt.append(Op.VM_EXIT, walk.haltRip, walk.haltReason);
            halt.append(Op.COMPUTE, walk.haltNs.median(), 0);
        }
        halt.append(Op.HALT, 0, 0);
        return new GuestProgram(
                ops,
                from[1],
                line,
                handlerFrom,
                handlerTo,
                workFrom,
                workTo,
                spins ? GuestProgram.Idle.SPIN : GuestProgram.Idle.HALT,
                halt,
                spins && !marks && !told);
    }

    private static GuestWork.Spins spinsBy(boolean told, boolean marks) {
        return told ? GuestWork.Spins.TOLD : marks ? GuestWork.Spins.MARKED : GuestWork.Spins.UNKNOWN;
    }
}
