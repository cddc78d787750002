package dev.hindsight.replay.guest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * Estimates the offset, and the drift, between a guest's clock and its host's from causality alone.
 *
 * <p>First, where about: handlers of interrupts begin in the guest shortly after the entry that carried that vector, so
 * the differences of all such pairs pile up at the true offset (and less at others, since timers are periodic). Where
 * either recording does not tell vectors, CPUs that came back after a silence stand for them. Of the tallest piles
 * the one is taken with which the fewest events lie outside of the guest. Then, how well: {@link CausalFit} bounds
 * the offset in stretches of the recording; a straight line through all these bounds is the clock.
 */
final class ClockAlignment {

    private static final long PILE_NS = 100_000;
    private static final int MOST_PILES = 1 << 22;
    private static final int CANDIDATES = 64;
    private static final long MOST_PAIRS = 200_000_000;
    private static final int EVENTS_TO_CHOOSE = 2_000;
    private static final int EVENTS_TO_BOUND = 200_000;
    private static final long STRETCH_NS = 1_000_000_000;
    private static final int MOST_STRETCHES = 64;

    /** Clocks drift by less. */
    private static final double MOST_DRIFT = 200e-6;

    /** Offsets farther apart than so many piles are two. */
    private static final int APART = 5;

    private final GuestSide guest;
    private final Map<Integer, VcpuEntries> host;
    private boolean ambiguous;

    ClockAlignment(GuestSide guest, Map<Integer, VcpuEntries> host) {
        this.guest = guest;
        this.host = host;
    }

    /**
     * The guest's clock as far as causality tells it.
     *
     * @param clock from the guest's ns to the host's
     * @param vcpuByCpu virtual CPU of each guest CPU, -1 where none was found
     * @param offsetNs the host's time less the guest's at the guest's first event
     * @param driftPpb ns that the offset grows by in a second
     * @param uncertaintyNs the offset may be off by so much either way
     * @param outsideShare share of the events that lie outside of the guest nevertheless
     * @param ambiguous whether another offset, far from this one, fits as well
     */
    record Estimate(
            LongUnaryOperator clock,
            int[] vcpuByCpu,
            long offsetNs,
            long driftPpb,
            long uncertaintyNs,
            double outsideShare,
            boolean ambiguous) {}

    /** The best estimate; null where nothing of the two recordings can be held against each other. */
    Estimate estimate() {
        int cpus = guest.cpus().size();
        int[] same = new int[cpus];
        for (int cpu = 0; cpu < cpus; cpu++) {
            same[cpu] = host.containsKey(cpu) ? cpu : -1;
        }
        long[] rough = rough(same, false);
        int[] map = same;
        if (rough == null || rough[1] > 100) {
            long[] any = rough(same, true);
            if (any != null && (rough == null || any[1] < rough[1])) {
                rough = any;
                map = assigned(any[0]);
            }
        }
        return rough == null ? null : refined(map, rough[0]);
    }

    /** The offset about and the events outside in a thousand; with {@code anyVcpu} whatever vCPU a guest CPU is. */
    private long[] rough(int[] same, boolean anyVcpu) {
        long hostFrom = Long.MAX_VALUE;
        long hostTo = Long.MIN_VALUE;
        for (VcpuEntries entries : host.values()) {
            hostFrom = Math.min(hostFrom, entries.coveredFrom());
            hostTo = Math.max(hostTo, entries.coveredTo());
        }
        if (hostFrom >= hostTo || guest.isEmpty()) {
            return null;
        }
        long lowNs = hostFrom - guest.lastNs();
        long range = hostTo - guest.firstNs() - lowNs;
        long pileNs = Math.max(PILE_NS, range / MOST_PILES);
        int[] piles = new int[(int) (range / pileNs) + 2];
        boolean vectors = pile(piles, lowNs, pileNs, anyVcpu, true);
        if (!vectors) {
            pile(piles, lowNs, pileNs, anyVcpu, false);
        }
        long[] best = null;
        List<long[]> fits = new ArrayList<>();
        for (int pile : tallest(piles)) {
            long centerNs = lowNs + (pile + 1) * pileNs;
            int[] map = anyVcpu ? assigned(centerNs) : same;
            CausalFit.Bounds fit = new CausalFit(guest, host, map)
                    .bounds(
                            t -> t + centerNs,
                            guest.firstNs(),
                            guest.lastNs() + 1,
                            -2 * pileNs,
                            2 * pileNs,
                            EVENTS_TO_CHOOSE);
            // An offset with which little of the guest's recording meets the host's explains little.
            if (fit != null) {
                long outside = Math.round(1000 * fit.outsideShare());
                long[] found = {centerNs + fit.middleNs(), outside, fit.events()};
                fits.add(found);
                if (best == null || outside < best[1] || outside == best[1] && fit.events() > best[2]) {
                    best = found;
                }
            }
        }
        ambiguous = false;
        for (long[] fit : fits) {
            boolean asWell = fit[1] <= best[1] && 10 * fit[2] >= 9 * best[2];
            ambiguous |= asWell && Math.abs(fit[0] - best[0]) > APART * pileNs;
        }
        return best;
    }

    /** Piles up the differences of what may belong together; whether there was anything. */
    private boolean pile(int[] piles, long lowNs, long pileNs, boolean anyVcpu, boolean vectors) {
        boolean found = false;
        for (int cpu = 0; cpu < guest.cpus().size(); cpu++) {
            for (VcpuEntries entries : host.values()) {
                if (anyVcpu || entries.vcpu == cpu) {
                    Map<Integer, LongRun> carried = vectors ? byVector(entries) : cameBack(entries);
                    found |= pile(piles, lowNs, pileNs, guest.cpus().get(cpu), carried, vectors);
                }
            }
        }
        return found;
    }

    private static boolean pile(
            int[] piles,
            long lowNs,
            long pileNs,
            GuestSide.GuestCpu cpu,
            Map<Integer, LongRun> carried,
            boolean vectors) {
        LongRun times = vectors ? cpu.handlerNs : cpu.backNs;
        long sum = 0;
        for (LongRun run : carried.values()) {
            sum += run.size();
        }
        // A run of handlers one after another from the middle, so that drift does not spread them.
        int count = (int) Math.min(times.size(), Math.max(200, MOST_PAIRS / Math.max(1, sum)));
        int first = (times.size() - count) / 2;
        boolean found = false;
        for (int i = first; i < first + count; i++) {
            int vector = vectors ? (int) cpu.handlerVector.get(i) : GuestSide.CAME_BACK;
            LongRun entered = carried.get(vector);
            for (int k = 0; entered != null && k < entered.size(); k++) {
                long at = (entered.get(k) - times.get(i) - lowNs) / pileNs;
                if (at >= 0 && at < piles.length) {
                    piles[(int) at]++;
                    found = true;
                }
            }
        }
        return found;
    }

    private static Map<Integer, LongRun> byVector(VcpuEntries entries) {
        Map<Integer, LongRun> runs = new LinkedHashMap<>();
        for (int i = 0; i < entries.carried(); i++) {
            runs.computeIfAbsent(entries.carriedVector(i), v -> new LongRun()).add(entries.carriedNs(i));
        }
        return runs;
    }

    private static Map<Integer, LongRun> cameBack(VcpuEntries entries) {
        LongRun run = new LongRun();
        for (int i = 1; i < entries.size(); i++) {
            if (entries.startNs(i) - entries.endNs(i - 1) >= GuestSide.SILENCE_NS) {
                run.add(entries.startNs(i));
            }
        }
        return Map.of(GuestSide.CAME_BACK, run);
    }

    /** Where the tallest piles are; neighbours count together, for what lies between two is in both. */
    private static int[] tallest(int[] piles) {
        int[] found = new int[CANDIDATES];
        int[] height = new int[CANDIDATES];
        int n = 0;
        for (int i = 0; i + 1 < piles.length; i++) {
            int both = piles[i] + piles[i + 1];
            if (both == 0 || n == CANDIDATES && both <= height[n - 1]) {
                continue;
            }
            int at = n < CANDIDATES ? n++ : n - 1;
            while (at > 0 && height[at - 1] < both) {
                height[at] = height[at - 1];
                found[at] = found[at - 1];
                at--;
            }
            height[at] = both;
            found[at] = i;
        }
        return Arrays.copyOf(found, n);
    }

    /** For each guest CPU the virtual CPU that explains it best with that offset; each is taken once. */
    int[] assigned(long offsetNs) {
        int cpus = guest.cpus().size();
        int[] map = new int[cpus];
        Arrays.fill(map, -1);
        List<VcpuEntries> all = List.copyOf(host.values());
        boolean[] taken = new boolean[all.size()];
        for (int round = 0; round < Math.min(cpus, all.size()); round++) {
            double best = -1;
            int bestCpu = -1;
            int bestVcpu = -1;
            for (int cpu = 0; cpu < cpus; cpu++) {
                for (int v = 0; v < all.size() && map[cpu] < 0; v++) {
                    double share = taken[v] ? -1 : insideShare(cpu, all.get(v), offsetNs);
                    // Of equals the one of the same number.
                    if (share > best || share == best && share >= 0 && all.get(v).vcpu == cpu) {
                        best = share;
                        bestCpu = cpu;
                        bestVcpu = v;
                    }
                }
            }
            if (bestCpu < 0) {
                break;
            }
            map[bestCpu] = all.get(bestVcpu).vcpu;
            taken[bestVcpu] = true;
        }
        return map;
    }

    private double insideShare(int cpu, VcpuEntries entries, long offsetNs) {
        LongRun times = guest.cpus().get(cpu).tsNs;
        int step = Math.max(1, times.size() / EVENTS_TO_CHOOSE);
        int held = 0;
        int inside = 0;
        for (int i = 0; i < times.size(); i += step) {
            long tsNs = times.get(i) + offsetNs;
            if (tsNs >= entries.coveredFrom() && tsNs <= entries.coveredTo()) {
                held++;
                inside += entries.isInGuest(tsNs) ? 1 : 0;
            }
        }
        return held == 0 ? -1 : (double) inside / held;
    }

    private Estimate refined(int[] map, long roughNs) {
        CausalFit fit = new CausalFit(guest, host, map);
        long fromNs = guest.firstNs();
        long lengthNs = guest.lastNs() - fromNs + 1;
        int stretches = (int) Math.max(1, Math.min(MOST_STRETCHES, lengthNs / STRETCH_NS));
        long reach = 2 * PILE_NS + (long) (MOST_DRIFT * lengthNs / stretches);
        CausalFit.Bounds[] bounds = new CausalFit.Bounds[stretches];
        int middle = stretches / 2;
        // From the middle outwards: each stretch is looked for where the one before it was.
        for (int direction : new int[] {1, -1}) {
            long aroundNs = roughNs;
            for (int s = direction > 0 ? middle : middle - 1; s >= 0 && s < stretches; s += direction) {
                if (direction < 0 && s == middle - 1 && bounds[middle] != null) {
                    aroundNs = bounds[middle].middleNs();
                }
                bounds[s] = stretch(fit, s, stretches, aroundNs, reach);
                aroundNs = bounds[s] == null ? aroundNs : bounds[s].middleNs();
            }
        }
        ClockLine line = ClockLine.through(bounds, fromNs, lengthNs);
        if (line == null) {
            return null;
        }
        if (line.drift() != 0) {
            // The drift within a stretch blurs its bounds: look again along the line.
            ClockLine first = line;
            for (int s = 0; s < stretches; s++) {
                long start = fromNs + s * lengthNs / stretches;
                long end = fromNs + (s + 1) * lengthNs / stretches;
                CausalFit.Bounds at = fit.bounds(first::hostNs, start, end, -PILE_NS, PILE_NS, EVENTS_TO_BOUND);
                bounds[s] = at == null ? null : at;
            }
            ClockLine correction = ClockLine.through(bounds, fromNs, lengthNs);
            line = correction == null ? first : first.plus(correction);
        }
        ClockLine clock = line;
        long events = 0;
        long outside = 0;
        for (CausalFit.Bounds at : bounds) {
            events += at == null ? 0 : at.events();
            outside += at == null ? 0 : at.outside();
        }
        return new Estimate(
                clock::hostNs,
                map,
                clock.offsetNs(),
                Math.round(clock.drift() * 1e9),
                clock.uncertaintyNs(),
                events == 0 ? 1 : (double) outside / events,
                ambiguous);
    }

    private CausalFit.Bounds stretch(CausalFit fit, int s, int stretches, long aroundNs, long reach) {
        long lengthNs = guest.lastNs() - guest.firstNs() + 1;
        long start = guest.firstNs() + s * lengthNs / stretches;
        long end = guest.firstNs() + (s + 1) * lengthNs / stretches;
        CausalFit.Bounds at = fit.bounds(t -> t + aroundNs, start, end, -reach, reach, EVENTS_TO_BOUND);
        return at == null
                ? null
                : new CausalFit.Bounds(at.lowNs() + aroundNs, at.highNs() + aroundNs, at.events(), at.outside());
    }
}
