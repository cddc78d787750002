package dev.hindsight.replay.workload;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which CPUs a thread may use, as no event tells it: the one that the kernel binds it to by its name; those that it kept
 * to although it had reason to leave; else all. Reason to leave had a thread that waited for a CPU of its own while
 * another one idled for most of that time, {@value #REASONS} times, or {@value #LONG_WAIT_NS} ns in all: wake
 * placement or an idle CPU's balancing would have taken it there. So had one that waited {@value #UNFAIR_WAIT_NS} ns in
 * all, {@value #UNFAIR} times as long as all threads together on some other CPU: balancing between busy CPUs would have.
 * Where threads are kept away from a CPU so, it is a shield: a vCPU that ran there for {@value #NEARLY_ALWAYS} of its time
 * is kept in it.
 */
final class Affinities {

    static final int REASONS = 20;
    static final long LONG_WAIT_NS = 100_000_000;

    static final double NEARLY_ALWAYS = 0.95;
    static final long UNFAIR_WAIT_NS = 1_000_000_000;
    static final int UNFAIR = 4;

    /** A wait that no placement could have spared. */
    private static final long SHORTEST_WAIT_NS = 200_000;

    private static final Pattern BOUND =
            Pattern.compile("(?:kworker|ksoftirqd|migration|cpuhp|rcuc|rcuop|irq_work|ktimers|"
                    + "ktimersoftd|watchdog|idle_inject|backlog_napi|posixcputmr|stopper|cpu_stopper)/(\\d+)(?::.*)?");

    private final Recorded of;

    /** Time that threads waited on each CPU, all together. */
    private final long[] waitedOn;

    private final long[] masks;

    /** CPUs that some thread is kept away from. */
    private long shielded;

    Affinities(Recorded of) {
        this.of = of;
        masks = new long[of.threads.size()];
        waitedOn = new long[of.cpus];
        SpanRows spans = of.spans;
        for (int row = 0; row < spans.state.length; row++) {
            if (waits(spans, row) && spans.cpu[row] >= 0 && spans.cpu[row] < of.cpus) {
                waitedOn[spans.cpu[row]] += spans.endNs[row] - spans.startNs[row];
            }
        }
        for (int thread = 0; thread < masks.length; thread++) {
            masks[thread] = kept(thread);
            shielded |= boundTo(thread) < 0 ? all() & ~masks[thread] : 0;
        }
    }

    private static boolean waits(SpanRows spans, int row) {
        return spans.state[row] == SpanRows.PREEMPTED || spans.state[row] == SpanRows.WOKEN;
    }

    long all() {
        return -1L >>> (64 - of.cpus);
    }

    /** The CPU that a thread's name binds it to, -1 for none. */
    int boundTo(int thread) {
        String role = of.threads.role[thread];
        if ("user".equals(role) || "vcpu".equals(role) || of.threads.comm[thread] == null) {
            return -1;
        }
        Matcher name = BOUND.matcher(of.threads.comm[thread]);
        if (!name.matches() || name.group(1).length() > 4) {
            return -1;
        }
        int cpu = Integer.parseInt(name.group(1));
        return cpu < of.cpus ? cpu : -1;
    }

    long mask(int thread) {
        int cpu = "vcpu".equals(of.threads.role[thread]) && masks[thread] == all() ? mostlyOn(thread) : -1;
        return cpu >= 0 && (shielded >> cpu & 1) != 0 ? 1L << cpu : masks[thread];
    }

    /** The CPU where a thread spent nearly all of its time, -1 for none. */
    int mostlyOn(int thread) {
        SpanRows spans = of.spans;
        long[] ranNs = new long[of.cpus];
        long inAllNs = 0;
        for (int i = spans.byThread.from[thread]; i < spans.byThread.from[thread + 1]; i++) {
            int row = spans.byThread.row[i];
            int cpu = spans.cpu[row];
            if (spans.state[row] == SpanRows.RUNNING && cpu >= 0 && cpu < of.cpus) {
                ranNs[cpu] += spans.endNs[row] - spans.startNs[row];
                inAllNs += spans.endNs[row] - spans.startNs[row];
            }
        }
        for (int cpu = 0; cpu < of.cpus; cpu++) {
            if (ranNs[cpu] > NEARLY_ALWAYS * inAllNs) {
                return cpu;
            }
        }
        return -1;
    }

    private long kept(int thread) {
        int bound = boundTo(thread);
        if (bound >= 0) {
            return 1L << bound;
        }
        SpanRows spans = of.spans;
        int from = spans.byThread.from[thread];
        int to = spans.byThread.from[thread + 1];
        long used = 0;
        for (int i = from; i < to; i++) {
            int row = spans.byThread.row[i];
            used |= spans.state[row] == SpanRows.RUNNING ? 1L << spans.cpu[row] : 0;
        }
        if (used == 0 || used == all()) {
            return all();
        }
        int reasons = 0;
        long waitedNs = 0;
        long waitedInAllNs = 0;
        for (int i = from; i < to; i++) {
            int row = spans.byThread.row[i];
            long length = spans.endNs[row] - spans.startNs[row];
            if (!waits(spans, row)) {
                continue;
            }
            waitedInAllNs += length;
            if (length < SHORTEST_WAIT_NS) {
                continue;
            }
            long idleNs = longestIdle(spans.startNs[row], spans.endNs[row], used);
            if (2 * idleNs > length) {
                reasons++;
                waitedNs += idleNs;
            }
        }
        boolean kept = reasons >= REASONS || waitedNs >= LONG_WAIT_NS || waitedUnfairly(waitedInAllNs, used);
        return kept ? used : all();
    }

    private boolean waitedUnfairly(long waitedNs, long used) {
        if (waitedNs < UNFAIR_WAIT_NS) {
            return false;
        }
        for (int cpu = 0; cpu < of.cpus; cpu++) {
            if ((used >> cpu & 1) == 0 && waitedNs > UNFAIR * waitedOn[cpu]) {
                return true;
            }
        }
        return false;
    }

    /** Idle time in [from, to) of the CPU that has most of it among those that a mask leaves out. */
    private long longestIdle(long from, long to, long used) {
        long longest = 0;
        for (int cpu = 0; cpu < of.cpus; cpu++) {
            if ((used >> cpu & 1) == 0) {
                longest = Math.max(longest, of.busy.left(cpu, from, to));
            }
        }
        return longest;
    }
}
