package dev.hindsight.replay.workload;

/**
 * What KVM's own paths took, measured at entries; interrupts and gaps are taken off, outliers left out as {@link
 * HostPaths} does.
 *
 * <ul>
 *   <li>Interrupt: an exit for a host interrupt without anything else, from the interrupt's end (before the exit's event
 *       where the interrupt is taken first, as on SVM; else from the exit) to the entry.
 *   <li>Inject: what the same takes more with an injection than the median without; where there is none, from the first
 *       {@code kvm_inj_virq} to the entry.
 *   <li>Resume: from the switch to a vCPU that was preempted in KVM to its entry, by what {@link ResumeCosts} tells apart; all
 *       of less than a long time away together, less the median injection where one was made, for what the recording hardly
 *       shows.
 *   <li>Wake: from the switch to a vCPU that had halted to its entry with its injection.
 *   <li>Window: guest time up to an exit for the interrupt window, and from an exit for the interrupt window to the entry that injects.
 *   <li>Kick: from an edge that a thread raises for a vCPU in its guest on another CPU to the end of the interrupt there that
 *       takes it out.
 * </ul>
 *
 * Coming to the CPU ({@link HostCosts#switchInNs}) is taken off resume and wake, as the engine adds it.
 *
 * <p>A path that the recording hardly shows ({@link Samples#areFew}) takes what a related one takes: resume as interrupt and back, wake as resume
 * and inject, window as interrupt and inject, the guest's part of it as the guest's shortest stays (2nd percentile), kick as an edge takes to a wakeup and another CPU to be told to reschedule; interrupt as the shortest half of
 * all other exits; a recording without any guest 1 &micro;s each.
 */
final class GuestPaths {

    private static final long LONGEST_KICK_NS = 2_000_000;

    private final Samples resumeKept = new Samples();
    private final Samples resumeKeptInjects = new Samples();
    private final Samples resumeOther = new Samples();
    private final Samples resumeOtherInjects = new Samples();
    private final Samples resumeLongAway = new Samples();
    private final Samples wake = new Samples();
    private final Samples interrupt = new Samples();
    private final Samples interruptInjects = new Samples();
    private final Samples inject = new Samples();
    private final Samples window = new Samples();
    private final Samples windowGuest = new Samples();
    private final Samples stays = new Samples();
    private final Samples kick = new Samples();
    private final Samples exits = new Samples();

    void resumed(long ns, long awayNs, boolean kept, boolean injects) {
        if (awayNs >= ResumeCosts.LONG_AWAY_NS) {
            resumeLongAway.add(ns);
        } else if (kept) {
            (injects ? resumeKeptInjects : resumeKept).add(ns);
        } else {
            (injects ? resumeOtherInjects : resumeOther).add(ns);
        }
    }

    void woken(long ns) {
        wake.add(ns);
    }

    void interrupted(long ns, boolean injects) {
        (injects ? interruptInjects : interrupt).add(ns);
    }

    void injected(long ns) {
        inject.add(ns);
    }

    void window(long ns) {
        window.add(ns);
    }

    /** A stay in the guest, ended by the interrupt window or otherwise. */
    void stayed(long ns, boolean endedByWindow) {
        (endedByWindow ? windowGuest : stays).add(ns);
    }

    void exited(long ns) {
        exits.add(ns);
    }

    /** Edges that threads raise for vCPUs which are in the guest elsewhere. */
    void measureKicks(Recorded of) {
        EdgeRows edges = of.edges;
        for (int row = 0; row < edges.tsNs.length; row++) {
            int line = of.lineOfEdge[row];
            if (line < 0 || !edges.inTask[row] || edges.cpu[row] < 0) {
                continue;
            }
            int thread = of.lines.vcpuThread()[line];
            int running = of.spans.at(thread, edges.tsNs[row]);
            if (running < 0 || of.spans.state[running] != SpanRows.RUNNING || of.spans.cpu[running] == edges.cpu[row]) {
                continue;
            }
            int exit = of.exits.leavesGuest(thread, edges.tsNs[row]);
            if (exit < 0 || !of.exits.isForced(exit) || of.exits.endNs[exit] == StoredTable.NULL) {
                continue;
            }
            long latestNs = Math.min(of.exits.endNs[exit], edges.tsNs[row] + LONGEST_KICK_NS);
            int cpu = of.spans.cpu[running];
            int place = of.irqs.lastBegunBy(cpu, edges.tsNs[row]) + 1;
            for (int i = place; i < of.irqs.byCpu.from[cpu + 1] && i < place + 4; i++) {
                int irq = of.irqs.byCpu.row[i];
                if (of.irqs.startNs[irq] > latestNs) {
                    break;
                }
                if (of.irqs.isKick(irq)) {
                    kick.add(of.irqs.endNs[irq] - edges.tsNs[row]);
                    break;
                }
            }
        }
    }

    private static long[] more(long[] samples, long byNs) {
        long[] to = new long[samples.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = samples[i] + byNs;
        }
        return to;
    }

    GuestCosts costs(Recorded of, HostCosts host) {
        HaltWakes wakes = new HaltWakes(of);
        long[] interrupts = interrupt.orRelated(exits.upTo(exits.median()).or(1_000));
        long usual = Samples.median(interrupts);
        Samples more = new Samples();
        for (long ns : interruptInjects.usual()) {
            more.add(Math.max(0, ns - usual));
        }
        long[] injects = more.orRelated(inject.orRelated(usual));
        long injectNs = Samples.median(injects);
        long switchInNs = Samples.median(host.switchInNs());
        Samples resumed = resumeKept.less(switchInNs);
        resumed.addAll(resumeOther.less(switchInNs));
        resumed.addAll(resumeKeptInjects.less(switchInNs + injectNs));
        resumed.addAll(resumeOtherInjects.less(switchInNs + injectNs));
        long[] resumes = resumed.orRelated(2 * usual);
        long[] kept = resumeKept.less(switchInNs).enoughOr(resumes);
        long[] other = resumeOther.less(switchInNs).enoughOr(resumes);
        long[] otherInjects = resumeOtherInjects.less(switchInNs).enoughOr(more(other, injectNs));
        ResumeCosts resume = new ResumeCosts(
                kept,
                resumeKeptInjects.less(switchInNs).enoughOr(more(kept, injectNs)),
                other,
                otherInjects,
                resumeLongAway.isEmpty()
                        ? otherInjects
                        : resumeLongAway.less(switchInNs).usual());
        return new GuestCosts(
                resume,
                wake.isEmpty()
                        ? new long[] {Samples.median(resumes) + Samples.median(injects)}
                        : wake.less(switchInNs).usual(),
                interrupts,
                injects,
                windowGuest.orRelated(stays.quantile(0.02)),
                window.orRelated(usual + injectNs),
                kick.orRelated(wakes.usualToWakingNs() + Samples.median(host.reschedNs())),
                wakes.toWakingNs(),
                wakes.toQueueNs(host.wakeNs()),
                of.haltPollNs);
    }
}
