package dev.hindsight.replay.engine.sched;

import static dev.hindsight.replay.engine.sched.DemandDriver.MS;
import static dev.hindsight.replay.engine.sched.Parameters.idle;
import static dev.hindsight.replay.engine.sched.Parameters.nice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class EevdfScheduleTest {

    /** Slice 3 ms, tick 1 ms. */
    private static final SchedulerModel FOUR_CPUS = SchedulerModel.ofKernel("6.6.0", 8, MS);

    private static final SchedulerModel ONE_CPU = SchedulerModel.ofKernel("6.6.0", 1, MS);

    @Test
    void two_hogs_alternate_after_each_served_request() {
        DemandDriver driver =
                new DemandDriver(1, 2, FOUR_CPUS).hog(0, 0).hog(1, 0).run(12 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-3 1:3-6 0:6-9 1:9-12");
    }

    /**
     * Weights 2 : 1 (nice 0 and about nice 3: 1024 and 526), slice 3 ms. In virtual time (of nice 0) the requests are due at
     * 3, 6, 9, 12 and at 5.84, 11.68. At 9 ms the first thread has got 6 of its 5.95 and is not eligible, at 15 ms it has got 9
     * of its 9.91 and goes on.
     */
    @Test
    void the_eligible_thread_with_the_earliest_virtual_deadline_runs() {
        DemandDriver driver = new DemandDriver(1, 2, FOUR_CPUS)
                .with(1, nice(3))
                .hog(0, 0)
                .hog(1, 0)
                .run(21 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-3 1:3-6 0:6-9 1:9-12 0:12-18 1:18-21");
    }

    @Test
    void a_thread_that_runs_is_not_preempted_by_a_wakeup_while_its_request_is_unserved_and_it_is_eligible() {
        DemandDriver driver = new DemandDriver(1, 2, FOUR_CPUS)
                .script(0, 0, false, 20 * MS)
                .script(1, 1 * MS, false, MS)
                .run(30 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-3 1:3-4 0:4-21");
    }

    @Test
    void sleep_keeps_the_lag_so_that_who_got_too_much_waits_and_who_got_too_little_comes_first() {
        DemandDriver driver = new DemandDriver(1, 2, FOUR_CPUS)
                .script(0, 0, false, 3 * MS, 10 * MS, 6 * MS)
                .hog(1, 0)
                .run(40 * MS);
        // it left 3 ms ahead of the other one: it waits until that has got as much
        assertThat(driver.chart(0)).startsWith("0:0-3 1:3-");
        assertThat(driver.ranNs(0, 13 * MS, 14 * MS)).isZero();
    }

    @Test
    void nice_values_share_the_cpu_by_their_weights() {
        DemandDriver driver = new DemandDriver(1, 3, ONE_CPU)
                .with(1, nice(1))
                .with(2, nice(5))
                .hog(0, 0)
                .hog(1, 0)
                .hog(2, 0)
                .run(20_000 * MS);
        double all = 1024 + 820 + 335;
        assertThat(driver.ranNs(0, 0, 20_000 * MS) / 20e9).isCloseTo(1024 / all, within(0.005));
        assertThat(driver.ranNs(1, 0, 20_000 * MS) / 20e9).isCloseTo(820 / all, within(0.005));
        assertThat(driver.ranNs(2, 0, 20_000 * MS) / 20e9).isCloseTo(335 / all, within(0.005));
    }

    /** Stoica and Abdel-Wahab, theorem 1: no lag beyond the longest request, here with the tick that ends it late. */
    @Test
    void no_hog_is_ever_further_from_its_ideal_share_than_a_request_and_a_tick() {
        long seed = 20260817;
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            int threads = 2 + random.nextInt(6);
            DemandDriver driver = new DemandDriver(1, threads, FOUR_CPUS);
            double weights = 0;
            int[] nices = new int[threads];
            for (int t = 0; t < threads; t++) {
                nices[t] = random.nextInt(11) - 5;
                driver.with(t, nice(nices[t])).hog(t, 0);
                weights += NiceWeights.of(nices[t]);
            }
            driver.run(500 * MS);
            for (int t = 0; t < threads; t++) {
                for (long at = 10 * MS; at <= 500 * MS; at += 7 * MS) {
                    double ideal = at * NiceWeights.of(nices[t]) / weights;
                    assertThat((double) driver.ranNs(t, 0, at))
                            .as("seed %d round %d thread %d of nice %d at %d", seed, round, t, nices[t], at)
                            .isCloseTo(ideal, within((double) FOUR_CPUS.baseSliceNs() + MS + 1000));
                }
            }
        }
    }

    @Test
    void an_idle_class_thread_yields_at_once() {
        DemandDriver driver = new DemandDriver(1, 2, ONE_CPU)
                .with(0, idle())
                .hog(0, 0)
                .hog(1, 1_300_000)
                .run(100 * MS);
        assertThat(driver.chart(0)).startsWith("0:0-1.3 1:1.3-");
    }
}
