package dev.hindsight.replay.engine.sched;

import static dev.hindsight.replay.engine.sched.DemandDriver.MS;
import static dev.hindsight.replay.engine.sched.Parameters.fifo;
import static dev.hindsight.replay.engine.sched.Parameters.idle;
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

    /** Ticks at 1 kHz; an idle CPU of two balances each 2 ms: the fourth attempt in vain is at 8 ms. */
    @Test
    void a_running_thread_moves_to_an_idle_cpu_when_those_that_wait_beside_it_could_not_four_times() {
        DemandDriver driver = besideBound(2);
        assertThat(driver.chart(0)).isEqualTo("0:0-8 1:8-30");
        assertThat(driver.chart(1)).isEqualTo("0:8-30");
        assertThat(driver.migrations()).containsExactly("8000000: 0 to 1");
    }

    /** An idle CPU of four balances each 4 ms; all three try at 4 and 8 ms, and the first whose fourth attempt fails gets it. */
    @Test
    void on_a_larger_host_one_idle_cpu_gets_it() {
        DemandDriver driver = besideBound(4);
        assertThat(driver.migrations()).containsExactly("16000000: 0 to 1");
        assertThat(driver.chart(1)).isEqualTo("0:16-30");
    }

    private static DemandDriver besideBound(int cpus) {
        DemandDriver driver = new DemandDriver(cpus, 2, SchedulerModel.ofKernel("6.1.0", cpus, MS));
        driver.scheduler().affinity(1, 1, 0);
        return driver.with(1, idle()).hog(0, 0).hog(1, 0).run(30 * MS);
    }

    @Test
    void a_running_thread_that_may_not_run_on_the_idle_cpu_stays() {
        DemandDriver driver = new DemandDriver(3, 3, SchedulerModel.ofKernel("6.1.0", 3, MS));
        driver.scheduler().affinity(0, 0b011, 0);
        driver.scheduler().affinity(1, 0b001, 0);
        driver.scheduler().affinity(2, 0b010, 0);
        driver.scheduler().place(2, 1);
        driver.with(1, idle()).hog(2, 0).hog(0, 0).hog(1, 0).run(100 * MS);
        assertThat(driver.ranNs(2, 0, 100 * MS)).isEqualTo(100 * MS);
        assertThat(driver.migrations()).isEmpty();
    }

    @Test
    void a_cache_hot_thread_moves_at_once_where_real_time_threads_take_most_of_its_cpu() {
        DemandDriver driver = besideRealtime(0b11);
        assertThat(driver.chart(0)).isEqualTo("0:0-100 1:100-100.8 0:100.8-120.8");
        assertThat(driver.chart(1)).isEqualTo("2:0-100.9 1:100.9-130");
    }

    /** The idle CPU looks when it turns idle, at 101 ms, where the thread is hot, and 4 ms later, where it is not. */
    @Test
    void nobody_asks_for_a_hot_thread_while_one_runs_there_that_may_not_go() {
        DemandDriver driver = besideRealtime(0b01);
        assertThat(driver.chart(0)).isEqualTo("0:0-100 1:100-100.8 0:100.8-120.8");
        assertThat(driver.chart(1)).isEqualTo("2:0-100.9 1:105-130");
    }

    private static DemandDriver besideRealtime(long allowed) {
        DemandDriver driver = new DemandDriver(2, 3, SchedulerModel.ofKernel("6.1.0", 2, MS));
        driver.scheduler().affinity(0, allowed, 0);
        driver.scheduler().affinity(2, 0b10, 0);
        driver.scheduler().place(2, 1);
        return driver.with(0, fifo(80))
                .script(0, 0, false, 100 * MS, -100_800_000L, 20 * MS)
                .hog(1, 50 * MS)
                .script(2, 0, false, 100_900_000L)
                .run(130 * MS);
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
