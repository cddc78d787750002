package dev.hindsight.replay.engine;

import dev.hindsight.replay.engine.sched.HostScheduler;
import dev.hindsight.replay.engine.sched.SchedulerModel;
import dev.hindsight.replay.outcome.ReplayedTimeline;
import dev.hindsight.replay.policy.Decisions;
import dev.hindsight.replay.policy.SchedParameters;
import dev.hindsight.replay.workload.GuestCosts;
import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.HostCosts;
import dev.hindsight.replay.workload.Lines;
import dev.hindsight.replay.workload.Pit;
import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.Workload;
import java.util.Arrays;
import java.util.stream.IntStream;

/** One replay's state, shared by the parts that each know one side of the machine, and its clock. */
final class Simulation {

    /** Kinds of event in the queue; each says what its two numbers are. */
    static final int PIECE_DONE = 0; // cpu, plan

    static final int TICK = 1; // cpu
    static final int ARRIVAL = 2; // index in the workload's arrivals
    static final int WAIT_END = 3; // thread, index of the interrupt or -1
    static final int ENQUEUE = 4; // thread, CPU where it was woken
    static final int RESCHED = 5; // cpu, plan
    static final int RESCHED_IPI = 6; // cpu, plan
    static final int KICK = 7; // thread of the vCPU, its entry
    static final int SCHED_TIMER = 8;
    static final int GRACE_END = 9; // index of the thread, plan
    static final int FREEZE = 10; // index in the workload's gaps
    static final int THAW = 11; // cpu
    static final int START = 12; // thread
    static final int HALT_WAKING = 13; // line, CPU and context as GuestSteps packs them
    static final int GUEST_TIMER = 14; // line, plan

    final Workload workload;
    final Decisions decisions;
    final ReplayOptions options;
    final ReplayedTimeline out;
    final EventQueue queue = new EventQueue();
    final HostScheduler scheduler;
    final HostCpu[] cpus;
    final ThreadRun[] threads;
    final LineRun[] lines;
    final PitRun[] pits;

    final Samples tickCost;
    final Samples switchOut;
    final Samples switchIn;
    final Samples wakeDelay;
    final Samples idleExit;
    final Samples resched;
    final ResumeSamples resume;
    final Samples wakeFromHalt;
    final Samples hostInterrupt;
    final Samples injection;
    final Samples windowGuest;
    final Samples window;
    final Samples kick;

    /** Process of each thread, as {@link Threads#processes} numbers them. */
    final int[] process;

    /** What a switch to a thread costs more where it ran on another CPU before. */
    final long migrateNs;

    final CpuExecution execution;
    final HostInterrupts interrupts;
    final ThreadSteps steps;
    final GuestSteps guests;
    final VirtualInterruptLines virtualLines;
    final GuestTimerLines guestTimers;
    final SoftirqRun softirqs;
    final DynamicPriority priorities;

    /** Now, in ns on the trace's clock. */
    long nowNs;

    long switches;
    long migrations;
    long stepsRun;
    long truncatedNs;
    int truncatedThreads;
    long deliveries;
    long truncatedDeliveries;
    private long schedTimerNs = Long.MAX_VALUE;

    Simulation(
            Workload workload, Decisions decisions, SchedulerModel model, ReplayOptions options, ReplayedTimeline out) {
        this.workload = workload;
        this.decisions = decisions;
        this.options = options;
        this.out = out;
        nowNs = workload.firstNs();
        Threads all = workload.threads();
        scheduler = new HostScheduler(workload.cpus(), all.size(), model, this::migrated);
        PathFactors factors = options.factors();
        HostCosts host = workload.host();
        GuestCosts guest = workload.guest();
        tickCost = new Samples(host.tickCostNs(), factors.interrupts());
        switchOut = new Samples(host.switchOutNs(), factors.switches());
        switchIn = new Samples(host.switchInNs(), factors.switches());
        wakeDelay = new Samples(host.wakeNs(), factors.switches());
        idleExit = new Samples(host.idleExitNs(), factors.switches());
        resched = new Samples(host.reschedNs(), factors.switches());
        resume = new ResumeSamples(guest.resume(), factors.exits());
        process = all.processes();
        wakeFromHalt = new Samples(guest.wakeNs(), factors.exits());
        hostInterrupt = new Samples(guest.interruptNs(), factors.exits());
        injection = new Samples(guest.injectNs(), factors.exits());
        windowGuest = new Samples(guest.windowGuestNs(), factors.guest());
        window = new Samples(guest.windowNs(), factors.exits());
        kick = new Samples(guest.kickNs(), factors.switches());
        migrateNs = PathFactors.scaled(host.migrateNs(), factors.switches(), host.migrateNs());
        cpus = new HostCpu[workload.cpus()];
        for (int c = 0; c < cpus.length; c++) {
            cpus[c] = new HostCpu(c);
        }
        threads = threads(all, factors.switches());
        lines = lines(workload.lines(), all, factors.switches());
        pits = pits(factors.exits());
        execution = new CpuExecution(this);
        interrupts = new HostInterrupts(this);
        softirqs = new SoftirqRun(this);
        steps = new ThreadSteps(this);
        guests = new GuestSteps(this);
        virtualLines = new VirtualInterruptLines(this);
        guestTimers = new GuestTimerLines(this);
        priorities = new DynamicPriority(this);
    }

    private ThreadRun[] threads(Threads all, double scale) {
        ThreadRun[] runs = new ThreadRun[all.size()];
        for (int t = 0; t < runs.length; t++) {
            GuestProgram guest = GuestAtSpeed.of(all.guest()[t], options.factors());
            long[] delays = all.preemptDelayNs()[t];
            Samples delay = delays == null || delays.length == 0 ? switchOut : new Samples(delays, scale);
            runs[t] = new ThreadRun(t, all.program()[t], guest == null ? null : new VcpuRun(guest, linesOf(t)), delay);
            SchedParameters begin = decisions.parameters()[t];
            runs[t].kernelPriority = DynamicPriority.kernelPriority(begin);
            scheduler.place(t, firstAllowed(all.startCpu()[t], decisions.affinity()[t]));
            scheduler.affinity(t, decisions.affinity()[t], nowNs);
            scheduler.parameters(t, begin, nowNs);
        }
        return runs;
    }

    private int[] linesOf(int thread) {
        int[] all = workload.lines().vcpuThread();
        return IntStream.range(0, all.length)
                .filter(line -> all[line] == thread)
                .toArray();
    }

    private static int firstAllowed(int cpu, long affinity) {
        return cpu >= 0 && (affinity >>> cpu & 1) != 0 ? cpu : Long.numberOfTrailingZeros(affinity);
    }

    private LineRun[] lines(Lines all, Threads threads, double scale) {
        LineRun[] runs = new LineRun[all.size()];
        for (int line = 0; line < runs.length; line++) {
            int vcpu = all.vcpuThread()[line];
            GuestProgram guest = threads.guest()[vcpu];
            int[] responses = new int[guest == null ? 0 : guest.responses()];
            int count = 0;
            for (int r = 0; r < responses.length; r++) {
                if (guest.line()[r] == line) {
                    responses[count++] = r;
                }
            }
            runs[line] = new LineRun(
                    line,
                    vcpu,
                    Arrays.copyOf(responses, count),
                    new Samples(workload.guest().edgeToWakingNs()[line], scale),
                    new Samples(workload.guest().wakingToQueueNs()[line], scale));
        }
        return runs;
    }

    private PitRun[] pits(double scale) {
        PitRun[] runs = new PitRun[workload.pits().size()];
        for (int i = 0; i < runs.length; i++) {
            Pit pit = workload.pits().get(i);
            ThreadRun worker = pit.worker() < 0 ? null : threads[pit.worker()];
            runs[i] = new PitRun(pit, worker, scale);
            lines[pit.line()].pit = runs[i];
            if (worker != null) {
                worker.pit = runs[i];
            }
        }
        return runs;
    }

    private void migrated(long ns, int thread, int cpu) {
        migrations++;
        out.migrated(ns, thread, cpu);
    }

    void plan(long atNs, int kind, int first, int second) {
        assert atNs >= nowNs : "kind " + kind + " planned for the past";
        queue.add(atNs, kind, first, second);
    }

    /** Plans the scheduler's own timer where its time changed. */
    void planSchedTimer() {
        long next = scheduler.nextTimerNs();
        if (next < schedTimerNs) {
            schedTimerNs = Math.max(next, nowNs);
            queue.add(schedTimerNs, SCHED_TIMER, 0, 0);
        }
    }

    /** The scheduler's timer has come. */
    void schedTimer() {
        if (nowNs < schedTimerNs) {
            return;
        }
        schedTimerNs = Long.MAX_VALUE;
        if (scheduler.nextTimerNs() <= nowNs) {
            scheduler.timers(nowNs);
        }
        execution.afterDecision(-1);
    }
}
