package dev.hindsight.replay.engine;

/** A virtual interrupt line while it is run. */
final class LineRun {

    final int index;
    final int vcpuThread;

    /** Responses recorded on this line, by index in the guest's program, in their order. */
    final int[] responses;

    /** From an edge to the wakeup of the halted vCPU, and from there to its being queued. */
    final Samples edgeToWaking;

    final Samples wakingToQueue;

    PitRun pit;
    boolean pending;
    int delivered;

    /** Whether it is the vCPU's own timer, and the rest of {@link dev.hindsight.replay.workload.GuestTimers}. */
    boolean ownTimer;

    boolean onlyLoaded;
    boolean relative;
    long periodNs;

    /** Of an own timer: its arrivals, which comes next, and up to which others come in their place. */
    int[] arrivals;

    int nextArrival;
    int replacedUpTo = -1;

    /** When the edge that is pending or was the last was due. */
    long dueNs;

    /** Came due while its vCPU had no CPU. */
    boolean risen;

    long risenDueNs;

    /** Of an own timer without a period: how many arrivals have been armed, and whether one of them is not handled yet. */
    int played;

    boolean underWay;

    /** What the guest armed it for, and which time this was. */
    long plannedNs;

    int plan;

    LineRun(int index, int vcpuThread, int[] responses, Samples edgeToWaking, Samples wakingToQueue) {
        this.index = index;
        this.vcpuThread = vcpuThread;
        this.responses = responses;
        this.edgeToWaking = edgeToWaking;
        this.wakingToQueue = wakingToQueue;
    }
}
