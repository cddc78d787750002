package dev.hindsight.analyses.compare;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Confidence intervals of differences by the circular block bootstrap (Politis and Romano 1992): a resample of a run is put
 * together from blocks of consecutive samples, drawn with replacement, so that what comes in bursts (a disk flush, RT
 * throttling) stays in bursts; samples drawn one by one would promise too much. The end of a run goes on at its begin, so
 * that its first and last samples count as much as others. Blocks have ceil(sqrt(n)) samples. The two runs are resampled
 * independently, and the interval is that of the percentile method over the differences.
 *
 * <p>An interval tells how sure the samples of these two runs are. It does not know how far two runs of one policy lie
 * apart; that takes a third recording.
 *
 * <p>The same samples and seed give the same interval.
 */
public final class BlockBootstrap {

    /** Percent of differences that an interval holds. */
    public static final double CONFIDENCE_PCT = 95;

    /** A quantile is taken as known where so many samples lie above it. */
    static final int SAMPLES_BEYOND = 10;

    /** Samples looked at for one interval, at most: large runs get fewer resamples, down to {@value #FEWEST}. */
    private static final long MOST_WORK = 400_000_000L;

    private static final int FEWEST = 200;

    private final int resamples;
    private final long seed;

    /**
     * @param resamples how many differences to draw, at least 100
     * @param seed any number
     */
    public BlockBootstrap(int resamples, long seed) {
        if (resamples < 100) {
            throw new IllegalArgumentException("resamples " + resamples + ": expected 100 or more");
        }
        this.resamples = resamples;
        this.seed = seed;
    }

    int resamples() {
        return resamples;
    }

    long seed() {
        return seed;
    }

    /**
     * Intervals of the differences b - a of quantiles, interpolated as DuckDB's {@code quantile_cont} does; null for
     * those that too few samples know.
     *
     * @param q the quantiles, ascending, 0 to 1
     */
    public Interval[] quantileDifferences(Samples a, Samples b, double[] q) {
        Interval[] intervals = new Interval[q.length];
        int n = Math.min(a.size(), b.size());
        int known = 0;
        while (known < q.length && n >= 2 && n * (1 - q[known]) >= SAMPLES_BEYOND) {
            known++;
        }
        if (known == 0) {
            return intervals;
        }
        double[] wanted = Arrays.copyOf(q, known);
        int draws = draws(a.size() + (long) b.size());
        double[][] differences = new double[known][draws];
        Resampled ofA = new Resampled(a);
        Resampled ofB = new Resampled(b);
        SplittableRandom random = new SplittableRandom(seed);
        double[] quantilesA = new double[known];
        double[] quantilesB = new double[known];
        for (int r = 0; r < draws; r++) {
            ofA.draw(random);
            ofA.quantiles(wanted, quantilesA);
            ofB.draw(random);
            ofB.quantiles(wanted, quantilesB);
            for (int i = 0; i < known; i++) {
                differences[i][r] = quantilesB[i] - quantilesA[i];
            }
        }
        for (int i = 0; i < known; i++) {
            intervals[i] = percentiles(differences[i]);
        }
        return intervals;
    }

    /**
     * Interval of the difference of scaled means, {@code scaleB * mean(b) - scaleA * mean(a)}; null where either has fewer
     * than {@value #SAMPLES_BEYOND} samples.
     */
    public Interval meanDifference(Samples a, double scaleA, Samples b, double scaleB) {
        if (Math.min(a.size(), b.size()) < SAMPLES_BEYOND) {
            return null;
        }
        int draws = draws(a.size() + (long) b.size());
        double[] differences = new double[draws];
        SplittableRandom random = new SplittableRandom(seed);
        for (int r = 0; r < draws; r++) {
            double ofA = scaleA * resampledMean(a, random);
            differences[r] = scaleB * resampledMean(b, random) - ofA;
        }
        return percentiles(differences);
    }

    private int draws(long samples) {
        return (int) Math.max(Math.min(FEWEST, resamples), Math.min(resamples, MOST_WORK / Math.max(1, samples)));
    }

    static int blockLength(int samples) {
        return (int) Math.ceil(Math.sqrt(samples));
    }

    private static double resampledMean(Samples samples, SplittableRandom random) {
        int n = samples.size();
        int block = blockLength(n);
        double sum = 0;
        for (int drawn = 0; drawn < n; drawn += block) {
            int at = random.nextInt(n);
            for (int left = Math.min(block, n - drawn); left > 0; left--) {
                sum += samples.at(at);
                at = at + 1 == n ? 0 : at + 1;
            }
        }
        return sum / n;
    }

    private static Interval percentiles(double[] differences) {
        Arrays.sort(differences);
        double tail = (100 - CONFIDENCE_PCT) / 200;
        return new Interval(quantile(differences, tail), quantile(differences, 1 - tail));
    }

    /** The interpolated quantile of sorted values. */
    static double quantile(double[] sorted, double q) {
        double at = q * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /** Resamples of one run, as counts by rank: sorting is done once, and a quantile is a walk over the counts. */
    private static final class Resampled {

        private final int[] rankOf;
        private final long[] valueOf;
        private final int[] counts;
        private final int block;

        Resampled(Samples samples) {
            long[] values = samples.toArray();
            long[] sorted = values.clone();
            Arrays.sort(sorted);
            int distinct = 0;
            for (int i = 0; i < sorted.length; i++) {
                if (i == 0 || sorted[i] != sorted[i - 1]) {
                    sorted[distinct++] = sorted[i];
                }
            }
            valueOf = Arrays.copyOf(sorted, distinct);
            rankOf = new int[values.length];
            for (int i = 0; i < values.length; i++) {
                rankOf[i] = Arrays.binarySearch(valueOf, values[i]);
            }
            counts = new int[distinct];
            block = blockLength(values.length);
        }

        void draw(SplittableRandom random) {
            Arrays.fill(counts, 0);
            int n = rankOf.length;
            for (int drawn = 0; drawn < n; drawn += block) {
                int at = random.nextInt(n);
                for (int left = Math.min(block, n - drawn); left > 0; left--) {
                    counts[rankOf[at]]++;
                    at = at + 1 == n ? 0 : at + 1;
                }
            }
        }

        void quantiles(double[] q, double[] into) {
            int rank = 0;
            long upTo = counts[0];
            for (int i = 0; i < q.length; i++) {
                double at = q[i] * (rankOf.length - 1);
                long below = (long) Math.floor(at);
                while (upTo <= below) {
                    upTo += counts[++rank];
                }
                double value = valueOf[rank];
                if (at > below) {
                    int next = rank;
                    long upToNext = upTo;
                    while (upToNext <= below + 1) {
                        upToNext += counts[++next];
                    }
                    value += (at - below) * (valueOf[next] - valueOf[rank]);
                }
                into[i] = value;
            }
        }
    }
}
