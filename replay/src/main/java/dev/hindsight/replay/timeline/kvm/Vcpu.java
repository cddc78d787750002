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

    @Override
    public String toString() {
        return vm.key + " vcpu " + id;
    }
}
