package dev.hindsight.replay.engine.sched;

import dev.hindsight.replay.policy.SchedParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs threads with scripts of computing and sleeping over a {@link HostScheduler}, without any cost, and writes down who ran
 * where and when. Of what happens at one time, blocks come first, then timers, wakeups, ticks, and last the choices.
 */
final class DemandDriver {

    /** From {@code startNs} to {@code endNs} a thread ran on a CPU without interruption. */
    record Run(int cpu, int thread, long startNs, long endNs) {}

    /** Sees every step; for checks while a schedule comes about. */
    interface Observer {
        void stepped(DemandDriver driver, long nowNs);
    }

    static final long MS = 1_000_000;

    private final HostScheduler scheduler;
    private final SchedulerModel model;
    private final int cpus;
    private final int threads;
    private final List<long[]> scripts = new ArrayList<>();
    private final int[] step;
    private final boolean[] repeats;
    private final long[] leftNs;
    private final long[] wakeNs;
    private final boolean[] asleep;
    private final long[] sinceNs;
    private final int[] running;
    private final int[] wakers;
    private final int[] lastRun;
    private final List<Run> runs = new ArrayList<>();
    private final List<String> migrations = new ArrayList<>();
    private long nowNs;
    private Observer observer = (driver, at) -> {};

    DemandDriver(int cpus, int threads, SchedulerModel model) {
        this.cpus = cpus;
        this.threads = threads;
        this.model = model;
        scheduler = new HostScheduler(
                cpus, threads, model, (ns, thread, cpu) -> migrations.add(ns + ": " + thread + " to " + cpu));
        step = new int[threads];
        repeats = new boolean[threads];
        leftNs = new long[threads];
        wakeNs = new long[threads];
        asleep = new boolean[threads];
        sinceNs = new long[cpus];
        running = new int[cpus];
        wakers = new int[threads];
        Arrays.setAll(wakers, t -> t);
        lastRun = new int[cpus];
        Arrays.fill(lastRun, -1);
        for (int t = 0; t < threads; t++) {
            scripts.add(new long[0]);
        }
        Arrays.fill(running, HostScheduler.IDLE);
        Arrays.fill(wakeNs, Long.MAX_VALUE);
        Arrays.fill(asleep, true);
    }

    /**
     * @param firstNs when it wakes first
     * @param demand alternately: time to compute, time to sleep thereafter; a negative one is the time to wake at; ends after a
     *     computing time without a sleep
     */
    DemandDriver script(int thread, long firstNs, boolean repeat, long... demand) {
        scripts.set(thread, demand);
        repeats[thread] = repeat;
        wakeNs[thread] = firstNs;
        return this;
    }

    /** A thread is woken where another one is, not where it was itself. */
    DemandDriver waker(int thread, int by) {
        wakers[thread] = by;
        return this;
    }

    /** A thread that computes for ever. */
    DemandDriver hog(int thread, long firstNs) {
        return script(thread, firstNs, false, Long.MAX_VALUE / 4);
    }

    /** Releases at {@code offsetNs} and each {@code periodNs}, for {@code computeNs}, as often as given. */
    DemandDriver periodic(int thread, long offsetNs, long periodNs, long computeNs, int times) {
        long[] demand = new long[2 * times];
        for (int i = 0; i < times; i++) {
            demand[2 * i] = computeNs;
            demand[2 * i + 1] = -(offsetNs + (i + 1) * periodNs);
        }
        return script(thread, offsetNs, false, demand);
    }

    DemandDriver with(int thread, SchedParameters parameters) {
        scheduler.parameters(thread, parameters, nowNs);
        return this;
    }

    DemandDriver observe(Observer by) {
        observer = by;
        return this;
    }

    HostScheduler scheduler() {
        return scheduler;
    }

    /** The thread that the driver runs on a CPU. */
    int running(int cpu) {
        return running[cpu];
    }

    List<String> migrations() {
        return migrations;
    }

    DemandDriver run(long untilNs) {
        choose();
        while (true) {
            long next = nextNs();
            if (next > untilNs) {
                break;
            }
            advance(next);
            finish();
            if (scheduler.nextTimerNs() <= nowNs) {
                scheduler.timers(nowNs);
            }
            wake();
            if (nowNs % model.tickNs() == 0) {
                for (int cpu = 0; cpu < cpus; cpu++) {
                    if (running[cpu] != HostScheduler.IDLE && scheduler.current(cpu) != HostScheduler.IDLE) {
                        scheduler.tick(cpu, nowNs);
                    }
                }
            }
            choose();
            observer.stepped(this, nowNs);
        }
        advance(untilNs);
        for (int cpu = 0; cpu < cpus; cpu++) {
            close(cpu);
        }
        return this;
    }

    /** All runs; adjacent ones of a thread on one CPU are one. */
    List<Run> runs() {
        return runs;
    }

    /** {@code thread:start-end} in ms of a CPU, one after the other. */
    String chart(int cpu) {
        StringBuilder text = new StringBuilder();
        for (Run run : runs) {
            if (run.cpu == cpu) {
                text.append(text.length() == 0 ? "" : " ")
                        .append(run.thread)
                        .append(':')
                        .append(inMs(run.startNs))
                        .append('-')
                        .append(inMs(run.endNs));
            }
        }
        return text.toString();
    }

    /** Time that a thread ran between two times. */
    long ranNs(int thread, long fromNs, long untilNs) {
        long sum = 0;
        for (Run run : runs) {
            if (run.thread == thread) {
                sum += Math.max(0, Math.min(run.endNs, untilNs) - Math.max(run.startNs, fromNs));
            }
        }
        return sum;
    }

    private static String inMs(long ns) {
        return ns % MS == 0 ? Long.toString(ns / MS) : Double.toString((double) ns / MS);
    }

    private long nextNs() {
        long next = Math.max(nowNs, scheduler.nextTimerNs());
        boolean busy = false;
        for (int t = 0; t < threads; t++) {
            next = Math.min(next, Math.max(nowNs, wakeNs[t]));
        }
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (running[cpu] != HostScheduler.IDLE) {
                busy = true;
                next = Math.min(next, nowNs + leftNs[running[cpu]]);
            }
        }
        return busy ? Math.min(next, (nowNs / model.tickNs() + 1) * model.tickNs()) : next;
    }

    private void advance(long toNs) {
        for (int cpu = 0; cpu < cpus; cpu++) {
            if (running[cpu] != HostScheduler.IDLE) {
                leftNs[running[cpu]] -= toNs - nowNs;
            }
        }
        nowNs = toNs;
    }

    private void finish() {
        for (int cpu = 0; cpu < cpus; cpu++) {
            int thread = running[cpu];
            if (thread == HostScheduler.IDLE || leftNs[thread] > 0) {
                continue;
            }
            long[] script = scripts.get(thread);
            asleep[thread] = true;
            int sleep = step[thread] + 1;
            if (sleep < script.length) {
                wakeNs[thread] = script[sleep] < 0 ? Math.max(nowNs, -script[sleep]) : nowNs + script[sleep];
                step[thread] = sleep + 1;
                if (step[thread] >= script.length) {
                    step[thread] = 0;
                    wakeNs[thread] = repeats[thread] ? wakeNs[thread] : Long.MAX_VALUE;
                }
            }
            scheduler.block(cpu, nowNs);
            switchTo(cpu, scheduler.pick(cpu, nowNs));
        }
    }

    private void wake() {
        for (int t = 0; t < threads; t++) {
            if (wakeNs[t] <= nowNs) {
                wakeNs[t] = Long.MAX_VALUE;
                asleep[t] = false;
                leftNs[t] = scripts.get(t)[step[t]];
                scheduler.wake(t, scheduler.cpuOf(wakers[t]), nowNs);
            }
        }
    }

    private void choose() {
        boolean again = true;
        while (again) {
            again = false;
            for (int cpu = 0; cpu < cpus; cpu++) {
                if (scheduler.needsResched(cpu)) {
                    switchTo(cpu, scheduler.pick(cpu, nowNs));
                    again = true;
                }
            }
        }
    }

    private void switchTo(int cpu, int thread) {
        if (running[cpu] != thread) {
            close(cpu);
            running[cpu] = thread;
            sinceNs[cpu] = nowNs;
        }
    }

    private void close(int cpu) {
        if (running[cpu] != HostScheduler.IDLE && nowNs > sinceNs[cpu]) {
            int index = lastRun[cpu];
            if (index >= 0 && runs.get(index).thread == running[cpu] && runs.get(index).endNs == sinceNs[cpu]) {
                runs.set(index, new Run(cpu, running[cpu], runs.get(index).startNs, nowNs));
            } else {
                lastRun[cpu] = runs.size();
                runs.add(new Run(cpu, running[cpu], sinceNs[cpu], nowNs));
            }
            sinceNs[cpu] = nowNs;
        }
    }

    boolean asleep(int thread) {
        return asleep[thread];
    }
}
