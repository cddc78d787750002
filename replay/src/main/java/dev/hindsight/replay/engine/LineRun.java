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

    LineRun(int index, int vcpuThread, int[] responses, Samples edgeToWaking, Samples wakingToQueue) {
        this.index = index;
        this.vcpuThread = vcpuThread;
        this.responses = responses;
        this.edgeToWaking = edgeToWaking;
        this.wakingToQueue = wakingToQueue;
    }
}
