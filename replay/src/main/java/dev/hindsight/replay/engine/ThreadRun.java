package dev.hindsight.replay.engine;

import dev.hindsight.replay.workload.Program;

/** A thread of the workload while it is run: where it is in its program, and what is left of the step it is at. */
final class ThreadRun {

    /** In place of a duration: until something ends it. */
    static final long FOREVER = Long.MAX_VALUE;

    static final byte NEW = 0;
    static final byte READY = 1;
    static final byte WAITS_FOR_WAKEUP = 2;
    static final byte WAITS_FOR_TIME = 3;
    static final byte HALTED = 4;
    static final byte WAKING = 5;
    static final byte OUT_OF_DEMAND = 6;
    static final byte DEAD = 7;
    static final byte WAITS_FOR_RELEASE = 8;

    final int index;
    final Program program;
    final VcpuRun vcpu;
    final Samples preemptDelay;
    byte state = NEW;
    int position;

    /** Whether the step at {@link #position} (of the guest's program for a vCPU) has begun. */
    boolean begun;

    /** CPU time left of the step that has begun. */
    long leftNs;

    /** CPU time of paths to pay before the step goes on: switch, resume, injection. */
    long overheadNs;

    /** Wakeups that came while it was not waiting for one: each ends a later wait at once. */
    int wakeupsKept;

    /** CPU it ran on last, -1 before its first run. */
    int lastCpu = -1;

    /** A fork, or its own time, starts it: what wakes it before that comes too early. */
    boolean startsLater;

    /** Kernel priority, as traces show it. */
    int kernelPriority;

    /** The interval timer whose worker it is, or null. */
    PitRun pit;

    /** The CPU whose ksoftirqd it is, or null; which steps it is at. */
    HostCpu softirqCpu;

    SoftirqQueue.Work softirqWork;
    int softirqStep;

    long demandedNs;
    long consumedNs;

    ThreadRun(int index, Program program, VcpuRun vcpu, Samples preemptDelay) {
        this.index = index;
        this.program = program;
        this.vcpu = vcpu;
        this.preemptDelay = preemptDelay;
    }

    /** The step that the thread is at is behind it. */
    void passStep() {
        if (vcpu != null && vcpu.looping) {
            vcpu.position++;
        } else {
            position++;
        }
    }

    /** Begins a step that takes CPU time. */
    void begin(long ns) {
        begun = true;
        leftNs = ns;
        if (ns != FOREVER) {
            demandedNs += ns;
        }
    }

    /** What its CPU has to run until something of it is done. */
    long nextPieceNs() {
        return overheadNs > 0 ? overheadNs : leftNs;
    }

    /** Charges CPU time: first to the paths, then to the step. */
    void charge(long ns) {
        if (overheadNs > 0) {
            overheadNs -= ns;
            assert overheadNs >= 0 : "thread " + index + " ran past its path by " + -overheadNs + " ns";
        } else if (leftNs != FOREVER) {
            leftNs -= ns;
            consumedNs += ns;
            assert leftNs >= 0 : "thread " + index + " ran past its step by " + -leftNs + " ns";
        }
    }
}
