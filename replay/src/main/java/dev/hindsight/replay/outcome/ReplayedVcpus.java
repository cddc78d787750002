package dev.hindsight.replay.outcome;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.Threads;

/**
 * Tables {@code vcpu_span} and {@code halt_poll} of a replay. As in the recorded timeline, a vCPU's states are known from
 * its first entry, exit or stay in the monitor on; asleep in KVM it is halted, asleep in the monitor it stays there, and
 * from its wakeup to its turn on a CPU it is preempted.
 */
final class ReplayedVcpus {

    private static final byte UNKNOWN = 0;
    private static final byte GUEST = 1;
    private static final byte EXIT = 2;
    private static final byte HALT_POLL = 3;
    private static final byte HALTED = 4;
    private static final byte PREEMPTED = 5;
    private static final byte VMM = 6;

    private static final String[] NAMES = {null, "guest", "exit", "halt_poll", "halted", "preempted", "vmm"};

    private final TableAppender spans;
    private final TableAppender polls;
    private final Threads threads;

    /** All by thread. */
    private final byte[] state;

    private final long[] sinceNs;
    private final int[] cpus;
    private final boolean[] contextKnown;
    private final boolean[] inMonitor;
    private final boolean[] halting;
    private final boolean[] polling;
    private final long[] haltNs;
    private final long[] polledNs;

    /** The last span, kept until it is known that none like it follows at once. */
    private final byte[] lastState;

    private final int[] lastCpu;
    private final long[] lastStartNs;
    private final long[] lastEndNs;

    ReplayedVcpus(Threads threads, TableSinks sinks) {
        this.threads = threads;
        spans = new TableAppender(TimelineTables.VCPU_SPAN, sinks);
        polls = new TableAppender(TimelineTables.HALT_POLL, sinks);
        int n = threads.size();
        state = new byte[n];
        sinceNs = new long[n];
        cpus = new int[n];
        contextKnown = new boolean[n];
        inMonitor = new boolean[n];
        halting = new boolean[n];
        polling = new boolean[n];
        haltNs = new long[n];
        polledNs = new long[n];
        lastState = new byte[n];
        lastCpu = new int[n];
        lastStartNs = new long[n];
        lastEndNs = new long[n];
    }

    void entry(long ns, int vcpu, int cpu) {
        change(ns, vcpu, GUEST, cpu);
        contextKnown[vcpu] = true;
        inMonitor[vcpu] = false;
        writeLast(vcpu);
    }

    void exit(long ns, int vcpu, int cpu) {
        change(ns, vcpu, EXIT, cpu);
        contextKnown[vcpu] = true;
        inMonitor[vcpu] = false;
    }

    void vmm(long ns, int vcpu, int cpu, boolean in) {
        change(ns, vcpu, in ? VMM : EXIT, cpu);
        contextKnown[vcpu] = true;
        inMonitor[vcpu] = in;
    }

    void halt(long ns, int vcpu, int cpu, boolean polls) {
        if (!halting[vcpu]) {
            halting[vcpu] = true;
            haltNs[vcpu] = ns;
            polledNs[vcpu] = 0;
        }
        polling[vcpu] = polls;
        contextKnown[vcpu] = true;
        inMonitor[vcpu] = false;
        change(ns, vcpu, polls ? HALT_POLL : EXIT, cpu);
    }

    void haltEnd(long ns, int vcpu, int cpu, boolean polledOnly) {
        polling[vcpu] = false;
        change(ns, vcpu, EXIT, cpu);
        if (!halting[vcpu]) {
            return;
        }
        halting[vcpu] = false;
        polls.addRow();
        polls.setText(0, threads.vm().get(vcpu));
        polls.set(1, threads.vcpu()[vcpu]);
        polls.set(2, haltNs[vcpu]);
        polls.set(3, ns);
        polls.setText(4, polledOnly ? "poll" : "wait");
        polls.set(5, 1);
        polls.set(6, polledNs[vcpu]);
    }

    void switchedOut(long ns, int vcpu, int cpu, byte why) {
        if (why == ThreadState.DEAD) {
            close(ns, vcpu);
            contextKnown[vcpu] = false;
        } else if (!contextKnown[vcpu]) {
            close(ns, vcpu);
        } else if (why == ThreadState.RUNNABLE) {
            change(ns, vcpu, PREEMPTED, cpu);
        } else if (inMonitor[vcpu]) {
            change(ns, vcpu, VMM, cpu);
        } else {
            change(ns, vcpu, why == ThreadState.SLEEPING ? HALTED : EXIT, cpu);
        }
    }

    void switchedIn(long ns, int vcpu, int cpu) {
        if (contextKnown[vcpu]) {
            change(ns, vcpu, inMonitor[vcpu] ? VMM : polling[vcpu] ? HALT_POLL : EXIT, cpu);
        }
    }

    /** Woken while it was off CPU: it waits for one, to where it ran last as far as is known now. */
    void woken(long ns, int vcpu) {
        if (contextKnown[vcpu]) {
            change(ns, vcpu, PREEMPTED, cpus[vcpu]);
        }
    }

    private void change(long ns, int vcpu, byte to, int cpu) {
        if (state[vcpu] == to && cpus[vcpu] == cpu) {
            return;
        }
        close(ns, vcpu);
        state[vcpu] = to;
        sinceNs[vcpu] = ns;
        cpus[vcpu] = cpu;
    }

    private void close(long ns, int vcpu) {
        byte was = state[vcpu];
        state[vcpu] = UNKNOWN;
        if (was == UNKNOWN || ns <= sinceNs[vcpu]) {
            return;
        }
        if (was == HALT_POLL) {
            polledNs[vcpu] += ns - sinceNs[vcpu];
        }
        boolean goesOn = lastState[vcpu] == was && lastCpu[vcpu] == cpus[vcpu] && lastEndNs[vcpu] == sinceNs[vcpu];
        if (!goesOn) {
            writeLast(vcpu);
            lastState[vcpu] = was;
            lastCpu[vcpu] = cpus[vcpu];
            lastStartNs[vcpu] = sinceNs[vcpu];
        }
        lastEndNs[vcpu] = ns;
    }

    private void writeLast(int vcpu) {
        if (lastState[vcpu] == UNKNOWN) {
            return;
        }
        spans.addRow();
        spans.setText(0, threads.vm().get(vcpu));
        spans.set(1, threads.vcpu()[vcpu]);
        spans.set(2, threads.tid()[vcpu]);
        spans.set(3, lastCpu[vcpu] < 0 ? NULL : lastCpu[vcpu]);
        spans.set(4, lastStartNs[vcpu]);
        spans.set(5, lastEndNs[vcpu]);
        spans.setText(6, NAMES[lastState[vcpu]]);
        lastState[vcpu] = UNKNOWN;
    }

    void end(long ns) {
        for (int vcpu = 0; vcpu < state.length; vcpu++) {
            close(ns, vcpu);
            writeLast(vcpu);
        }
        spans.flush();
        polls.flush();
    }
}
