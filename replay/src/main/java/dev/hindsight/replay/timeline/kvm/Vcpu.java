package dev.hindsight.replay.timeline.kvm;

/** A virtual CPU: its host thread, and where that thread stands in the scheduler. Kept by {@link VcpuPlacement}. */
final class Vcpu {

    /** No time known. */
    static final long NEVER = Long.MIN_VALUE;

    final GuestVm vm;
    final int id;
    final int tid;

    /** Dense number over all machines, for arrays by vCPU. */
    final int index;

    /** Host CPU that the thread runs on, waits for, or ran on last; -1 before it was seen on any. */
    int cpu = -1;

    /** On a CPU now. */
    boolean running;

    /** On a CPU or waiting for one. */
    boolean runnable;

    /** Since when it is continuously runnable, {@link #NEVER} where not known. */
    long runnableSinceNs = NEVER;

    /** Last switched in. */
    long scheduledNs = NEVER;

    /** Last switched out; {@link #NEVER} while on a CPU. */
    long offSinceNs = NEVER;

    /** Last switched out, also while on a CPU again. */
    long lastOutNs = NEVER;

    /** Sum of the times off CPU that have ended. */
    long offCpuNs;

    Vcpu(GuestVm vm, int id, int tid, int index) {
        this.vm = vm;
        this.id = id;
        this.tid = tid;
        this.index = index;
    }

    /** Time off CPU so far, for differences between two moments. */
    long offCpuNs(long nowNs) {
        return offSinceNs == NEVER ? offCpuNs : offCpuNs + nowNs - offSinceNs;
    }

    /**
     * When the thread was first on a CPU at or after a moment not long ago, {@link #NEVER} where it has not been yet.
     * Asked between the events of one assertion, within which a thread changes places once at most.
     */
    long onCpuNs(long fromNs) {
        if (lastOutNs > fromNs) {
            return running || scheduledNs == NEVER ? fromNs : Math.max(fromNs, scheduledNs);
        }
        return !running ? NEVER : Math.max(fromNs, scheduledNs);
    }

    /** When the thread was first runnable at or after a moment not long ago, {@link #NEVER} where it is not yet. */
    long runnableNs(long fromNs) {
        long onCpuNs = onCpuNs(fromNs);
        if (onCpuNs == fromNs) {
            return fromNs;
        }
        return runnable ? Math.max(fromNs, runnableSinceNs) : onCpuNs;
    }

    @Override
    public String toString() {
        return vm.key + " vcpu " + id;
    }
}
