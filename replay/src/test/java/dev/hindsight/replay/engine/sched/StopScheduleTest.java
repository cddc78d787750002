package dev.hindsight.replay.engine.sched;

import static dev.hindsight.replay.engine.sched.DemandDriver.MS;
import static dev.hindsight.replay.engine.sched.Parameters.deadline;
import static dev.hindsight.replay.engine.sched.Parameters.fifo;
import static dev.hindsight.replay.engine.sched.Parameters.nice;
import static dev.hindsight.replay.engine.sched.Parameters.stop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.policy.SchedParameters;
import org.junit.jupiter.api.Test;

final class StopScheduleTest {

    private static final SchedulerModel ONE_CPU = SchedulerModel.ofKernel("6.1.0", 1, MS);

    @Test
    void a_stopper_runs_before_deadline_threads_and_the_highest_fifo_priority_and_gives_the_cpu_back() {
        for (SchedParameters other : new SchedParameters[] {deadline(50 * MS, 100 * MS), fifo(99), nice(0)}) {
            DemandDriver driver = new DemandDriver(1, 2, ONE_CPU)
                    .with(0, stop())
                    .with(1, other)
                    .script(0, 5 * MS, false, 2 * MS)
                    .script(1, 0, false, 20 * MS)
                    .run(40 * MS);
            assertThat(driver.chart(0)).as("%s", other.policy()).isEqualTo("1:0-5 0:5-7 1:7-22");
        }
    }

    @Test
    void nobody_preempts_a_stopper() {
        DemandDriver driver = new DemandDriver(1, 3, ONE_CPU)
                .with(0, stop())
                .with(1, deadline(5 * MS, 10 * MS))
                .with(2, fifo(99))
                .script(0, 0, false, 10 * MS)
                .script(1, 2 * MS, false, MS)
                .script(2, 3 * MS, false, MS)
                .run(20 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-10 1:10-11 2:11-12");
    }

    @Test
    void a_stopper_is_not_throttled_and_uses_up_nothing_of_the_real_time_account() {
        DemandDriver driver = new DemandDriver(1, 3, ONE_CPU)
                .with(0, stop())
                .with(1, fifo(50))
                .script(0, 0, false, 1_500 * MS)
                .script(1, 1_500 * MS, false, 400 * MS)
                .hog(2, 0)
                .run(2_000 * MS);
        assertThat(driver.chart(0)).isEqualTo("0:0-1500 1:1500-1900 2:1900-2000");
    }

    @Test
    void only_priority_0_of_a_stopper_is_the_stop_class() {
        assertThat(SchedParameters.recorded(true, 0).policy()).isEqualTo(SchedParameters.Policy.STOP);
        assertThat(SchedParameters.recorded(false, 0)).isEqualTo(fifo(99));
        assertThat(SchedParameters.recorded(true, 120)).isEqualTo(nice(0));
    }
}
