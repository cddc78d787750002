package dev.hindsight.replay.outcome;

import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.workload.TimelineStore;
import dev.hindsight.replay.workload.Workload;

/**
 * Takes what the engine decides, in time order, and writes the tables of a timeline as the recorded one has them.
 *
 * <p>Threads, lines, interrupts, exits and markers are indices into the {@link Workload}; -1 is an idle thread. Times
 * are ns on the trace's clock and never go back. Nothing is allocated for a callback, but blocks of rows as they fill.
 */
public final class ReplayedTimeline {

    /** In place of an index in {@link Workload#irqs()}: the scheduler's tick. */
    public static final int TICK = -1;

    /** In place of an index in {@link Workload#exits()}: left the guest for an interrupt of the host. */
    public static final int HOST_INTERRUPT = -1;

    /** In place of an index in {@link Workload#exits()}: the guest can take an interrupt now. */
    public static final int INTERRUPT_WINDOW = -2;

    private final ReplayedThreads threads;
    private final ReplayedIrqs irqs;
    private final ReplayedVcpus vcpus;
    private final ReplayedExits exits;
    private final ReplayedVirqs virqs;
    private final ReplayedMarkers markers;
    private final ReplayedGuests guests;
    private final KeptTables kept;
    private final boolean[] isVcpu;
    private final int[] vcpuOfLine;
    private final long[] events;

    /**
     * @param recorded has the recorded tables {@code thread} and {@code vm}, which are copied, {@code marker} and {@code guest_span}
     */
    public ReplayedTimeline(Workload workload, TimelineStore recorded, TableSinks sinks) {
        threads = new ReplayedThreads(workload, sinks);
        irqs = new ReplayedIrqs(workload, sinks);
        vcpus = new ReplayedVcpus(workload.threads(), sinks);
        exits = new ReplayedExits(workload.threads(), workload.exits(), sinks);
        virqs = new ReplayedVirqs(workload.lines(), workload.threads().size(), sinks);
        markers = new ReplayedMarkers(workload.threads(), workload.markers(), recorded, sinks);
        guests = new ReplayedGuests(workload.threads(), recorded, sinks);
        kept = new KeptTables(workload, recorded, sinks);
        isVcpu = new boolean[workload.threads().size()];
        for (int thread = 0; thread < isVcpu.length; thread++) {
            isVcpu[thread] = workload.threads().vcpu()[thread] >= 0
                    && workload.threads().vm().get(thread) != null;
        }
        vcpuOfLine = workload.lines().vcpuThread();
        events = new long[workload.cpus()];
    }

    /**
     * A CPU changes from one thread to another; -1 is its idle thread, which every CPU runs at the window's begin.
     *
     * @param prevState why {@code prev} leaves, see {@link ThreadState}; of no meaning for an idle thread
     */
    public void switched(long ns, int cpu, int prev, byte prevState, int next) {
        events[cpu]++;
        threads.switched(ns, cpu, prev, prevState, next);
        if (prev >= 0 && isVcpu[prev]) {
            vcpus.switchedOut(ns, prev, cpu, prevState);
            exits.switchedOut(ns, prev);
        }
        if (next >= 0 && isVcpu[next]) {
            vcpus.switchedIn(ns, next, cpu);
            exits.switchedIn(ns, next);
            virqs.scheduled(ns, next);
        }
    }

    /**
     * A thread is being woken: sched_waking. One that a creation makes runnable is woken by its creator. What is runnable
     * at the window's begin has no waking, only a wakeup.
     *
     * @param waker thread that runs where the wakeup is made, -1 idle
     * @param context see {@link WakeContext}
     */
    public void waking(long ns, int waker, byte context, int wakee, int wakerCpu) {
        events[wakerCpu]++;
        boolean asleep = !threads.isRunnable(wakee);
        threads.waking(ns, waker, context, wakee, wakerCpu);
        if (asleep && isVcpu[wakee]) {
            vcpus.woken(ns, wakee);
            virqs.woken(ns, wakee);
        }
    }

    /**
     * A thread is on a run queue: sched_wakeup.
     *
     * @param priority its kernel priority
     * @param by thread that runs on that CPU, -1 idle
     */
    public void wakeup(long ns, int wakee, int cpu, int priority, int by) {
        events[cpu]++;
        threads.wakeup(ns, wakee, cpu, priority, by);
        if (isVcpu[wakee] && !threads.isRunning(wakee)) {
            vcpus.woken(ns, wakee);
            virqs.woken(ns, wakee);
        }
    }

    /** A thread that waits goes to another run queue, or one that is being woken will. */
    public void migrated(long ns, int thread, int cpu) {
        threads.migrated(ns, thread, cpu);
    }

    /** A thread's kernel priority changes; threads begin with the workload's. */
    public void priority(long ns, int thread, int kernelPriority) {
        threads.priority(ns, thread, kernelPriority);
    }

    /**
     * A CPU takes an interrupt, within what it handles already.
     *
     * @param irqKind index in {@link Workload#irqs()} or {@link #TICK}
     * @param thread that is interrupted, -1 idle
     */
    public void irqBegin(long ns, int cpu, int irqKind, int thread) {
        events[cpu]++;
        irqs.begin(ns, cpu, irqKind, threads.tid(thread));
    }

    /** The innermost interrupt of a CPU ends. */
    public void irqEnd(long ns, int cpu) {
        events[cpu]++;
        irqs.end(ns, cpu);
    }

    /** A CPU begins a softirq, by the kernel's number; {@code thread} is interrupted or runs it, -1 idle. */
    public void softirqBegin(long ns, int cpu, int softirq, int thread) {
        events[cpu]++;
        irqs.softirqBegin(ns, cpu, softirq, threads.tid(thread));
    }

    /** The innermost softirq of a CPU ends. */
    public void softirqEnd(long ns, int cpu) {
        events[cpu]++;
        irqs.end(ns, cpu);
    }

    /** A vCPU enters the guest. */
    public void entry(long ns, int vcpuThread) {
        int cpu = cpu(vcpuThread);
        events[cpu]++;
        vcpus.entry(ns, vcpuThread, cpu);
        exits.entry(ns, vcpuThread);
        virqs.entry(ns, vcpuThread);
    }

    /**
     * A vCPU leaves the guest.
     *
     * @param reason index in {@link Workload#exits()}, {@link #HOST_INTERRUPT} or {@link #INTERRUPT_WINDOW}
     * @param rip guest instruction pointer, {@link dev.hindsight.parsers.table.ColumnData#NULL} where not known; of an
     *     exit that the engine makes it never is
     */
    public void exit(long ns, int vcpuThread, int reason, long rip) {
        int cpu = cpu(vcpuThread);
        events[cpu]++;
        vcpus.exit(ns, vcpuThread, cpu);
        exits.exit(ns, vcpuThread, cpu, reason, rip);
    }

    /** A vCPU waits in KVM for an interrupt, polling or about to sleep; called again where polling gives way to sleep. */
    public void halt(long ns, int vcpuThread, boolean polling) {
        vcpus.halt(ns, vcpuThread, cpu(vcpuThread), polling);
    }

    /**
     * That wait is over and the vCPU on a CPU.
     *
     * @param polledOnly whether the interrupt came while it polled
     */
    public void haltEnd(long ns, int vcpuThread, boolean polledOnly) {
        int cpu = cpu(vcpuThread);
        events[cpu]++;
        vcpus.haltEnd(ns, vcpuThread, cpu, polledOnly);
    }

    /** A vCPU's thread goes to the monitor's user code, or comes back. */
    public void vmm(long ns, int vcpuThread, boolean in) {
        int cpu = cpu(vcpuThread);
        events[cpu]++;
        vcpus.vmm(ns, vcpuThread, cpu, in);
    }

    /** Only on a CPU can a vCPU do anything by itself. */
    private int cpu(int vcpuThread) {
        if (!threads.isRunning(vcpuThread)) {
            throw new IllegalStateException("the vCPU of thread " + vcpuThread + " is on no CPU");
        }
        return threads.cpu(vcpuThread);
    }

    /**
     * A line is raised, or a message sent.
     *
     * @param byThread thread that runs where it is asserted, -1 idle
     * @param dueNs expiry of the timer behind it, below 0 where there is none
     * @param coalesced whether an earlier one is pending, so that it is not delivered by itself
     */
    public void edge(long ns, int line, int byThread, int cpu, long dueNs, boolean coalesced) {
        events[cpu]++;
        int vcpu = vcpuOfLine[line];
        virqs.edge(
                ns,
                line,
                threads.tid(byThread),
                cpu,
                dueNs,
                coalesced,
                threads.isRunnable(vcpu),
                threads.isRunning(vcpu));
    }

    /** The pending interrupt of a line is injected; the vCPU's next entry carries it. */
    public void injected(long ns, int line) {
        virqs.injected(ns, line);
    }

    /** First sign of the guest's handler; {@code by} as operand of {@link dev.hindsight.replay.workload.Op#HANDLED}. */
    public void handled(long ns, int line, int by) {
        virqs.handled(ns, line, by);
    }

    /** The guest acknowledges or ends the interrupt in service. */
    public void ack(long ns, int line) {
        virqs.ack(ns, line);
    }

    /** A marker: {@code vcpuThread} -1 for the host's own. */
    public void marker(long ns, int vcpuThread, int marker, long value) {
        markers.marker(ns, vcpuThread, marker, value);
    }

    /** The guest of a vCPU has nothing to do, or has again; told again, nothing changes. */
    public void guestTurned(long ns, int vcpuThread, boolean idle) {
        guests.turned(ns, vcpuThread, idle);
    }

    /** The window ends: so does what is open; the tables are written out. Nothing is called afterwards. */
    public void end(long ns) {
        threads.end(ns);
        irqs.endAll(ns);
        vcpus.end(ns);
        exits.end();
        virqs.end();
        markers.end();
        guests.end(ns);
        kept.write(ns, events);
    }
}
