package dev.hindsight.replay.workload;

import java.util.HashMap;
import java.util.Map;

/**
 * What the host kernel's paths took, measured. Interrupts and gaps within a path are taken off all samples; outliers
 * (more than {@value #OUTLIER} medians) are left out, as the machine below takes a CPU away at times that no gap shows.
 *
 * <ul>
 *   <li>Coming to a CPU: half of the 2nd percentile of what threads took from the switch to what they are first seen to
 *       do (wake, raise a line, sleep), at most the third shortest of these. What is more of it is their own.
 *   <li>Preemption: from the end of the interrupt that queued the next thread (or kicked the CPU, or was its tick), or
 *       from its being queued by the preempted thread itself, to the switch: {@link Threads#preemptDelayNs} of the preempted thread,
 *       whether it was in user code or in the kernel. The quick ones of all threads are {@link HostCosts#switchOutNs}.
 *   <li>Wakeup: {@code sched_waking} to {@code sched_wakeup} by a thread that queues the wakee itself.
 *   <li>Leaving idle: from the woken thread's being queued from another CPU to the switch to it.
 *   <li>Reschedule: from a thread's being queued by another CPU on a busy one that switches to it, to the end of the interrupt
 *       between CPUs that asks for this; a wakeup's time and 1 &micro;s where it hardly shows.
 *   <li>Tick: a local timer interrupt without any other timer's expiry, and the softirqs right behind it.
 *   <li>Timer: a local timer interrupt with an expiry, without the wakeups in it, that no tick came with: what a tick is
 *       taken to cost where none is seen alone.
 *   <li>Shared: by how much a timer's interrupt with a tick is shorter than one of each, by their medians.
 *   <li>Migration: what a burst from a wakeup to the next sleep took longer than the thread's median one where the thread
 *       had run on another CPU before; the median over all threads, 0 where fewer than {@value #FEWEST_MIGRATIONS} such
 *       bursts are there, or where they are no longer. Recorded bursts keep it: it is so small and seldom that counting it
 *       again does not show.
 * </ul>
 */
final class HostPaths {

    static final int OUTLIER = 10;

    private static final int FEWEST_MIGRATIONS = 20;
    private static final long RIGHT_BEHIND_NS = 50_000;
    private static final long LONGEST_DELAY_NS = 20_000_000;
    private static final double SHORTEST_STAYS = 0.02;
    private static final int FIRST_SIGNS_BELOW = 2;
    private static final long MOST_SWITCH_NS = 50_000;

    private final Recorded of;
    private final Samples tick = new Samples();

    /** The same without softirqs. */
    private final Samples tickItself = new Samples();

    private final Samples timer = new Samples();
    private final Samples timerWithTick = new Samples();
    private final Samples preempt = new Samples();
    private final Samples[] preemptBy;
    private final Samples wake = new Samples();
    private final Samples idleExit = new Samples();
    private final Samples resched = new Samples();
    private final Samples firstSigns = new Samples();
    private long[] quick;
    private final Map<String, long[]> preemptByRole = new HashMap<>();
    private long switchInNs;

    HostPaths(Recorded of) {
        this.of = of;
        preemptBy = new Samples[of.threads.size()];
        timers();
        wakes();
        switches();
        firstSigns();
        switchInNs = Math.min(
                firstSigns.ranked(FIRST_SIGNS_BELOW),
                Math.min(MOST_SWITCH_NS, firstSigns.quantile(SHORTEST_STAYS) / 2));
        quick = preempt.upTo(2 * Math.max(1, preempt.quantile(0.25))).or(switchInNs);
    }

    private void timers() {
        IrqRows irqs = of.irqs;
        boolean[] tickDue = irqs.tickDue(of.tickNs);
        for (int cpu = 0; cpu < of.cpus; cpu++) {
            for (int i = irqs.byCpu.from[cpu]; i < irqs.byCpu.from[cpu + 1]; i++) {
                int row = irqs.byCpu.row[i];
                if (!irqs.isTimer(row)) {
                    continue;
                }
                long inside = expiriesIn(cpu, irqs.startNs[row], irqs.endNs[row]);
                if (inside < 0) {
                    tick.add(irqs.selfNs[row] + softirqsBehind(cpu, i));
                    tickItself.add(irqs.selfNs[row]);
                } else {
                    (tickDue[row] ? timerWithTick : timer).add(irqs.selfNs[row] - inside);
                }
            }
        }
    }

    /** Time of the wakeups that timers make in [from, to) on a CPU, -1 where no timer expires there. */
    private long expiriesIn(int cpu, long from, long to) {
        ExpiryRows expiries = of.expiries;
        int first = expiries.byCpu.from[cpu];
        int high = expiries.byCpu.from[cpu + 1];
        int low = first;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (expiries.expiredNs[expiries.byCpu.row[middle]] < from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low >= expiries.byCpu.from[cpu + 1] || expiries.expiredNs[expiries.byCpu.row[low]] >= to) {
            return -1;
        }
        long sum = 0;
        int wake = RowOrder.firstFrom(of.wakes.tsNs, 0, of.wakes.tsNs.length, from);
        for (; wake < of.wakes.tsNs.length && of.wakes.tsNs[wake] < to; wake++) {
            sum += of.wakes.wakerCpu[wake] == cpu ? of.wakes.delayNs(wake) : 0;
        }
        return sum;
    }

    private long softirqsBehind(int cpu, int place) {
        IrqRows irqs = of.irqs;
        long sum = 0;
        long endNs = irqs.endNs[irqs.byCpu.row[place]];
        for (int i = place + 1; i < irqs.byCpu.from[cpu + 1]; i++) {
            int row = irqs.byCpu.row[i];
            if (irqs.isHard(row) || irqs.inThread[row] || irqs.startNs[row] - endNs > RIGHT_BEHIND_NS) {
                break;
            }
            sum += irqs.selfNs[row];
            endNs = irqs.endNs[row];
        }
        return sum;
    }

    private void wakes() {
        WakeRows wakes = of.wakes;
        for (int row = 0; row < wakes.tsNs.length; row++) {
            if (wakes.context[row] == WakeRows.TASK
                    && wakes.enqueuedNs[row] != StoredTable.NULL
                    && wakes.wakerCpu[row] >= 0
                    && !of.isQueuedByTarget(row)) {
                wake.add(of.stolen.left(wakes.wakerCpu[row], wakes.tsNs[row], wakes.enqueuedNs[row]));
            }
        }
    }

    private void switches() {
        SpanRows spans = of.spans;
        int[] cpu = new int[spans.cpu.length];
        for (int i = 0; i < cpu.length; i++) {
            cpu[i] = spans.thread[i] >= 0 && spans.state[i] == SpanRows.RUNNING ? spans.cpu[i] : -1;
        }
        Groups byCpu = new Groups(cpu, of.cpus);
        for (int c = 0; c < of.cpus; c++) {
            for (int i = byCpu.from[c] + 1; i < byCpu.from[c + 1]; i++) {
                int before = byCpu.row[i - 1];
                int row = byCpu.row[i];
                if (spans.thread[before] != spans.thread[row]) {
                    switched(c, before, row);
                }
            }
        }
    }

    private void switched(int cpu, int before, int row) {
        SpanRows spans = of.spans;
        long ns = spans.startNs[row];
        int wake = of.wakes.lastOf(spans.thread[row], ns - LONGEST_DELAY_NS, ns);
        boolean here = wake >= 0
                && of.wakes.cpu[wake] == cpu
                && of.wakes.enqueuedNs[wake] != StoredTable.NULL
                && of.wakes.enqueuedNs[wake] <= ns;
        if (spans.endNs[before] < ns) {
            boolean fromElsewhere = here && of.wakes.wakerCpu[wake] != cpu;
            if (fromElsewhere && of.wakes.enqueuedNs[wake] >= spans.endNs[before]) {
                idleExit.add(of.stolen.left(cpu, of.wakes.enqueuedNs[wake], ns));
            }
            return;
        }
        int next = spans.at(spans.thread[before], ns);
        if (next < 0 || spans.state[next] != SpanRows.PREEMPTED || spans.startNs[next] != ns) {
            return;
        }
        long since =
                here ? neededSince(cpu, wake, spans.startNs[before], ns) : tickedAt(cpu, spans.startNs[before], ns);
        if (since >= 0) {
            long delay = of.stolen.left(cpu, since, ns);
            preempt.add(delay);
            int thread = spans.thread[before];
            if (preemptBy[thread] == null) {
                preemptBy[thread] = new Samples();
            }
            preemptBy[thread].add(delay);
        }
    }

    /** When a CPU knew that it had to switch to a thread that was woken. */
    private long neededSince(int cpu, int wake, long from, long to) {
        WakeRows wakes = of.wakes;
        long queued = wakes.enqueuedNs[wake];
        if (queued < from) {
            return tickedAt(cpu, from, to);
        }
        if (wakes.wakerCpu[wake] == cpu) {
            int irq = wakes.context[wake] == WakeRows.TASK ? -1 : of.irqs.at(cpu, wakes.tsNs[wake]);
            return irq < 0 ? queued : Math.min(to, of.irqs.endNs[irq]);
        }
        int place = of.irqs.lastBegunBy(cpu, to);
        int kick = -1;
        for (int i = place; i >= of.irqs.byCpu.from[cpu]; i--) {
            int row = of.irqs.byCpu.row[i];
            if (of.irqs.startNs[row] < wakes.tsNs[wake]) {
                break;
            }
            if (of.irqs.isKick(row)) {
                kick = row;
            }
        }
        if (kick < 0) {
            return queued;
        }
        long kicked = of.irqs.startNs[kick];
        long end = Math.min(to, of.irqs.endNs[kick]);
        resched.add(of.stolen.left(cpu, queued, kicked) + Math.max(0, end - Math.max(kicked, queued)));
        return end;
    }

    /** The end of the timer interrupt right before a time, -1 where there is none. */
    private long tickedAt(int cpu, long from, long to) {
        int place = of.irqs.lastBegunBy(cpu, to);
        for (int i = place; i >= of.irqs.byCpu.from[cpu] && place - i < 6; i--) {
            int row = of.irqs.byCpu.row[i];
            if (of.irqs.startNs[row] < from) {
                return -1;
            }
            if (of.irqs.isTimer(row)) {
                return Math.min(to, of.irqs.endNs[row]);
            }
        }
        return -1;
    }

    /** What the first burst on another CPU takes more than the thread's usual one. */
    private long migrateNs() {
        Samples more = new Samples();
        Samples less = new Samples();
        SpanRows spans = of.spans;
        for (int thread = 0; thread < of.threads.size(); thread++) {
            Samples stayed = new Samples();
            Samples moved = new Samples();
            int last = -1;
            for (int i = spans.byThread.from[thread] + 1; i + 1 < spans.byThread.from[thread + 1]; i++) {
                int row = spans.byThread.row[i];
                if (spans.state[row] != SpanRows.RUNNING) {
                    continue;
                }
                boolean whole = spans.state[spans.byThread.row[i - 1]] == SpanRows.WOKEN
                        && spans.isSleep(spans.byThread.row[i + 1]);
                if (whole && last >= 0) {
                    long ns = of.stolen.left(spans.cpu[row], spans.startNs[row], spans.endNs[row]);
                    (last == spans.cpu[row] ? stayed : moved).add(ns);
                }
                last = spans.cpu[row];
            }
            if (stayed.areFew()) {
                continue;
            }
            long usual = stayed.median();
            for (long ns : moved.toArray()) {
                more.add(ns - usual);
                less.add(usual - ns - 1);
            }
        }
        int bursts = more.size() + less.size();
        if (bursts < FEWEST_MIGRATIONS || less.size() > more.size()) {
            return 0;
        }
        // The median over both: so many of those that took longer lie below it.
        return Math.min(MOST_SWITCH_NS, more.quantile((bursts / 2.0 - less.size()) / more.size()));
    }

    private void firstSigns() {
        SpanRows spans = of.spans;
        for (int thread = 0; thread < of.threads.size(); thread++) {
            int wake = of.wakes.byWaker.from[thread];
            int edge = of.edges.byThread.from[thread];
            for (int i = spans.byThread.from[thread] + 1; i + 1 < spans.byThread.from[thread + 1]; i++) {
                int row = spans.byThread.row[i];
                int before = spans.byThread.row[i - 1];
                int after = spans.byThread.row[i + 1];
                if (spans.state[row] != SpanRows.RUNNING || spans.state[before] == SpanRows.RUNNING) {
                    continue;
                }
                long start = spans.startNs[row];
                long end = spans.endNs[row];
                long first = spans.isSleep(after) && spans.startNs[after] == end ? end : Long.MAX_VALUE;
                while (wake < of.wakes.byWaker.from[thread + 1] && of.wakes.tsNs[of.wakes.byWaker.row[wake]] < start) {
                    wake++;
                }
                if (wake < of.wakes.byWaker.from[thread + 1]
                        && of.wakes.context[of.wakes.byWaker.row[wake]] == WakeRows.TASK) {
                    first = Math.min(first, of.wakes.tsNs[of.wakes.byWaker.row[wake]]);
                }
                while (edge < of.edges.byThread.from[thread + 1]
                        && of.edges.tsNs[of.edges.byThread.row[edge]] < start) {
                    edge++;
                }
                if (edge < of.edges.byThread.from[thread + 1] && of.edges.inTask[of.edges.byThread.row[edge]]) {
                    first = Math.min(first, of.edges.tsNs[of.edges.byThread.row[edge]]);
                }
                if (first <= end) {
                    firstSigns.add(of.stolen.left(spans.cpu[row], start, first));
                }
            }
        }
    }

    /** From the switch to a thread to its own work. */
    long switchInNs() {
        return switchInNs;
    }

    /** Of a preemption, what is the switch's own. */
    long switchOutNs() {
        return Samples.median(quick);
    }

    /**
     * What a thread takes until it is preempted; that of all threads of its role where the recording never saw it
     * preempted, the quick path where it saw none of those either.
     */
    long[] preemptDelayNs(int thread) {
        if (preemptBy[thread] != null) {
            return preemptBy[thread].usual();
        }
        return preemptByRole.computeIfAbsent(of.threads.role[thread], this::preemptDelayOf);
    }

    private long[] preemptDelayOf(String role) {
        Samples all = new Samples();
        for (int i = 0; i < preemptBy.length; i++) {
            if (preemptBy[i] != null && role.equals(of.threads.role[i])) {
                all.addAll(preemptBy[i]);
            }
        }
        return all.isEmpty() ? quick : all.usual();
    }

    /** What a tick and a timer take less in one interrupt than in two; 0 where the recording can't tell. */
    private long sharedTimerNs() {
        if (tick.areFew() || timer.areFew() || timerWithTick.areFew()) {
            return 0;
        }
        long apart = tickItself.median() + timer.median();
        return Math.max(0, Math.min(apart - timerWithTick.median(), Math.min(tickItself.median(), timer.median())));
    }

    HostCosts costs() {
        long[] timers = timer.areFew() ? timerWithTick.or(tick.or(0)) : timer.usual();
        return new HostCosts(
                of.tickNs,
                tick.areFew() ? timers : tick.usual(),
                quick,
                new long[] {switchInNs()},
                wake.areFew() ? new long[] {switchInNs()} : wake.usual(),
                idleExit.areFew() ? quick : idleExit.usual(),
                resched.orRelated(Samples.median(wake.areFew() ? new long[] {switchInNs()} : wake.usual()) + 1_000),
                migrateNs(),
                sharedTimerNs());
    }
}
