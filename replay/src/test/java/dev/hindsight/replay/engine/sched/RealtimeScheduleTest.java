package dev.hindsight.replay.engine.sched;

import static dev.hindsight.replay.engine.sched.DemandDriver.MS;
import static dev.hindsight.replay.engine.sched.Parameters.fifo;
import static dev.hindsight.replay.engine.sched.Parameters.nice;
import static dev.hindsight.replay.engine.sched.Parameters.rr;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RealtimeScheduleTest {

    private static final SchedulerModel ONE_CPU = SchedulerModel.ofKernel("6.1.0", 1, MS);
    private static final SchedulerModel UNTHROTTLED = ONE_CPU.withRealtimeBandwidth(-1, 1000 * MS);

    /** Tasks (C, T) = (3, 20), (2, 5), (2, 10), as in Buttazzo, Hard Real-Time Computing Systems, on rate monotonic priorities. */
    @Test
    void a_rate_monotonic_set_runs_exactly_as_in_the_textbook() {
        DemandDriver driver = new DemandDriver(1, 3, UNTHROTTLED)
                .with(0, fifo(10))
                .with(1, fifo(30))
                .with(2, fifo(20))
                .periodic(0, 0, 20 * MS, 3 * MS, 1)
                .periodic(1, 0, 5 * MS, 2 * MS, 4)
                .periodic(2, 0, 10 * MS, 2 * MS, 2)
                .run(20 * MS);
        assertThat(driver.chart(0)).isEqualTo("1:0-2 2:2-4 0:4-5 1:5-7 0:7-9 1:10-12 2:12-14 1:15-17");
    }

    @Test
    void fifo_threads_of_one_priority_run_one_after_the_other_and_never_take_turns() {
        DemandDriver driver = new DemandDriver(1, 2, UNTHROTTLED)
                .with(0, fifo(10))
                .with(1, fifo(10))
                .script(0, 0, false, 500 * MS)
                .script(1, 1 * MS, false, 500 * MS)
                .run(2000 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-500 1:500-1000");
    }

    @Test
    void a_preempted_fifo_thread_goes_on_before_others_of_its_priority() {
        DemandDriver driver = new DemandDriver(1, 3, UNTHROTTLED)
                .with(0, fifo(10))
                .with(1, fifo(10))
                .with(2, fifo(20))
                .script(0, 0, false, 10 * MS)
                .script(1, 1 * MS, false, 10 * MS)
                .script(2, 5 * MS, false, 2 * MS)
                .run(100 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-5 2:5-7 0:7-12 1:12-22");
    }

    @Test
    void round_robin_threads_take_turns_of_100_ms() {
        DemandDriver driver = new DemandDriver(1, 2, UNTHROTTLED)
                .with(0, rr(10))
                .with(1, rr(10))
                .script(0, 0, false, 250 * MS)
                .script(1, 0, false, 150 * MS)
                .run(1000 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-100 1:100-200 0:200-300 1:300-350 0:350-400");
    }

    @Test
    void a_lone_hog_is_throttled_at_the_first_tick_after_950_ms_and_released_at_the_period() {
        DemandDriver driver = new DemandDriver(1, 2, ONE_CPU)
                .with(0, fifo(10))
                .hog(0, 0)
                .hog(1, 0)
                .run(3000 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-951 1:951-1000 0:1000-1950 1:1950-2000 0:2000-2950 1:2950-3000");
    }

    @Test
    void a_throttled_hog_leaves_the_cpu_idle_if_nobody_else_wants_it() {
        DemandDriver driver =
                new DemandDriver(1, 1, ONE_CPU).with(0, fifo(10)).hog(0, 0).run(2000 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-951 0:1000-1950");
        assertThat(driver.scheduler().queued(0)).isTrue();
    }

    @Test
    void with_a_tick_of_4_ms_throttling_takes_950_ms_of_each_second_on_average() {
        DemandDriver driver = new DemandDriver(1, 2, SchedulerModel.ofKernel("6.1.0", 1, 4 * MS))
                .with(0, fifo(10))
                .hog(0, 0)
                .hog(1, 0)
                .run(20_000 * MS);
        assertThat(driver.ranNs(0, 0, 20_000 * MS)).isBetween(20 * 950 * MS, 20 * 950 * MS + 4 * MS);
    }

    @Test
    void a_realtime_thread_preempts_a_fair_one_at_once_and_leaves_it_its_cpu_when_done() {
        DemandDriver driver = new DemandDriver(1, 2, ONE_CPU)
                .with(0, fifo(1))
                .with(1, nice(-20))
                .script(0, 7 * MS, false, 3 * MS)
                .hog(1, 0)
                .run(20 * MS);
        assertThat(driver.chart(0)).isEqualTo("1:0-7 0:7-10 1:10-20");
    }

    @Test
    void a_fifo_thread_that_is_preempted_is_pushed_to_a_cpu_with_less_urgent_work() {
        DemandDriver driver = new DemandDriver(2, 3, SchedulerModel.ofKernel("6.1.0", 2, MS));
        driver.scheduler().affinity(1, 0b01, 0);
        driver.scheduler().affinity(2, 0b10, 0);
        driver.with(0, fifo(80))
                .with(1, fifo(85))
                .script(0, 0, false, 20 * MS)
                .script(1, 5 * MS, false, 2 * MS)
                .hog(2, 0)
                .run(30 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-5 1:5-7");
        assertThat(driver.chart(1)).isEqualTo("2:0-5 0:5-20 2:20-30");
    }

    @Test
    void a_realtime_thread_wakes_up_where_it_was_though_another_cpu_idles() {
        DemandDriver driver = new DemandDriver(2, 2, SchedulerModel.ofKernel("6.1.0", 2, MS));
        driver.scheduler().affinity(1, 0b01, 0);
        driver.with(0, fifo(80)).hog(1, 0).script(0, 5 * MS, false, 5 * MS).run(20 * MS);
        assertThat(driver.chart(0)).isEqualTo("1:0-5 0:5-10 1:10-20");
    }

    @Test
    void a_cpu_whose_realtime_work_ends_pulls_what_waits_behind_other_realtime_work() {
        DemandDriver driver = new DemandDriver(2, 3, SchedulerModel.ofKernel("6.1.0", 2, MS));
        driver.scheduler().affinity(0, 0b01, 0);
        driver.scheduler().affinity(1, 0b10, 0);
        driver.scheduler().place(1, 1);
        driver.with(0, fifo(50))
                .with(1, fifo(40))
                .with(2, fifo(30))
                .script(0, 0, false, 20 * MS)
                .script(1, 0, false, 10 * MS)
                .script(2, 1 * MS, false, 5 * MS)
                .run(30 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-20");
        assertThat(driver.chart(1)).isEqualTo("1:0-10 2:10-15");
    }

    @Test
    void a_lowered_thread_goes_before_those_of_its_new_priority_and_a_raised_one_preempts() {
        DemandDriver driver = new DemandDriver(1, 2, UNTHROTTLED)
                .with(0, fifo(20))
                .with(1, fifo(10))
                .script(0, 0, false, 10 * MS)
                .script(1, 0, false, 10 * MS);
        driver.run(5 * MS).with(0, fifo(10)).run(8 * MS).with(1, fifo(11)).run(30 * MS);
        assertThat(driver.ranNs(0, 0, 8 * MS)).isEqualTo(8 * MS);
        assertThat(driver.ranNs(1, 8 * MS, 18 * MS)).isEqualTo(10 * MS);
        assertThat(driver.ranNs(0, 18 * MS, 20 * MS)).isEqualTo(2 * MS);
    }
}
