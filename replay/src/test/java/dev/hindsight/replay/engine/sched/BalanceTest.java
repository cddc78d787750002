package dev.hindsight.replay.engine.sched;

import static dev.hindsight.replay.engine.sched.DemandDriver.MS;
import static dev.hindsight.replay.engine.sched.Parameters.fifo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BalanceTest {

    private static final SchedulerModel TWO_CPUS = SchedulerModel.ofKernel("6.1.0-18-amd64", 2, 4 * MS);

    @Test
    void a_woken_thread_takes_its_previous_cpu_if_that_idles_and_another_idle_one_if_not() {
        List<String> migrations = new ArrayList<>();
        HostScheduler scheduler = new HostScheduler(
                2, 3, TWO_CPUS, (ns, thread, cpu) -> migrations.add(ns + ": " + thread + " to " + cpu));
        scheduler.place(0, 1);
        scheduler.place(1, 1);
        assertThat(scheduler.wake(0, 0, 10)).isEqualTo(1);
        assertThat(scheduler.pick(1, 10)).isZero();
        assertThat(scheduler.wake(1, 0, 20)).isZero();
        assertThat(scheduler.pick(0, 20)).isEqualTo(1);
        assertThat(migrations).containsExactly("20: 1 to 0");
    }

    @Test
    void a_wakeup_goes_to_the_wakers_cpu_if_its_load_is_less() {
        HostScheduler scheduler = new HostScheduler(2, 4, TWO_CPUS, (ns, thread, cpu) -> {});
        scheduler.affinity(1, 0b10, 0);
        scheduler.affinity(2, 0b10, 0);
        scheduler.place(3, 1);
        for (int thread = 0; thread < 3; thread++) {
            scheduler.wake(thread, 0, 0);
        }
        scheduler.pick(0, 0);
        scheduler.pick(1, 0);
        assertThat(scheduler.wake(3, 0, 1 * MS)).isZero();
    }

    @Test
    void a_cpu_that_turns_idle_takes_a_thread_that_waits_elsewhere() {
        DemandDriver driver = new DemandDriver(2, 3, TWO_CPUS);
        driver.scheduler().affinity(0, 0b10, 0);
        driver.script(0, 0, false, 9_500_000).hog(1, 0).hog(2, 1 * MS);
        driver.scheduler().place(0, 1);
        driver.run(30 * MS);
        // both hogs are on CPU 0 when CPU 1 turns idle; the one that waits is cold
        assertThat(driver.migrations()).hasSize(1);
        assertThat(driver.ranNs(1, 10 * MS, 30 * MS)).isEqualTo(20 * MS);
        assertThat(driver.ranNs(2, 10 * MS, 30 * MS)).isEqualTo(20 * MS);
    }

    @Test
    void a_thread_that_ran_less_than_the_migration_cost_ago_is_not_taken() {
        DemandDriver driver = new DemandDriver(2, 3, TWO_CPUS);
        driver.scheduler().affinity(0, 0b10, 0);
        driver.scheduler().place(0, 1);
        // CPU 0 switches from thread 1 to thread 2 at 8 ms; CPU 1 turns idle 0.2 ms later and is kicked by the tick at
        // 12 ms
        driver.script(0, 0, false, 8_200_000).hog(1, 0).hog(2, 1 * MS).run(30 * MS);
        assertThat(driver.chart(0)).startsWith("1:0-8 2:8-");
        assertThat(driver.chart(1)).isEqualTo("0:0-8.2 1:12-30");
    }

    @Test
    void three_hogs_on_two_cpus_take_turns_in_sharing() {
        DemandDriver driver =
                new DemandDriver(2, 3, TWO_CPUS).hog(0, 0).hog(1, 0).hog(2, 0).run(10_000 * MS);
        for (int thread = 0; thread < 3; thread++) {
            assertThat(driver.ranNs(thread, 0, 10_000 * MS)).isBetween(6_000 * MS, 7_400 * MS);
        }
        assertThat(driver.migrations()).hasSizeGreaterThan(20);
    }

    /** As in the recording compute-pitspin-base: three hogs, a timer thread at 250 Hz, 34 migrations of hogs in 5.4 s. */
    @Test
    void hogs_change_their_cpu_as_often_as_recorded_and_run_for_whole_ticks_or_until_the_timer_thread_comes() {
        DemandDriver driver = new DemandDriver(2, 4, TWO_CPUS)
                .hog(0, 0)
                .hog(1, 1 * MS)
                .hog(2, 2 * MS)
                .script(3, 3_700_000, true, 52_000, 3_948_000)
                .waker(3, 0)
                .run(5_400 * MS);
        assertThat(driver.migrations()).hasSizeBetween(25, 50);
        assertThat(driver.runs().stream()
                        .filter(run -> run.thread() != 3)
                        .mapToLong(run -> run.endNs() - run.startNs())
                        .sorted()
                        .skip(800)
                        .findFirst()
                        .orElseThrow())
                .isBetween(3_900_000L, 8 * MS);
    }

    @Test
    void a_fair_thread_behind_a_real_time_hog_is_moved_beside_the_other_fair_one() {
        DemandDriver driver = new DemandDriver(2, 3, TWO_CPUS)
                .with(0, fifo(80))
                .hog(1, 0)
                .hog(2, 0)
                .hog(0, 20 * MS)
                .run(900 * MS);
        assertThat(driver.ranNs(0, 20 * MS, 900 * MS)).isEqualTo(880 * MS);
        assertThat(driver.ranNs(1, 300 * MS, 900 * MS)).isBetween(290 * MS, 310 * MS);
        assertThat(driver.ranNs(2, 300 * MS, 900 * MS)).isBetween(290 * MS, 310 * MS);
    }

    @Test
    void a_queued_thread_moves_at_once_and_a_running_one_when_its_cpu_chooses_anew() {
        HostScheduler scheduler = new HostScheduler(2, 2, TWO_CPUS, (ns, thread, cpu) -> {});
        scheduler.affinity(0, 0b01, 0);
        scheduler.affinity(1, 0b01, 0);
        scheduler.wake(0, 0, 0);
        scheduler.pick(0, 0);
        scheduler.wake(1, 0, 0);
        scheduler.affinity(1, 0b10, 1 * MS);
        assertThat(scheduler.cpuOf(1)).isEqualTo(1);
        assertThat(scheduler.needsResched(1)).isTrue();
        scheduler.affinity(0, 0b10, 2 * MS);
        assertThat(scheduler.needsResched(0)).isTrue();
        assertThat(scheduler.pick(0, 2 * MS)).isEqualTo(HostScheduler.IDLE);
        assertThat(scheduler.cpuOf(0)).isEqualTo(1);
        assertThat(scheduler.runnable(1)).isEqualTo(2);
    }

    @Test
    void a_thread_without_any_cpu_is_refused() {
        HostScheduler scheduler = new HostScheduler(2, 1, TWO_CPUS, (ns, thread, cpu) -> {});
        assertThatThrownBy(() -> scheduler.affinity(0, 0b100, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
