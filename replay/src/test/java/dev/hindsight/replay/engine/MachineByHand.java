package dev.hindsight.replay.engine;

import dev.hindsight.replay.engine.sched.SchedulerModel;
import dev.hindsight.replay.outcome.ReplayedTimeline;
import dev.hindsight.replay.policy.Decisions;
import dev.hindsight.replay.policy.SchedParameters;
import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.Arrivals;
import dev.hindsight.replay.workload.ExitReasons;
import dev.hindsight.replay.workload.GuestCosts;
import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.GuestTimers;
import dev.hindsight.replay.workload.HostCosts;
import dev.hindsight.replay.workload.IrqKinds;
import dev.hindsight.replay.workload.Lines;
import dev.hindsight.replay.workload.Pit;
import dev.hindsight.replay.workload.Program;
import dev.hindsight.replay.workload.ResumeCosts;
import dev.hindsight.replay.workload.Softirqs;
import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.TimelineStore;
import dev.hindsight.replay.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A small machine written by hand, with paths of 1 us (an injection 2, a window's guest part 3), and its replay's rows. */
final class MachineByHand {

    static final long US = 1_000;
    static final long MS = 1_000_000;
    static final int NET_RX = 3;
    static final int TASKLET = 6;

    private final int cpus;
    private final long lastNs;
    private final List<Program> programs = new ArrayList<>();
    private final List<GuestProgram> guests = new ArrayList<>();
    private final List<String> roles = new ArrayList<>();
    private final List<SchedParameters> parameters = new ArrayList<>();
    private final List<Long> affinity = new ArrayList<>();
    private final List<Long> runnableAt = new ArrayList<>();
    private final List<Boolean> hungry = new ArrayList<>();
    private final List<Pit> pits = new ArrayList<>();
    private final List<long[]> arrivals = new ArrayList<>();
    private final List<long[]> gaps = new ArrayList<>();
    private final List<Decisions.Cosched> coscheduled = new ArrayList<>();
    private final List<Decisions.ParavirtualSched> paravirtual = new ArrayList<>();
    private boolean awaited;
    private Softirqs softirqs;
    private long softirqNs;
    private int softirq = NET_RX;
    private long interruptsGoTo;
    private int lineThread = -1;
    private String lineSource = "pit";
    private long timerPeriodNs;
    private long timerAfterNs;
    private boolean relative;
    private final List<Byte> passedOver = new ArrayList<>();
    private long tickNs = 4 * MS;
    private long haltPollNs;
    private long migrateNs;
    private long sharedTimerNs;
    private ResumeCosts resume = ResumeCosts.alike(new long[] {US}, new long[] {3 * US});
    private long edgeToWakingNs;
    Tables tables;
    ReplayTotals totals;

    MachineByHand(int cpus, long lastNs) {
        this.cpus = cpus;
        this.lastNs = lastNs;
    }

    /** Steps of a program, each as its op, {@code a} and {@code b}. */
    static Program program(Object... steps) {
        Program program = new Program();
        for (int i = 0; i < steps.length; i += 3) {
            program.append((byte) steps[i], ((Number) steps[i + 1]).longValue(), (int) steps[i + 2]);
        }
        return program;
    }

    MachineByHand tick(long ns) {
        tickNs = ns;
        return this;
    }

    MachineByHand migration(long ns) {
        migrateNs = ns;
        return this;
    }

    /** What a timer takes less in the interrupt of another. */
    MachineByHand sharedTimer(long ns) {
        sharedTimerNs = ns;
        return this;
    }

    MachineByHand resume(ResumeCosts costs) {
        resume = costs;
        return this;
    }

    MachineByHand edgeToWaking(long ns) {
        edgeToWakingNs = ns;
        return this;
    }

    MachineByHand haltPoll(long ns) {
        haltPollNs = ns;
        return this;
    }

    /** Adds a thread and tells its index. */
    int thread(String role, SchedParameters with, long mask, long runnableAtNs, Program program) {
        programs.add(program);
        guests.add(null);
        roles.add(role);
        parameters.add(with);
        affinity.add(mask);
        runnableAt.add(runnableAtNs);
        hungry.add(false);
        return programs.size() - 1;
    }

    /** Adds the thread of vCPU 0, which takes line 0. */
    int vcpu(SchedParameters with, long mask, GuestProgram guest) {
        int index = thread("vcpu", with, mask, 0, new Program());
        guests.set(index, guest);
        lineThread = index;
        return index;
    }

    /** Adds the thread of another vCPU, which takes no line. */
    int otherVcpu(SchedParameters with, long mask, GuestProgram guest) {
        int index = thread("vcpu", with, mask, 0, new Program());
        guests.set(index, guest);
        return index;
    }

    /** Who interrupts on line 0 waits until it is taken. */
    MachineByHand awaited() {
        awaited = true;
        return this;
    }

    MachineByHand hungry(int thread) {
        hungry.set(thread, true);
        return this;
    }

    MachineByHand pit(int worker, boolean reinject) {
        Pit.Stays stays = new Pit.Stays(new long[] {5 * US}, new long[] {2 * US});
        pits.add(new Pit(0, worker, reinject, stays, stays, new long[] {US}));
        return this;
    }

    /** Interrupt kind 0 (1 us, its effect, 1 us more) arrives. */
    MachineByHand arrival(long dueNs, int cpu, int follows, int wakes, int line, int pit) {
        arrivals.add(new long[] {dueNs, cpu, follows, wakes, line, pit});
        return this;
    }

    /** CPU 0 has a ksoftirqd, and interrupt kind 0 raises a softirq of that length. */
    MachineByHand softirqs(int ksoftirqd, Softirqs.Where where, long lengthNs) {
        int[] threads = new int[cpus];
        Arrays.fill(threads, -1);
        threads[0] = ksoftirqd;
        int[] usual = new int[cpus];
        Arrays.fill(usual, NET_RX);
        softirqs = new Softirqs(threads, usual, where);
        softirqNs = lengthNs;
        return this;
    }

    /** The softirq that interrupt kind 0 raises, instead of NET_RX. */
    MachineByHand raising(int number) {
        softirq = number;
        return this;
    }

    /** Interrupt kind 0 is a device's, and the policy lets these CPUs alone take it. */
    MachineByHand interruptsGoTo(long mask) {
        interruptsGoTo = mask;
        return this;
    }

    /** Line 0 is the vCPU's own timer, which its CPU keeps; of a period, or 0. */
    MachineByHand ownTimer(long periodNs) {
        lineSource = "arch-timer";
        timerPeriodNs = periodNs;
        return this;
    }

    /** The guest arms its own timer for so long after its handler where it is late. */
    MachineByHand timerAfter(long ns) {
        timerAfterNs = ns;
        return this;
    }

    /** No event tells what the guest's own timer is set for. */
    MachineByHand relative() {
        relative = true;
        return this;
    }

    /** Interrupt kind 0 for the vCPU's own timer arrives; see {@link Arrivals#passedOver}. */
    MachineByHand timer(long dueNs, byte before) {
        while (passedOver.size() < arrivals.size()) {
            passedOver.add(Arrivals.NONE_BEFORE);
        }
        passedOver.add(before);
        return arrival(dueNs, 0, lineThread, -1, 0, -1);
    }

    MachineByHand gap(int cpu, long fromNs, long toNs) {
        gaps.add(new long[] {cpu, fromNs, toNs});
        return this;
    }

    MachineByHand cosched(Decisions.Cosched rule) {
        coscheduled.add(rule);
        return this;
    }

    MachineByHand paravirtual(Decisions.ParavirtualSched rule) {
        paravirtual.add(rule);
        return this;
    }

    static SchedParameters fifo(int priority) {
        return new SchedParameters(SchedParameters.Policy.FIFO, priority, 0, 0, 0);
    }

    static SchedParameters other() {
        return new SchedParameters(SchedParameters.Policy.OTHER, 0, 0, 0, 0);
    }

    MachineByHand run() {
        return run(ReplayOptions.DEFAULT);
    }

    MachineByHand run(ReplayOptions options) {
        int n = programs.size();
        tables = new Tables();
        Workload workload = workload(n);
        Decisions decisions = new Decisions(
                "by hand",
                parameters.toArray(SchedParameters[]::new),
                new boolean[n],
                longs(affinity),
                new long[] {interruptsGoTo},
                0,
                coscheduled,
                paravirtual);
        totals = ReplayEngine.run(
                workload,
                decisions,
                SchedulerModel.ofKernel("6.1.0", cpus, tickNs),
                options,
                new ReplayedTimeline(workload, new TimelineStore(Set.of()), tables));
        return this;
    }

    private Workload workload(int n) {
        int[] tids = new int[n];
        int[] tgids = new int[n];
        int[] vcpus = new int[n];
        int[] priorities = new int[n];
        List<String> comms = new ArrayList<>();
        List<String> vms = new ArrayList<>();
        boolean[] hungers = new boolean[n];
        for (int t = 0; t < n; t++) {
            tids[t] = 100 + t;
            tgids[t] = 100 + t;
            vcpus[t] = guests.get(t) == null ? -1 : 0;
            priorities[t] = 120;
            comms.add("t" + t);
            vms.add(guests.get(t) == null ? null : "vm");
            hungers[t] = hungry.get(t);
        }
        long[] us = {US};
        boolean line = lineThread >= 0;
        return new Workload(
                "6.1.0",
                cpus,
                0,
                lastNs,
                new Threads(
                        tids,
                        tgids,
                        comms,
                        roles,
                        vms,
                        vcpus,
                        priorities,
                        longs(affinity),
                        new boolean[n],
                        new int[n],
                        longs(runnableAt),
                        programs.toArray(Program[]::new),
                        guests.toArray(GuestProgram[]::new),
                        new long[n][],
                        hungers),
                new Lines(
                        line ? List.of("vm") : List.of(),
                        line ? new int[] {0} : new int[0],
                        line ? new int[] {lineThread} : new int[0],
                        line ? List.of(lineSource) : List.of(),
                        line ? new int[] {0} : new int[0],
                        line ? new int[] {8} : new int[0],
                        line ? new boolean[] {awaited} : new boolean[0]),
                pits,
                timers(line),
                arrivals(),
                new IrqKinds(
                        List.of("vector"),
                        new int[] {236},
                        List.of("local_timer"),
                        new long[] {1},
                        new boolean[] {interruptsGoTo != 0},
                        us,
                        us,
                        new int[] {softirqNs > 0 ? softirq : -1},
                        new long[] {softirqNs}),
                softirqs == null ? Softirqs.behind(cpus) : softirqs,
                new ExitReasons(
                        List.of("svm", "svm", "svm", "svm"),
                        new long[] {0x60, 0x64, 0x7b, 0x78},
                        List.of("INTR", "VINTR", "IOIO", "HLT"),
                        List.of("interrupt", "interrupt-window", "io", "halt")),
                List.of("job"),
                new HostCosts(tickNs, us, us, us, us, us, us, migrateNs, sharedTimerNs),
                new GuestCosts(
                        resume,
                        us,
                        us,
                        new long[] {2 * US},
                        new long[] {3 * US},
                        us,
                        us,
                        new long[][] {{edgeToWakingNs}},
                        new long[][] {us},
                        haltPollNs),
                gaps());
    }

    private GuestTimers timers(boolean line) {
        boolean own = line && lineSource.equals("arch-timer");
        return line
                ? new GuestTimers(
                        new boolean[] {own}, new boolean[] {own}, new boolean[] {relative}, new long[] {timerPeriodNs})
                : GuestTimers.none(0);
    }

    private Arrivals arrivals() {
        int n = arrivals.size();
        long[] due = new long[n];
        int[][] columns = new int[5][n];
        for (int i = 0; i < n; i++) {
            due[i] = arrivals.get(i)[0];
            for (int c = 0; c < 5; c++) {
                columns[c][i] = (int) arrivals.get(i)[c + 1];
            }
        }
        byte[] before = new byte[n];
        long[] after = new long[n];
        Arrays.fill(after, timerAfterNs);
        for (int i = 0; i < passedOver.size(); i++) {
            before[i] = passedOver.get(i);
        }
        return new Arrivals(due, new int[n], columns[0], columns[1], columns[2], columns[3], columns[4], after, before);
    }

    private Workload.Gaps gaps() {
        int n = gaps.size();
        int[] cpu = new int[n];
        long[] from = new long[n];
        long[] to = new long[n];
        for (int i = 0; i < n; i++) {
            cpu[i] = (int) gaps.get(i)[0];
            from[i] = gaps.get(i)[1];
            to[i] = gaps.get(i)[2];
        }
        return new Workload.Gaps(cpu, from, to);
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    /** Running spans of a thread, each {@code from..to} in us. */
    List<String> runs(int thread) {
        List<String> runs = new ArrayList<>();
        for (Map<String, Object> row : tables.rows(TimelineTables.THREAD_SPAN)) {
            if (row.get("tid").equals(100L + thread) && row.get("state").equals("running")) {
                runs.add(us(row.get("start_ns")) + ".." + us(row.get("end_ns")));
            }
        }
        return runs;
    }

    /** Lengths of a thread's running spans. */
    List<Long> lengths(int thread) {
        List<Long> lengths = new ArrayList<>();
        for (Map<String, Object> row : tables.rows(TimelineTables.THREAD_SPAN)) {
            if (row.get("tid").equals(100L + thread) && row.get("state").equals("running")) {
                lengths.add((Long) row.get("end_ns") - (Long) row.get("start_ns"));
            }
        }
        return lengths;
    }

    /** Time on the CPU of a thread. */
    long ranNs(int thread) {
        return lengths(thread).stream().mapToLong(Long::longValue).sum();
    }

    private static String us(Object ns) {
        long value = (Long) ns;
        return value % US == 0 ? Long.toString(value / US) : value / US + "." + value % US;
    }

    List<Map<String, Object>> virqs() {
        return tables.rows(TimelineTables.VIRQ);
    }

    static long ns(Map<String, Object> row, String column) {
        return (Long) row.get(column);
    }
}
