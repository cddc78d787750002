package dev.hindsight.replay.engine;

import dev.hindsight.replay.workload.Threads;
import java.util.Arrays;

/** What one CPU of the host does: the highest of its levels runs, those below wait with what is left of them. */
final class HostCpu {

    static final byte IDLE = 0;
    static final byte THREAD = 1;
    static final byte SOFTIRQ = 2;
    static final byte HARDIRQ = 3;

    final int id;
    byte level = IDLE;

    /** Thread on the CPU, also while an interrupt is handled there; -1 for none. */
    int running = -1;

    /** The process whose memory is mapped: that of the last thread here that was not the kernel's. */
    int mapped = Threads.KERNEL;

    /** Since when the level runs; what it did before is charged. */
    long sinceNs;

    /** Counts the plans made for this CPU: an event planned before the last one is void. */
    int plan;

    /** No time passes here until {@link #frozenUntilNs}. */
    boolean frozen;

    long frozenUntilNs;

    /** Whether a look at the scheduler's wish to reschedule is planned, and which plan it is. */
    boolean reschedPlanned;

    int reschedPlan;

    int irqKind;
    int irqEffect;
    int irqArgument;
    boolean irqActed;
    long irqLeftNs;
    long irqAfterNs;

    /** The softirq that runs behind an interrupt, by number, -1 for none. */
    int softirq = -1;

    long softirqLeftNs;

    /** Softirqs raised here and not begun. */
    final SoftirqQueue softirqs = new SoftirqQueue();

    /** Of the softirqs that run behind an interrupt: how many of the round are left; rounds so far, and since when. */
    int softirqRound;

    int softirqRounds;
    long softirqSinceNs;

    /** The one that runs: time alone, or steps and the next of them. */
    boolean softirqTime;

    SoftirqQueue.Work softirqWork;
    int softirqStep;

    private int[] held = new int[12];
    private int heldSize;

    HostCpu(int id) {
        this.id = id;
    }

    /** Keeps an interrupt until the CPU can take it. */
    void hold(int kind, int effect, int argument) {
        if (heldSize + 3 > held.length) {
            held = Arrays.copyOf(held, 2 * held.length);
        }
        held[heldSize++] = kind;
        held[heldSize++] = effect;
        held[heldSize++] = argument;
    }

    boolean holds() {
        return heldSize > 0;
    }

    int heldKind() {
        return held[0];
    }

    int heldEffect() {
        return held[1];
    }

    int heldArgument() {
        return held[2];
    }

    /** Drops the interrupt held longest. */
    void releaseHeld() {
        heldSize -= 3;
        System.arraycopy(held, 3, held, 0, heldSize);
    }
}
