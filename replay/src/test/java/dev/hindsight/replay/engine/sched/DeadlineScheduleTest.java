package dev.hindsight.replay.engine.sched;

import static dev.hindsight.replay.engine.sched.DemandDriver.MS;
import static dev.hindsight.replay.engine.sched.Parameters.deadline;
import static dev.hindsight.replay.engine.sched.Parameters.fifo;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DeadlineScheduleTest {

    private static final SchedulerModel TICKS = SchedulerModel.ofKernel("6.1.0", 1, MS);
    private static final SchedulerModel EXACT = TICKS.withDeadlineTimer(true);

    /** Buttazzo, Hard Real-Time Computing Systems: (2, 5) and (4, 7) miss under rate monotonic, EDF meets all (U = 0.97). */
    @Test
    void earliest_deadline_first_runs_exactly_as_in_the_textbook() {
        DemandDriver driver = new DemandDriver(1, 2, EXACT)
                .with(0, deadline(2 * MS, 5 * MS))
                .with(1, deadline(4 * MS, 7 * MS))
                .periodic(0, 0, 5 * MS, 2 * MS, 7)
                .periodic(1, 0, 7 * MS, 4 * MS, 5)
                .run(35 * MS);
        assertThat(driver.chart(0))
                .isEqualTo("0:0-2 1:2-6 0:6-8 1:8-12 0:12-14 1:14-15 0:15-17 1:17-20 0:20-22 1:22-26 0:26-28 1:28-32"
                        + " 0:32-34");
    }

    @Test
    void a_hog_gets_its_budget_in_each_period_and_fair_threads_the_rest() {
        DemandDriver driver = new DemandDriver(1, 2, EXACT)
                .with(0, deadline(3 * MS, 8 * MS))
                .hog(0, 0)
                .hog(1, 0)
                .run(24 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-3 1:3-8 0:8-11 1:11-16 0:16-19 1:19-24");
    }

    @Test
    void without_an_exact_timer_the_budget_ends_at_a_tick_and_the_overrun_is_paid_back() {
        SchedulerModel slow = SchedulerModel.ofKernel("6.1.0", 1, 4 * MS);
        DemandDriver driver = new DemandDriver(1, 1, slow)
                .with(0, deadline(3 * MS, 8 * MS))
                .hog(0, 0)
                .run(48 * MS);
        // budgets at the begins of periods: 3, 2, 1, then 0: one period more is lost
        assertThat(driver.chart(0)).isEqualTo("0:0-4 0:8-12 0:16-20 0:24-28 0:40-44");
    }

    @Test
    void a_thread_that_wakes_early_keeps_its_deadline_while_that_does_not_exceed_its_bandwidth() {
        DemandDriver driver = new DemandDriver(1, 2, EXACT)
                .with(0, deadline(4 * MS, 10 * MS))
                .with(1, deadline(5 * MS, 9 * MS))
                // budget 2 left at 4, deadline 10: 2 in 6 is within 4 in 10
                .script(0, 0, false, 2 * MS, 2 * MS, 2 * MS)
                .script(1, 3 * MS, false, 5 * MS)
                .run(20 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-2 1:3-4 0:4-6 1:6-10");
    }

    @Test
    void a_thread_that_wakes_late_gets_a_new_deadline_and_a_full_budget() {
        DemandDriver driver = new DemandDriver(1, 2, EXACT)
                .with(0, deadline(4 * MS, 10 * MS))
                .with(1, deadline(5 * MS, 9 * MS))
                // budget 3 left at 5, deadline 10: 3 in 5 exceeds 4 in 10, its deadline becomes 15, after the other's
                // 12
                .script(0, 0, false, 1 * MS, 4 * MS, 2 * MS)
                .script(1, 3 * MS, false, 5 * MS)
                .run(20 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-1 1:3-8 0:8-10");
    }

    @Test
    void deadline_threads_run_before_real_time_ones() {
        DemandDriver driver = new DemandDriver(1, 2, EXACT)
                .with(0, fifo(99))
                .with(1, deadline(2 * MS, 10 * MS))
                .script(0, 0, false, 10 * MS)
                .hog(1, 3 * MS)
                .run(15 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-3 1:3-5 0:5-12 1:13-15");
    }

    @Test
    void on_two_cpus_the_two_earliest_deadlines_run() {
        DemandDriver driver = new DemandDriver(
                        2, 3, SchedulerModel.ofKernel("6.1.0", 2, MS).withDeadlineTimer(true))
                .with(0, deadline(6 * MS, 30 * MS))
                .with(1, deadline(6 * MS, 20 * MS))
                .with(2, deadline(6 * MS, 10 * MS))
                .script(0, 0, false, 6 * MS)
                .script(1, 1 * MS, false, 6 * MS)
                .script(2, 2 * MS, false, 6 * MS)
                .run(20 * MS);
        assertThat(driver.ranNs(1, 1 * MS, 7 * MS)).isEqualTo(6 * MS);
        assertThat(driver.ranNs(2, 2 * MS, 8 * MS)).isEqualTo(6 * MS);
        assertThat(driver.ranNs(0, 0, 2 * MS)).isEqualTo(2 * MS);
        assertThat(driver.ranNs(0, 7 * MS, 11 * MS)).isEqualTo(4 * MS);
    }

    @Test
    void a_deadline_on_a_cpu_needs_its_tick() {
        DemandDriver driver = new DemandDriver(1, 1, TICKS)
                .with(0, deadline(5 * MS, 10 * MS))
                .hog(0, 0)
                .run(3 * MS);
        assertThat(driver.scheduler().canStopTick(0)).isFalse();
    }
}
