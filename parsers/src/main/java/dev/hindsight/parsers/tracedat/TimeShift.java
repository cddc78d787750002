package dev.hindsight.parsers.tracedat;

import dev.hindsight.parsers.recording.PeerClock;

/**
 * How the clock of a guest becomes that of its host (trace-cmd's TIME_SHIFT option): for each CPU samples of an offset,
 * a scaling ratio with fraction bits, and when they were taken.
 *
 * <p>With one sample its offset holds throughout. With more, a time uses the sample before it (or the first; trace-cmd
 * never uses the last one), or with flag {@link #INTERPOLATE} an offset between that sample's and the next one's. As
 * {@code trace-cmd report}, but for products over 64 bits, which that wraps, and one sample's ratio, which that ignores.
 */
final class TimeShift {

    /** Flag: offsets between two samples are interpolated. */
    static final int INTERPOLATE = 1;

    final long peerTraceId;
    final int flags;
    private final long[][] times;
    private final long[][] offsets;
    private final long[][] scalings;
    private final int[][] fractions;

    /** All arrays by CPU, then sample; fractions null where the file has none. */
    TimeShift(long peerTraceId, int flags, long[][] times, long[][] offsets, long[][] scalings, int[][] fractions) {
        this.peerTraceId = peerTraceId;
        this.flags = flags;
        this.times = times;
        this.offsets = offsets;
        this.scalings = scalings;
        this.fractions = fractions;
    }

    /** CPUs that have samples listed. */
    int cpus() {
        return times.length;
    }

    /** The host's time of a guest CPU's time; both in the clock's own ticks. */
    long shift(int cpu, long ts) {
        if (cpu >= times.length || times[cpu].length == 0) {
            return ts;
        }
        long[] at = times[cpu];
        if (at.length == 1) {
            return scaled(cpu, 0, ts) + offsets[cpu][0];
        }
        int low = 0;
        if (Long.compareUnsigned(ts, at[at.length - 1]) >= 0) {
            low = at.length - 2;
        } else if (Long.compareUnsigned(ts, at[0]) > 0) {
            int min = 0;
            int max = at.length - 1;
            low = max / 2;
            while (min <= max) {
                int order = Long.compareUnsigned(ts, at[low]);
                if (order < 0) {
                    max = low - 1;
                } else if (order > 0) {
                    min = low + 1;
                } else {
                    break;
                }
                low = (min + max) / 2;
            }
            low = Math.min(low, at.length - 2);
        }
        return between(cpu, low, ts);
    }

    private long between(int cpu, int sample, long ts) {
        long offset = offsets[cpu][sample];
        if ((flags & INTERPOLATE) != 0) {
            long delta = times[cpu][sample + 1] - times[cpu][sample];
            long product = (ts - times[cpu][sample]) * (offsets[cpu][sample + 1] - offset);
            offset += delta == 0 ? 0 : (product + delta / 2) / delta;
        }
        return scaled(cpu, sample, ts) + offset;
    }

    /** The product has 128 bits: ratios of scaled counters have 32 (SVM) or 48 (VMX) bits behind the point. */
    private long scaled(int cpu, int sample, long ts) {
        long scaling = scalings[cpu][sample];
        int bits = fractions == null ? 0 : fractions[cpu][sample];
        if (scaling == 1L << bits || scaling == 0) {
            return ts;
        }
        long low = ts * scaling;
        // A time stamp or a ratio above 2^63 never occurs: signed and unsigned products are the same.
        return bits == 0 ? low : Math.multiplyHigh(ts, scaling) << (64 - bits) | low >>> bits;
    }

    /** What a reader is told of it. */
    PeerClock describe() {
        int samples = 0;
        long first = 0;
        for (int cpu = times.length - 1; cpu >= 0; cpu--) {
            samples += times[cpu].length;
            first = times[cpu].length == 0 ? first : offsets[cpu][0];
        }
        return new PeerClock(peerTraceId, (flags & INTERPOLATE) != 0, times.length, samples, first);
    }
}
