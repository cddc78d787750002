package dev.hindsight.replay.guest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * Holds a guest's events against its host's entries: each event must lie where the host says that the virtual CPU was
 * in the guest.
 *
 * <p>With an offset that is off by {@code d}, an event lies inside still while {@code d} is shorter than its distance
 * to the entry before and to the exit after it: the smallest of these over all events bound the offset from both sides.
 */
final class CausalFit {

    /** Guest CPUs with the virtual CPU that each is. */
    private final List<GuestSide.GuestCpu> cpus = new ArrayList<>();

    private final List<VcpuEntries> entries = new ArrayList<>();

    /** @param vcpuByCpu virtual CPU of each guest CPU, -1 where none is known */
    CausalFit(GuestSide guest, Map<Integer, VcpuEntries> host, int[] vcpuByCpu) {
        for (int cpu = 0; cpu < Math.min(vcpuByCpu.length, guest.cpus().size()); cpu++) {
            VcpuEntries of = host.get(vcpuByCpu[cpu]);
            if (of != null && of.size() > 0) {
                cpus.add(guest.cpus().get(cpu));
                entries.add(of);
            }
        }
    }

    /**
     * How well an offset fits.
     *
     * @param lowNs smallest shift against the given clock that fits (nearly) as well as the best one
     * @param highNs largest one
     * @param events that were held against entries
     * @param outside events that lie outside of the guest with the best shift
     */
    record Bounds(long lowNs, long highNs, int events, int outside) {

        long middleNs() {
            return lowNs + (highNs - lowNs) / 2;
        }

        double outsideShare() {
            return events == 0 ? 1 : (double) outside / events;
        }
    }

    /** Counts [events held against entries, events outside] on a clock. */
    static long[] count(GuestSide.GuestCpu cpu, VcpuEntries entries, LongUnaryOperator clock) {
        long[] counts = new long[2];
        for (int i = 0; i < cpu.tsNs.size(); i++) {
            long tsNs = clock.applyAsLong(cpu.tsNs.get(i));
            if (tsNs >= entries.coveredFrom() && tsNs <= entries.coveredTo()) {
                counts[0]++;
                counts[1] += entries.isInGuest(tsNs) ? 0 : 1;
            }
        }
        return counts;
    }

    /**
     * The shifts for which the most events of a stretch lie inside.
     *
     * @param clock from the guest's ns to the host's, to which the shift comes
     * @param fromNs of the stretch, on the guest's clock
     * @param toNs its end
     * @param lowNs smallest shift looked at
     * @param highNs largest one
     * @param most events of each CPU that are looked at, evenly spread
     * @return null where nothing of the stretch can be held against an entry
     */
    Bounds bounds(LongUnaryOperator clock, long fromNs, long toNs, long lowNs, long highNs, int most) {
        LongRun begin = new LongRun();
        LongRun end = new LongRun();
        int events = 0;
        for (int c = 0; c < cpus.size(); c++) {
            LongRun times = cpus.get(c).tsNs;
            int first = times.countBelow(fromNs);
            int last = times.countBelow(toNs);
            int step = Math.max(1, (last - first) / most);
            for (int i = first; i < last; i += step) {
                if (admit(clock.applyAsLong(times.get(i)), entries.get(c), lowNs, highNs, begin, end)) {
                    events++;
                }
            }
        }
        return events == 0 ? null : widest(sorted(begin), sorted(end), events, lowNs, highNs);
    }

    /** Adds the shifts that bring an event into the guest; false where the host's recording does not reach there. */
    private static boolean admit(long tsNs, VcpuEntries of, long lowNs, long highNs, LongRun begin, LongRun end) {
        if (tsNs + lowNs < of.coveredFrom() || tsNs + highNs > of.coveredTo()) {
            return false;
        }
        for (int i = of.firstEndingAtOrAfter(tsNs + lowNs); i < of.size() && of.startNs(i) <= tsNs + highNs; i++) {
            begin.add(Math.max(lowNs, of.startNs(i) - tsNs));
            end.add(Math.min(highNs, of.endNs(i) - tsNs));
        }
        return true;
    }

    private static long[] sorted(LongRun run) {
        long[] values = new long[run.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = run.get(i);
        }
        Arrays.sort(values);
        return values;
    }

    /** Sweeps the shifts; both ends of an admitted stretch are part of it. */
    private static Bounds widest(long[] begin, long[] end, int events, long lowNs, long highNs) {
        int inside = 0;
        int best = 0;
        for (int b = 0, e = 0; b < begin.length; b++) {
            while (end[e] < begin[b]) {
                e++;
                inside--;
            }
            best = Math.max(best, ++inside);
        }
        // A few events may be wrong (a clock that differs between CPUs, a stray time): they narrow nothing.
        int enough = Math.max(1, best - Math.max(best == events ? 0 : 1, events / 5000));
        long fromNs = highNs;
        long toNs = lowNs;
        inside = 0;
        long sinceNs = Long.MIN_VALUE;
        int b = 0;
        for (int e = 0; e < end.length; e++) {
            while (b < begin.length && begin[b] <= end[e]) {
                if (++inside == enough) {
                    sinceNs = begin[b];
                }
                b++;
            }
            if (inside == enough && (toNs < fromNs || end[e] - sinceNs > toNs - fromNs)) {
                fromNs = sinceNs;
                toNs = end[e];
            }
            inside--;
        }
        return new Bounds(fromNs, toNs, events, events - best);
    }
}
