package dev.hindsight.replay.outcome;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.ThreadSpanRows;
import dev.hindsight.replay.timeline.Wakeups;
import dev.hindsight.replay.workload.Workload;
import java.util.Arrays;

/**
 * Tables {@code thread_span} and {@code wakeup} of a replay: spans begin and end by the rules of the recorded timeline.
 * A woken thread waits from the waking on, although it is on a run queue only from the wakeup on; a migration or a
 * change of priority ends a span and begins another in the same state. Idle threads have tid 0.
 */
final class ReplayedThreads {

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

    /** The kernel priority of idle threads: MAX_PRIO - 20 of kernel/sched/core.c, init_idle. */
    private static final int IDLE_PRIORITY = 120;

    private static final int IDLE = -1;
    private static final int NOBODY = -1;

    private final ThreadSpanRows spans;
    private final Wakeups wakeups;
    private final int[] tid;

    private final byte[] state;
    private final int[] cpuOf;
    private final long[] startNs;
    private final int[] priority;
    /** Kernel priority as the present span began. */
    private final int[] spanPriority;

    private final int[] byTid;
    private final boolean[] enqueued;
    /** Woken before it had left the CPU: its sleep is over when it begins. */
    private final boolean[] wokenEarly;

    private final int[] current;
    private final long[] runStartNs;

    ReplayedThreads(Workload workload, TableSinks sinks) {
        int threads = workload.threads().size();
        spans = new ThreadSpanRows(sinks);
        wakeups = new Wakeups(sinks);
        tid = workload.threads().tid();
        priority = workload.threads().priority().clone();
        spanPriority = new int[threads];
        state = new byte[threads];
        cpuOf = workload.threads().startCpu().clone();
        startNs = new long[threads];
        byTid = new int[threads];
        enqueued = new boolean[threads];
        wokenEarly = new boolean[threads];
        current = new int[workload.cpus()];
        Arrays.fill(current, IDLE);
        runStartNs = new long[workload.cpus()];
        Arrays.fill(runStartNs, workload.firstNs());
    }

    /** Index of the thread that has a CPU, -1 idle. */
    int current(int cpu) {
        return current[cpu];
    }

    /** Whether a thread has a CPU. */
    boolean isRunning(int thread) {
        return state[thread] == RUNNING;
    }

    /** Whether a thread has a CPU or waits for one. */
    boolean isRunnable(int thread) {
        return state[thread] == RUNNING || state[thread] == PREEMPTED || state[thread] == WOKEN;
    }

    /** CPU that a thread runs on, waits for, or ran on last. */
    int cpu(int thread) {
        return cpuOf[thread];
    }

    int tid(int thread) {
        return thread < 0 ? 0 : tid[thread];
    }

    void switched(long ns, int cpu, int prev, byte why, int next) {
        if (prev != current[cpu]) {
            throw new IllegalStateException(
                    "CPU " + cpu + " runs thread " + current[cpu] + ", not " + prev + ", at " + ns);
        }
        endRunning(cpu, ns);
        if (prev >= 0) {
            out(ns, cpu, prev, why, tid(next));
        }
        if (next >= 0) {
            if (state[next] != UNKNOWN) {
                endSpan(next, ns, NOBODY);
            }
            wakeups.through(next, tid[next], ns);
            state[next] = RUNNING;
            cpuOf[next] = cpu;
            spanPriority[next] = priority[next];
            wokenEarly[next] = false;
        }
        current[cpu] = next;
        runStartNs[cpu] = ns;
    }

    private void out(long ns, int cpu, int prev, byte why, int by) {
        boolean early = wokenEarly[prev];
        wokenEarly[prev] = false;
        if (why == ThreadState.RUNNABLE) {
            begin(prev, PREEMPTED, ns, cpu, by);
        } else if (why == ThreadState.DEAD) {
            state[prev] = UNKNOWN;
            wakeups.through(prev, tid[prev], NULL);
        } else if (early) {
            begin(prev, WOKEN, ns, cpu, by);
            enqueued[prev] = false;
        } else {
            begin(prev, why == ThreadState.BLOCKED ? BLOCKED : SLEEPING, ns, cpu, NOBODY);
        }
    }

    void waking(long ns, int waker, byte context, int wakee, int wakerCpu) {
        int cpu = cpuOf[wakee];
        wakeups.begin(wakee, tid[wakee], ns, tid(waker), wakerCpu, WakeContext.text(context), cpu);
        if (state[wakee] == RUNNING) {
            wokenEarly[wakee] = true;
        } else if (state[wakee] != PREEMPTED && state[wakee] != WOKEN) {
            if (state[wakee] != UNKNOWN) {
                endSpan(wakee, ns, tid(waker));
            }
            begin(wakee, WOKEN, ns, cpu, cpu < 0 ? NOBODY : tid(current[cpu]));
            enqueued[wakee] = false;
        }
    }

    void wakeup(long ns, int wakee, int cpu, int kernelPriority, int by) {
        if (wakeups.isPending(wakee)) {
            wakeups.enqueued(wakee, ns, cpu);
        }
        if (state[wakee] == RUNNING) {
            wokenEarly[wakee] = false;
            wakeups.through(wakee, tid[wakee], NULL);
            return;
        }
        if (state[wakee] == UNKNOWN) {
            begin(wakee, WOKEN, ns, cpu, tid(by));
            enqueued[wakee] = false;
        }
        if (state[wakee] == WOKEN && !enqueued[wakee]) {
            cpuOf[wakee] = cpu;
            byTid[wakee] = tid(by);
            enqueued[wakee] = true;
            priority[wakee] = kernelPriority;
            spanPriority[wakee] = kernelPriority;
        }
    }

    void migrated(long ns, int thread, int cpu) {
        if (state[thread] == WOKEN && !enqueued[thread]) {
            cpuOf[thread] = cpu;
            byTid[thread] = tid(current[cpu]);
        } else if (state[thread] == WOKEN || state[thread] == PREEMPTED) {
            endSpan(thread, ns, NOBODY);
            begin(thread, state[thread], ns, cpu, tid(current[cpu]));
        } else if (state[thread] != RUNNING) {
            nextCpu(thread, cpu);
        }
    }

    /** A sleeping thread's span keeps the CPU that it ran on last; only one that was never seen takes the new one. */
    private void nextCpu(int thread, int cpu) {
        if (state[thread] == UNKNOWN) {
            cpuOf[thread] = cpu;
        }
    }

    void priority(long ns, int thread, int kernelPriority) {
        int before = priority[thread];
        priority[thread] = kernelPriority;
        if (before == kernelPriority) {
            return;
        }
        if (state[thread] == RUNNING) {
            int cpu = cpuOf[thread];
            endRunning(cpu, ns);
            runStartNs[cpu] = ns;
            spanPriority[thread] = kernelPriority;
        } else if (state[thread] == PREEMPTED || state[thread] == WOKEN) {
            endSpan(thread, ns, NOBODY);
            begin(thread, state[thread], ns, cpuOf[thread], tid(current[cpuOf[thread]]));
        }
    }

    private void begin(int thread, byte to, long ns, int cpu, int by) {
        state[thread] = to;
        startNs[thread] = ns;
        cpuOf[thread] = cpu;
        byTid[thread] = by;
        spanPriority[thread] = priority[thread];
    }

    /** {@code waker} tells who ended a sleep; who ran while it waited is known from the start. */
    private void endSpan(int thread, long ns, int waker) {
        byte was = state[thread];
        int by = was == PREEMPTED || was == WOKEN ? byTid[thread] : waker;
        spans.write(tid[thread], cpuOf[thread], startNs[thread], ns, NAME[was], spanPriority[thread], by);
    }

    private void endRunning(int cpu, long ns) {
        int thread = current[cpu];
        int prio = thread < 0 ? IDLE_PRIORITY : spanPriority[thread];
        spans.write(tid(thread), cpu, runStartNs[cpu], ns, ThreadSpanRows.RUNNING, prio, NOBODY);
    }

    void end(long ns) {
        for (int cpu = 0; cpu < current.length; cpu++) {
            endRunning(cpu, ns);
        }
        for (int thread = 0; thread < state.length; thread++) {
            if (state[thread] != UNKNOWN && state[thread] != RUNNING) {
                endSpan(thread, ns, NOBODY);
            }
            wakeups.through(thread, tid[thread], NULL);
        }
        spans.flush();
        wakeups.flush();
    }
}
