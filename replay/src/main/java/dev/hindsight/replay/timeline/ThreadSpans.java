package dev.hindsight.replay.timeline;

import static dev.hindsight.parsers.table.ColumnData.NULL;
import static dev.hindsight.replay.timeline.ThreadSpanRows.UNKNOWN_PRIO;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.EventTables;
import java.util.Arrays;

/**
 * Tables {@code thread_span} and {@code wakeup}: what each thread did, from the scheduler's events.
 *
 * <p>A thread's spans follow each other without a gap from the first moment at which its state is known. It is woken
 * from {@code sched_waking} on (or {@code sched_wakeup}, where that is all there is), although it waits for a CPU from
 * {@code sched_wakeup}; table {@code wakeup} has both. A migration or a change of priority by inheritance ends a
 * span and begins another one in the same state. Without {@code sched_switch} there are no spans.
 *
 * <p>At a loss on a CPU the spans of the thread that ran there and of those that waited or slept there end with the
 * last event before it: any of them may have run meanwhile. They begin again with the next event that tells their
 * state. A switch-in whose wakeup nobody saw ends the sleep where the latest loss began, if one did since.
 */
final class ThreadSpans implements TimelinePart {

    private static final byte UNKNOWN = 0;
    private static final byte RUNNING = 1;
    private static final byte PREEMPTED = 2;
    private static final byte WOKEN = 3;
    private static final byte SLEEPING = 4;
    private static final byte BLOCKED = 5;

    private static final String[] NAME = {
        null,
        ThreadSpanRows.RUNNING,
        ThreadSpanRows.PREEMPTED,
        ThreadSpanRows.WOKEN,
        ThreadSpanRows.SLEEPING,
        ThreadSpanRows.BLOCKED
    };

    private static final int NOBODY = -1;

    private final ThreadRegistry threads;
    private final PrevState prevStates;
    private final ThreadSpanRows spans;
    private final Wakeups wakeups;
    private boolean switches;
    private boolean wakeupsTraced;
    private long latestLossNs = Long.MIN_VALUE;

    /** By the thread's dense number; a running thread's span stands by its CPU, only state and cpu stand here. */
    private byte[] state = new byte[512];

    private int[] tidOf = new int[512];
    private int[] cpuOf = new int[512];
    private long[] startNs = new long[512];
    private int[] prioOf = new int[512];
    private int[] byTid = new int[512];
    /** Woken before it had left the CPU: its sleep is over when it begins. */
    private boolean[] wokenEarly = new boolean[512];

    private boolean[] enqueued = new boolean[512];
    private int size;

    private int[] runTid = {};
    private long[] runStartNs = {};
    private int[] runPrio = {};

    ThreadSpans(TimelineContext context) {
        threads = context.threads();
        prevStates = new PrevState(context.info().kernel());
        spans = new ThreadSpanRows(context.tables());
        wakeups = new Wakeups(context.tables());
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.system() + ':' + type.name()) {
            case "sched:sched_switch" -> switchHandler(type);
            case "sched:sched_waking" -> wakingHandler(type);
            case "sched:sched_wakeup", "sched:sched_wakeup_new" -> wakeupHandler(type);
            case "sched:sched_migrate_task" -> migrateHandler(type);
            case "sched:sched_pi_setprio" -> prioHandler(type);
            case "sched:sched_process_exec" -> execHandler(type);
            default -> null;
        };
    }

    private static boolean lacks(EventType type, String... fields) {
        for (String field : fields) {
            if (type.column(field) < 0) {
                return true;
            }
        }
        return false;
    }

    private EventHandler switchHandler(EventType type) {
        if (lacks(type, "prev_pid", "prev_prio", "prev_state", "next_pid", "next_prio")) {
            return null;
        }
        switches = true;
        int prevPid = type.column("prev_pid");
        int prevPrio = type.column("prev_prio");
        int prevState = type.column("prev_state");
        int nextPid = type.column("next_pid");
        int nextPrio = type.column("next_prio");
        return (tsNs, cpu, tid, block, row) -> {
            int next = (int) block.get(nextPid, row);
            switchedOut(
                    tsNs,
                    cpu,
                    (int) block.get(prevPid, row),
                    (int) block.get(prevPrio, row),
                    prevStates.decode(block.get(prevState, row)),
                    next);
            switchedIn(tsNs, cpu, next, (int) block.get(nextPrio, row));
        };
    }

    private EventHandler wakingHandler(EventType type) {
        if (lacks(type, "pid", "prio", "target_cpu")) {
            return null;
        }
        int pid = type.column("pid");
        int prio = type.column("prio");
        int target = type.column("target_cpu");
        return (tsNs, cpu, tid, block, row) -> {
            int wakee = (int) block.get(pid, row);
            if (wakee != 0) {
                waking(
                        tsNs,
                        cpu,
                        tid,
                        Wakeups.context(block.get(EventTables.FLAGS, row)),
                        wakee,
                        (int) block.get(prio, row),
                        (int) block.get(target, row));
            }
        };
    }

    private EventHandler wakeupHandler(EventType type) {
        if (lacks(type, "pid", "prio", "target_cpu")) {
            return null;
        }
        int pid = type.column("pid");
        int prio = type.column("prio");
        int target = type.column("target_cpu");
        // Kernels before 4.2 tell with success 0 that there was nothing to wake.
        int success = type.column("success");
        wakeupsTraced |= type.name().equals("sched_wakeup");
        return (tsNs, cpu, tid, block, row) -> {
            int wakee = (int) block.get(pid, row);
            if (wakee == 0 || success >= 0 && block.get(success, row) == 0) {
                return;
            }
            int thread = thread(wakee);
            int wakeePrio = (int) block.get(prio, row);
            int targetCpu = (int) block.get(target, row);
            if (!wakeups.isPending(thread)) {
                String how = Wakeups.context(block.get(EventTables.FLAGS, row));
                waking(tsNs, cpu, tid, how, wakee, wakeePrio, targetCpu);
            }
            enqueue(tsNs, thread, wakee, targetCpu);
        };
    }

    private EventHandler migrateHandler(EventType type) {
        if (lacks(type, "pid", "dest_cpu")) {
            return null;
        }
        int pid = type.column("pid");
        int dest = type.column("dest_cpu");
        return (tsNs, cpu, tid, block, row) -> {
            int thread = thread((int) block.get(pid, row));
            int to = (int) block.get(dest, row);
            if (state[thread] == WOKEN && !enqueued[thread]) {
                cpuOf[thread] = to;
                byTid[thread] = threads.running(to);
            } else if (state[thread] == WOKEN || state[thread] == PREEMPTED) {
                endSpan(thread, tsNs, NOBODY);
                begin(thread, state[thread], tsNs, to, threads.running(to));
            }
        };
    }

    private EventHandler prioHandler(EventType type) {
        if (lacks(type, "pid", "newprio")) {
            return null;
        }
        int pid = type.column("pid");
        int newPrio = type.column("newprio");
        return (tsNs, cpu, tid, block, row) -> {
            int thread = thread((int) block.get(pid, row));
            int prio = (int) block.get(newPrio, row);
            switch (state[thread]) {
                case RUNNING -> {
                    int on = cpuOf[thread];
                    endRunning(on, tsNs, UNKNOWN_PRIO);
                    run(on, tsNs, tidOf[thread], prio);
                }
                case PREEMPTED, WOKEN -> {
                    endSpan(thread, tsNs, NOBODY);
                    begin(thread, state[thread], tsNs, cpuOf[thread], threads.running(cpuOf[thread]));
                }
                default -> {
                    // Asleep or not known: the priority holds from the next span on.
                }
            }
            prioOf[thread] = prio;
        };
    }

    private EventHandler execHandler(EventType type) {
        if (lacks(type, "pid", "old_pid")) {
            return null;
        }
        int pid = type.column("pid");
        int oldPid = type.column("old_pid");
        return (tsNs, cpu, tid, block, row) -> {
            int now = (int) block.get(pid, row);
            int was = (int) block.get(oldPid, row);
            reserveCpus(cpu);
            if (now != was && runTid[cpu] == was) {
                // A thread that is not its process's leader takes the leader's id over; the leader is dead by now.
                int prio = runPrio[cpu];
                endRunning(cpu, tsNs, prio);
                forget(thread(was));
                forget(thread(now));
                run(cpu, tsNs, now, prio);
            }
        };
    }

    private void switchedOut(long tsNs, int cpu, int prev, int prio, int why, int next) {
        reserveCpus(cpu);
        if (runTid[cpu] >= 0 && runTid[cpu] != prev) {
            // The switch in between is not in the recording, though no loss was told.
            int stranger = runTid[cpu];
            endRunning(cpu, threads.previousNs(cpu), UNKNOWN_PRIO);
            if (stranger != 0) {
                state[thread(stranger)] = UNKNOWN;
            }
        } else {
            endRunning(cpu, tsNs, prio);
        }
        if (prev == 0) {
            return;
        }
        int thread = thread(prev);
        leaveElsewhere(thread, cpu, threads.previousNs(cpu));
        prioOf[thread] = prio;
        boolean early = wokenEarly[thread] && wakeupsTraced;
        wokenEarly[thread] = false;
        switch (why) {
            case PrevState.RUNNABLE -> begin(thread, PREEMPTED, tsNs, cpu, next);
            case PrevState.GONE -> forget(thread);
            default -> {
                if (early) {
                    begin(thread, WOKEN, tsNs, cpu, next);
                    enqueued[thread] = false;
                } else {
                    begin(thread, why == PrevState.BLOCKED ? BLOCKED : SLEEPING, tsNs, cpu, NOBODY);
                }
            }
        }
    }

    private void switchedIn(long tsNs, int cpu, int next, int prio) {
        if (next != 0) {
            int thread = thread(next);
            switch (state[thread]) {
                case SLEEPING, BLOCKED -> {
                    boolean lossSince = latestLossNs > startNs[thread];
                    endSpan(thread, lossSince ? latestLossNs : tsNs, NOBODY);
                }
                case PREEMPTED, WOKEN -> endSpan(thread, tsNs, NOBODY);
                case RUNNING -> leaveElsewhere(thread, cpu, tsNs);
                default -> {
                    // The first that is known of it.
                }
            }
            wakeups.through(thread, next, tsNs);
        }
        run(cpu, tsNs, next, prio);
    }

    private void run(int cpu, long tsNs, int tid, int prio) {
        runTid[cpu] = tid;
        runStartNs[cpu] = tsNs;
        runPrio[cpu] = prio;
        if (tid != 0) {
            int thread = thread(tid);
            state[thread] = RUNNING;
            cpuOf[thread] = cpu;
            prioOf[thread] = prio;
            wokenEarly[thread] = false;
        }
    }

    /** Ends what is open of a thread that turns out to be on {@code cpu} without having been seen to go there. */
    private void leaveElsewhere(int thread, int cpu, long tsNs) {
        if (state[thread] == RUNNING) {
            int other = cpuOf[thread];
            if (other != cpu && runTid[other] == tidOf[thread]) {
                endRunning(other, threads.previousNs(other), UNKNOWN_PRIO);
                runTid[other] = NOBODY;
            }
        } else if (state[thread] != UNKNOWN) {
            endSpan(thread, tsNs, NOBODY);
        }
        state[thread] = UNKNOWN;
    }

    private void waking(long tsNs, int cpu, int waker, String how, int wakee, int prio, int target) {
        int thread = thread(wakee);
        wakeups.begin(thread, wakee, tsNs, waker, cpu, how, target);
        switch (state[thread]) {
            case RUNNING -> wokenEarly[thread] = true;
            case SLEEPING, BLOCKED, UNKNOWN -> {
                if (state[thread] != UNKNOWN) {
                    endSpan(thread, tsNs, waker);
                }
                prioOf[thread] = prio;
                begin(thread, WOKEN, tsNs, target, threads.running(target));
                enqueued[thread] = false;
            }
            default -> {
                // On a run queue already: it was preempted on its way to sleep.
            }
        }
    }

    private void enqueue(long tsNs, int thread, int wakee, int target) {
        wakeups.enqueued(thread, tsNs, target);
        if (state[thread] == RUNNING) {
            wokenEarly[thread] = false;
            wakeups.through(thread, wakee, NULL);
        } else if (state[thread] == WOKEN && !enqueued[thread]) {
            cpuOf[thread] = target;
            byTid[thread] = threads.running(target);
            enqueued[thread] = true;
        }
    }

    private void begin(int thread, byte to, long tsNs, int cpu, int by) {
        state[thread] = to;
        startNs[thread] = tsNs;
        cpuOf[thread] = cpu;
        byTid[thread] = by;
    }

    /** {@code waker} tells who ended a sleep, if anybody is known to; who ran while it waited is known from the start. */
    private void endSpan(int thread, long endNs, int waker) {
        if (switches) {
            byte was = state[thread];
            int by = was == PREEMPTED || was == WOKEN ? byTid[thread] : waker;
            spans.write(tidOf[thread], cpuOf[thread], startNs[thread], endNs, NAME[was], prioOf[thread], by);
        }
    }

    /** {@code prioAtEnd} counts where no event told the priority before. */
    private void endRunning(int cpu, long endNs, int prioAtEnd) {
        if (runTid[cpu] >= 0 && switches) {
            int prio = runPrio[cpu] == UNKNOWN_PRIO ? prioAtEnd : runPrio[cpu];
            spans.write(runTid[cpu], cpu, runStartNs[cpu], endNs, ThreadSpanRows.RUNNING, prio, NOBODY);
        }
    }

    private void forget(int thread) {
        state[thread] = UNKNOWN;
        wokenEarly[thread] = false;
        wakeups.through(thread, tidOf[thread], NULL);
    }

    @Override
    public void resumed(long tsNs, int cpu, int tid) {
        reserveCpus(cpu);
        if (tid != 0) {
            int thread = thread(tid);
            long before = threads.previousNs(cpu);
            leaveElsewhere(thread, cpu, before == Long.MIN_VALUE ? tsNs : before);
            wakeups.through(thread, tid, NULL);
        }
        run(cpu, tsNs, tid, UNKNOWN_PRIO);
    }

    @Override
    public void lost(int cpu, long lossStartNs, long lossEndNs) {
        reserveCpus(cpu);
        latestLossNs = Math.max(latestLossNs, lossStartNs);
        endRunning(cpu, lossStartNs, UNKNOWN_PRIO);
        runTid[cpu] = NOBODY;
        for (int thread = 0; thread < size; thread++) {
            if (state[thread] != UNKNOWN && cpuOf[thread] == cpu) {
                if (state[thread] != RUNNING) {
                    endSpan(thread, lossStartNs, NOBODY);
                }
                forget(thread);
            }
        }
    }

    @Override
    public void end(long lastNs) {
        for (int cpu = 0; cpu < runTid.length; cpu++) {
            endRunning(cpu, lastNs, UNKNOWN_PRIO);
        }
        for (int thread = 0; thread < size; thread++) {
            if (state[thread] != UNKNOWN && state[thread] != RUNNING) {
                endSpan(thread, lastNs, NOBODY);
            }
            wakeups.through(thread, tidOf[thread], NULL);
        }
        spans.flush();
        wakeups.flush();
    }

    private int thread(int tid) {
        int thread = threads.index(tid);
        if (thread >= size) {
            if (thread >= state.length) {
                grow(Math.max(thread + 1, 2 * state.length));
            }
            size = thread + 1;
        }
        tidOf[thread] = tid;
        return thread;
    }

    private void grow(int to) {
        state = Arrays.copyOf(state, to);
        tidOf = Arrays.copyOf(tidOf, to);
        cpuOf = Arrays.copyOf(cpuOf, to);
        startNs = Arrays.copyOf(startNs, to);
        prioOf = Arrays.copyOf(prioOf, to);
        byTid = Arrays.copyOf(byTid, to);
        wokenEarly = Arrays.copyOf(wokenEarly, to);
        enqueued = Arrays.copyOf(enqueued, to);
    }

    private void reserveCpus(int cpu) {
        int from = runTid.length;
        if (cpu >= from) {
            int to = Math.max(cpu + 1, 2 * from);
            runTid = Arrays.copyOf(runTid, to);
            Arrays.fill(runTid, from, to, NOBODY);
            runStartNs = Arrays.copyOf(runStartNs, to);
            runPrio = Arrays.copyOf(runPrio, to);
        }
    }
}
