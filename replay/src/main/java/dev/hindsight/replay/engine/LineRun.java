package dev.hindsight.replay.engine;

/** A virtual interrupt line while it is run. */
final class LineRun {

    final int index;
    final int vcpuThread;

    /** Responses recorded on this line, by index in the guest's program, in their order. */
    final int[] responses;

    PitRun pit;
    boolean pending;
    int delivered;

    LineRun(int index, int vcpuThread, int[] responses) {
        this.index = index;
        this.vcpuThread = vcpuThread;
        this.responses = responses;
    }
}
