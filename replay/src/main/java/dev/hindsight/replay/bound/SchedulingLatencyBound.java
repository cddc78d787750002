package dev.hindsight.replay.bound;

import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.MachineFacts;
import dev.hindsight.replay.workload.TimelineStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongUnaryOperator;

/**
 * A bound on the scheduling latency of the highest-priority thread: from its waking to its running, on one CPU.
 *
 * <p>It follows de Oliveira, Casini, de Oliveira and Cucinotta, <em>Demystifying the Real-Time Linux Scheduling
 * Latency</em>, ECRTS 2020, theorem 8. There the latency is at most the least positive {@code L} with
 *
 * <pre>
 * L = max(D_ST, D_POID) + D_PAIE + D_PSD + I_NMI(L) + I_IRQ(L)
 * </pre>
 *
 * where the {@code D} are the longest times, without interrupts, in which the kernel does not schedule: switching, preemption or
 * interrupts off, between enabling and scheduling; and {@code I(L)} is the most that interrupts take in any window of
 * length {@code L}. A recording without the preemptirq events shows neither {@code D_POID} nor {@code D_PAIE}; this takes
 * what it does show:
 *
 * <pre>
 * L = X + R + W(L)                           of one CPU, for what it did
 * L = X + R + sum over kinds k of W_k(L)     of the machine, for what a policy may do
 * </pre>
 *
 * <ul>
 *   <li>{@code R}, for {@code D_PAIE + D_PSD} and the preemption-off sections that were met: the longest
 *       {@link OutrankingWakeups#delayNs} of any wakeup that outranked who ran there, interrupts taken out;
 *   <li>{@code X}, for {@code D_POID}: the longest exit that KVM handled without leaving the CPU, interrupts taken out. On a kernel
 *       that does not preempt itself this is the longest section that the timeline shows;
 *   <li>{@code W(L)}: the most that all interrupts took of any window of length {@code L}, the paper's sliding window.
 *       Gaps in which the CPU did not run, by firmware or a host below, are among them, in the place of NMIs;
 *   <li>{@code W_k(L)}: the most time that interrupts of kind k (device, vector, softirq, by number; gaps) which overlap
 *       any window of length {@code L} on any CPU had together, those nested in them not counted: kinds that were apart
 *       may come together. Their longest time by the number that the least distance of two arrivals allows has no
 *       solution on a host where one tick in thousands is long.
 * </ul>
 *
 * <p>What it can't tell: sections with preemption off that no recorded wakeup met are missing, so it bounds what was
 * seen, not what may be; a longer recording only raises it. Throttling of real-time threads, and threads of the same or
 * higher rank, are no part of it.
 *
 * @param cpu which, or {@link #MACHINE}
 * @param boundNs L, or {@link Long#MAX_VALUE} where interrupts leave the CPU no time within the recording's length
 * @param switchDelayNs R
 * @param exitNs X
 * @param interruptNs the sum, at L
 * @param wakeups that R was taken from
 */
public record SchedulingLatencyBound(
        int cpu, long boundNs, long switchDelayNs, long exitNs, long interruptNs, int wakeups) {

    /** Stands for all CPUs: each term the largest of any. */
    public static final int MACHINE = -1;

    /** Names of the tables that it reads. */
    public static final Set<String> TABLES = Set.of(
            TimelineTables.THREAD_SPAN.name(),
            TimelineTables.WAKEUP.name(),
            TimelineTables.IRQ_SPAN.name(),
            TimelineTables.VCPU_SPAN.name(),
            TimelineTables.GAP_SPAN.name(),
            TimelineTables.LOST_SPAN.name());

    /** The machine's bound: for what a policy may do, which moves threads and interrupts between CPUs. */
    public static SchedulingLatencyBound of(TimelineStore tables, MachineFacts facts) {
        CpuTimeline[] cpus = CpuTimeline.read(tables, facts.cpus());
        return bound(MACHINE, cpus, OutrankingWakeups.of(tables, cpus), facts);
    }

    /** Each CPU's own bound, from what happened there. A CPU without a fitting wakeup has the longest delay of any. */
    public static List<SchedulingLatencyBound> perCpu(TimelineStore tables, MachineFacts facts) {
        CpuTimeline[] cpus = CpuTimeline.read(tables, facts.cpus());
        OutrankingWakeups wakeups = OutrankingWakeups.of(tables, cpus);
        List<SchedulingLatencyBound> bounds = new ArrayList<>();
        for (int i = 0; i < cpus.length; i++) {
            bounds.add(bound(i, cpus, wakeups, facts));
        }
        return bounds;
    }

    private static SchedulingLatencyBound bound(
            int cpu, CpuTimeline[] cpus, OutrankingWakeups wakeups, MachineFacts facts) {
        long ownNs = 0;
        long anyNs = 0;
        int own = 0;
        for (int i = 0; i < wakeups.size(); i++) {
            anyNs = Math.max(anyNs, wakeups.delayNs(i));
            if (wakeups.cpu(i) == cpu) {
                ownNs = Math.max(ownNs, wakeups.delayNs(i));
                own++;
            }
        }
        long switchDelayNs = own > 0 ? ownNs : anyNs;
        long exitNs = 0;
        Map<Long, List<InterruptKind>> kinds = new HashMap<>();
        for (int i = 0; i < cpus.length; i++) {
            if (cpu == MACHINE || cpu == i) {
                exitNs = Math.max(exitNs, cpus[i].longestExitNs());
                cpus[i].kinds.forEach((key, kind) ->
                        kinds.computeIfAbsent(key, k -> new ArrayList<>()).add(kind));
            }
        }
        long fixedNs = switchDelayNs + exitNs;
        long interruptNs = interference(
                fixedNs,
                facts.lastNs() - facts.firstNs(),
                windowNs -> cpu == MACHINE ? byKind(kinds.values(), windowNs) : cpus[cpu].busy.mostWithin(windowNs));
        return new SchedulingLatencyBound(
                cpu,
                interruptNs == Long.MAX_VALUE ? Long.MAX_VALUE : fixedNs + interruptNs,
                switchDelayNs,
                exitNs,
                interruptNs,
                cpu == MACHINE ? wakeups.size() : own);
    }

    /** What interrupts take in the least window that holds them and {@code fixedNs}, by iteration from below. */
    private static long interference(long fixedNs, long longestNs, LongUnaryOperator most) {
        long interruptNs = 0;
        while (fixedNs + interruptNs <= longestNs) {
            long nextNs = most.applyAsLong(Math.max(1, fixedNs + interruptNs));
            if (nextNs == interruptNs) {
                return interruptNs;
            }
            interruptNs = nextNs;
        }
        return Long.MAX_VALUE;
    }

    private static long byKind(Iterable<List<InterruptKind>> kinds, long windowNs) {
        long sum = 0;
        for (List<InterruptKind> kind : kinds) {
            long most = 0;
            for (InterruptKind onCpu : kind) {
                most = Math.max(most, onCpu.mostNs(windowNs));
            }
            sum += most;
        }
        return sum;
    }
}
