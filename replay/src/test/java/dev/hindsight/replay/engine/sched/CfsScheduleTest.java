package dev.hindsight.replay.engine.sched;

import static dev.hindsight.replay.engine.sched.DemandDriver.MS;
import static dev.hindsight.replay.engine.sched.Parameters.fifo;
import static dev.hindsight.replay.engine.sched.Parameters.idle;
import static dev.hindsight.replay.engine.sched.Parameters.nice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class CfsScheduleTest {

    private static final SchedulerModel ONE_CPU = SchedulerModel.ofKernel("6.1.0-18-amd64", 1, MS);

    @Test
    void the_numbers_grow_with_the_cpus_up_to_eight() {
        SchedulerModel two = SchedulerModel.ofKernel("6.1.0-18-amd64", 2, 4 * MS);
        assertThat(two.fair()).isEqualTo(SchedulerModel.Fair.CFS);
        assertThat(two.latencyNs()).isEqualTo(12 * MS);
        assertThat(two.minGranularityNs()).isEqualTo(1_500_000);
        assertThat(two.wakeupGranularityNs()).isEqualTo(2 * MS);
        assertThat(SchedulerModel.ofKernel("5.15.0", 64, MS).latencyNs()).isEqualTo(24 * MS);
        assertThat(SchedulerModel.ofKernel("6.5.13", 2, MS).fair()).isEqualTo(SchedulerModel.Fair.CFS);
        assertThat(SchedulerModel.ofKernel("6.12.1", 2, MS).fair()).isEqualTo(SchedulerModel.Fair.EEVDF);
        assertThat(SchedulerModel.ofKernel("6.12.1", 2, MS).baseSliceNs()).isEqualTo(1_500_000);
    }

    @Test
    void two_hogs_alternate_at_the_first_tick_after_half_the_latency() {
        DemandDriver driver =
                new DemandDriver(1, 2, ONE_CPU).hog(0, 0).hog(1, 0).run(16 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-4 1:4-8 0:8-12 1:12-16");
    }

    @Test
    void with_250_ticks_a_second_slices_are_whole_ticks() {
        SchedulerModel model = SchedulerModel.ofKernel("6.1.0-18-amd64", 2, 4 * MS);
        DemandDriver driver = new DemandDriver(1, 2, model).hog(0, 0).hog(1, 0).run(32 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-8 1:8-16 0:16-24 1:24-32");
    }

    @Test
    void ten_hogs_run_a_tick_each_and_wait_for_the_nine_others() {
        DemandDriver driver = new DemandDriver(1, 10, ONE_CPU);
        for (int t = 0; t < 10; t++) {
            driver.hog(t, 0);
        }
        driver.run(1000 * MS);
        assertThat(driver.runs()).allMatch(run -> run.endNs() - run.startNs() == MS);
        for (int t = 0; t < 10; t++) {
            assertThat(driver.ranNs(t, 0, 1000 * MS)).isEqualTo(100 * MS);
            assertThat(driver.ranNs(t, 500 * MS, 510 * MS)).isEqualTo(MS);
        }
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

    @Test
    void a_thread_that_slept_preempts_a_hog_at_once() {
        DemandDriver driver = new DemandDriver(1, 2, ONE_CPU)
                .hog(0, 0)
                .script(1, 20_500_000, true, 200_000, 20_000_000)
                .run(45 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-20.5 1:20.5-20.7 0:20.7-40.7 1:40.7-40.9 0:40.9-45");
    }

    @Test
    void a_thread_that_slept_long_has_a_credit_of_half_the_latency_only() {
        DemandDriver driver = new DemandDriver(1, 2, ONE_CPU)
                .hog(0, 0)
                .script(1, 10_000 * MS, false, 100 * MS)
                .run(10_200 * MS);
        assertThat(driver.ranNs(1, 10_000 * MS, 10_100 * MS)).isBetween(50 * MS, 54 * MS);
    }

    @Test
    void a_thread_that_is_not_behind_by_the_wakeup_granularity_waits_for_the_tick() {
        DemandDriver driver = new DemandDriver(1, 2, ONE_CPU)
                .hog(0, 0)
                .script(1, 0, false, 3_500_000, 100_000, 5 * MS)
                .run(20 * MS);
        assertThat(driver.chart(0)).startsWith("0:0-4 1:4-7.5 0:7.5-11 1:11-");
    }

    @Test
    void an_idle_class_thread_yields_at_once_and_gets_three_parts_of_1027() {
        DemandDriver driver = new DemandDriver(1, 2, ONE_CPU)
                .with(0, idle())
                .hog(0, 0)
                .hog(1, 1_300_000)
                .run(20_000 * MS);
        assertThat(driver.chart(0)).startsWith("0:0-1.3 1:1.3-");
        assertThat(driver.ranNs(0, 0, 20_000 * MS) / 20e9).isCloseTo(3 / 1027.0, within(0.001));
    }

    @Test
    void a_forked_thread_waits_its_turn_where_a_woken_one_would_preempt() {
        HostScheduler scheduler = new HostScheduler(1, 2, ONE_CPU, (ns, thread, cpu) -> {});
        scheduler.wake(0, 0, 0);
        scheduler.pick(0, 0);
        assertThat(scheduler.wakeNew(1, 0, 50 * MS)).isZero();
        assertThat(scheduler.needsResched(0)).isFalse();
    }

    @Test
    void a_lone_hog_is_never_disturbed_and_needs_no_tick() {
        DemandDriver driver = new DemandDriver(1, 1, ONE_CPU).hog(0, 0).run(100 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-100");
        assertThat(driver.scheduler().canStopTick(0)).isTrue();
    }

    @Test
    void a_thread_that_was_raised_to_real_time_begins_a_new_slice_when_it_is_lowered() {
        DemandDriver driver =
                new DemandDriver(1, 2, ONE_CPU).hog(0, 0).hog(1, 0).run(2 * MS);
        driver.with(0, fifo(80)).run(12 * MS).with(0, nice(0)).run(13 * MS);
        // 2 ms of its own count, the 10 ms of real time do not: both are even after 2 ms, then slices go on
        assertThat(driver.ranNs(0, 0, 12 * MS)).isEqualTo(12 * MS);
        driver.run(40 * MS);
        assertThat(driver.chart(0)).startsWith("0:0-12 1:12-");
        assertThat(driver.ranNs(1, 12 * MS, 40 * MS)).isBetween(14 * MS, 18 * MS);
    }
}
