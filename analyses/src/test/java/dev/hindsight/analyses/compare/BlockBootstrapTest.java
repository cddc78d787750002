package dev.hindsight.analyses.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockBootstrapTest {

    private static final double[] Q = {0.5, 0.9, 0.99};

    /** Samples in bursts: each is near the one before. */
    private static Samples bursts(SplittableRandom random, int n, double level) {
        Samples samples = new Samples();
        double at = 0;
        for (int i = 0; i < n; i++) {
            at = 0.8 * at + random.nextDouble() - 0.5;
            samples.add(Math.round(1000 * (level + at)));
        }
        return samples;
    }

    @Test
    void intervals_are_those_of_resamples_sorted_one_by_one() {
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        Samples a = bursts(random, 1_501, 5);
        Samples b = bursts(random, 1_207, 6);
        Interval[] found = new BlockBootstrap(300, seed).quantileDifferences(a, b, Q);
        SplittableRandom draws = new SplittableRandom(seed);
        List<List<Double>> differences = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int r = 0; r < 300; r++) {
            List<Long> ofA = drawn(a, draws);
            List<Long> ofB = drawn(b, draws);
            for (int q = 0; q < Q.length; q++) {
                differences.get(q).add(quantile(ofB, Q[q]) - quantile(ofA, Q[q]));
            }
        }
        for (int q = 0; q < Q.length; q++) {
            List<Double> sorted = differences.get(q);
            Collections.sort(sorted);
            assertThat(found[q].low()).isCloseTo(quantileOfDoubles(sorted, 0.025), within(1e-6));
            assertThat(found[q].high()).isCloseTo(quantileOfDoubles(sorted, 0.975), within(1e-6));
        }
    }

    private static List<Long> drawn(Samples samples, SplittableRandom random) {
        int block = (int) Math.ceil(Math.sqrt(samples.size()));
        List<Long> drawn = new ArrayList<>();
        while (drawn.size() < samples.size()) {
            int from = random.nextInt(samples.size());
            for (int i = 0; i < block && drawn.size() < samples.size(); i++) {
                drawn.add(samples.at((from + i) % samples.size()));
            }
        }
        Collections.sort(drawn);
        return drawn;
    }

    private static double quantile(List<Long> sorted, double q) {
        return quantileOfDoubles(sorted.stream().map(Long::doubleValue).toList(), q);
    }

    private static double quantileOfDoubles(List<Double> sorted, double q) {
        double at = q * (sorted.size() - 1);
        int below = (int) at;
        return below + 1 == sorted.size()
                ? sorted.get(below)
                : sorted.get(below) * (1 - at + below) + sorted.get(below + 1) * (at - below);
    }

    @Test
    void of_a_hundred_pairs_without_a_difference_few_intervals_exclude_zero() {
        long seed = 11;
        SplittableRandom random = new SplittableRandom(seed);
        int wrong = 0;
        int wrongMeans = 0;
        for (int pair = 0; pair < 100; pair++) {
            Samples a = bursts(random, 900, 5);
            Samples b = bursts(random, 900, 5);
            BlockBootstrap bootstrap = new BlockBootstrap(200, pair);
            wrong += bootstrap.quantileDifferences(a, b, Q)[0].excludesZero() ? 1 : 0;
            wrongMeans += bootstrap.meanDifference(a, 1, b, 1).excludesZero() ? 1 : 0;
        }
        // 5 are expected; blocks of 30 keep nearly all of the correlation, drawing one by one would be wrong in 40
        assertThat(wrong).as("seed " + seed).isLessThan(15);
        assertThat(wrongMeans).as("seed " + seed).isLessThan(15);
    }

    @Test
    void a_shift_is_found_with_its_sign_and_size() {
        SplittableRandom random = new SplittableRandom(3);
        Samples a = bursts(random, 2_000, 5);
        Samples b = bursts(random, 2_000, 8);
        for (Interval interval : new BlockBootstrap(300, 1).quantileDifferences(a, b, Q)) {
            assertThat(interval.excludesZero()).isTrue();
            assertThat(interval.low()).isLessThan(3_000);
            assertThat(interval.high()).isGreaterThan(3_000);
        }
        Interval rate = new BlockBootstrap(300, 1).meanDifference(a, 2, b, 2);
        assertThat(rate.low()).isLessThan(6_000);
        assertThat(rate.high()).isGreaterThan(6_000);
    }

    @Test
    void the_same_seed_gives_the_same_interval_and_another_one_nearly_the_same() {
        SplittableRandom random = new SplittableRandom(5);
        Samples a = bursts(random, 1_000, 5);
        Samples b = bursts(random, 1_000, 6);
        Interval first = new BlockBootstrap(500, 1).quantileDifferences(a, b, Q)[0];
        assertThat(new BlockBootstrap(500, 1).quantileDifferences(a, b, Q)[0]).isEqualTo(first);
        Interval other = new BlockBootstrap(500, 2).quantileDifferences(a, b, Q)[0];
        assertThat(other).isNotEqualTo(first);
        assertThat(other.low()).isCloseTo(first.low(), within(0.3 * (first.high() - first.low())));
    }

    @Test
    void quantiles_that_few_samples_lie_above_have_no_interval() {
        Samples few = bursts(new SplittableRandom(9), 150, 5);
        Interval[] intervals = new BlockBootstrap(100, 1).quantileDifferences(few, few, Q);
        assertThat(intervals[0]).isNotNull();
        assertThat(intervals[1]).isNotNull();
        assertThat(intervals[2]).isNull();
        assertThat(new BlockBootstrap(100, 1).quantileDifferences(new Samples(), few, Q))
                .containsOnlyNulls();
        assertThat(new BlockBootstrap(100, 1).meanDifference(Samples.of(1, 2), 1, few, 1))
                .isNull();
    }

    @Test
    void equal_samples_have_equal_quantiles() {
        long[] same = new long[500];
        java.util.Arrays.fill(same, 42);
        Interval[] intervals = new BlockBootstrap(100, 1).quantileDifferences(Samples.of(same), Samples.of(same), Q);
        assertThat(intervals[0]).isEqualTo(new Interval(0, 0));
        assertThat(intervals[0].excludesZero()).isFalse();
    }

    @Test
    void too_few_resamples_are_refused() {
        assertThatThrownBy(() -> new BlockBootstrap(10, 1)).hasMessageContaining("expected 100 or more");
    }
}
