package dev.hindsight.replay.engine.sched;

import static dev.hindsight.replay.engine.sched.DemandDriver.MS;
import static dev.hindsight.replay.engine.sched.Parameters.deadline;
import static dev.hindsight.replay.engine.sched.Parameters.fifo;
import static dev.hindsight.replay.engine.sched.Parameters.idle;
import static dev.hindsight.replay.engine.sched.Parameters.nice;
import static dev.hindsight.replay.engine.sched.Parameters.rr;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.policy.SchedParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RandomSchedulesTest {

    private static final long SEED = 4711;

    @Test
    void the_most_urgent_fifo_threads_run_on_as_many_cpus_as_there_are() {
        for (int round = 0; round < 200; round++) {
            Random random = new Random(SEED + round);
            int cpus = 1 + random.nextInt(4);
            int threads = 2 + random.nextInt(8);
            SchedulerModel model = SchedulerModel.ofKernel("6.1.0", cpus, MS).withRealtimeBandwidth(-1, 1000 * MS);
            DemandDriver driver = new DemandDriver(cpus, threads, model);
            List<Integer> priorities = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                priorities.add(1 + t * 3);
            }
            java.util.Collections.shuffle(priorities, random);
            for (int t = 0; t < threads; t++) {
                driver.scheduler().place(t, random.nextInt(cpus));
                driver.with(t, fifo(priorities.get(t))).script(t, time(random, 20), true, demand(random));
            }
            int number = round;
            driver.observe((d, now) -> {
                int[] ready = java.util.stream.IntStream.range(0, threads)
                        .filter(t -> !d.asleep(t))
                        .boxed()
                        .sorted(Comparator.comparing(t -> -priorities.get(t)))
                        .mapToInt(t -> t)
                        .limit(cpus)
                        .sorted()
                        .toArray();
                int[] running = java.util.stream.IntStream.range(0, cpus)
                        .map(d::running)
                        .filter(t -> t != HostScheduler.IDLE)
                        .sorted()
                        .toArray();
                assertThat(running).as("seed %d at %d", SEED + number, now).isEqualTo(ready);
            });
            driver.run(300 * MS);
        }
    }

    @Test
    void earliest_deadline_first_on_one_cpu_is_as_busy_as_a_simulation_in_milliseconds_and_misses_no_deadline() {
        for (int round = 0; round < 200; round++) {
            Random random = new Random(SEED + round);
            int threads = 2 + random.nextInt(4);
            int[] periods = new int[threads];
            int[] demands = new int[threads];
            SchedulerModel model = SchedulerModel.ofKernel("6.1.0", 1, MS).withDeadlineTimer(true);
            DemandDriver driver = new DemandDriver(1, threads, model);
            double left = 0.99;
            for (int t = 0; t < threads; t++) {
                periods[t] = 4 + random.nextInt(30);
                demands[t] = Math.max(1, (int) (periods[t] * left * random.nextDouble()));
                left -= (double) demands[t] / periods[t];
                if (left < 0) {
                    demands[t] = 0;
                }
            }
            for (int t = 0; t < threads; t++) {
                if (demands[t] > 0) {
                    driver.with(t, deadline(demands[t] * MS, periods[t] * MS))
                            .periodic(t, 0, periods[t] * MS, demands[t] * MS, 200 / periods[t] + 1);
                }
            }
            driver.run(200 * MS);
            for (int at = 0; at <= 200; at += 10) {
                long[] got = new long[threads];
                for (int t = 0; t < threads; t++) {
                    got[t] = driver.ranNs(t, 0, at * MS) / MS;
                }
                // who of two equal deadlines comes first is not settled: all together
                assertThat(Arrays.stream(got).sum())
                        .as("seed %d", SEED + round)
                        .isEqualTo(
                                Arrays.stream(simulateEdf(periods, demands, at)).sum());
            }
            for (int t = 0; t < threads; t++) {
                for (int job = 0; demands[t] > 0 && (job + 1) * periods[t] <= 200; job++) {
                    assertThat(driver.ranNs(t, job * periods[t] * MS, (job + 1) * periods[t] * MS))
                            .as("seed %d: job %d of %d meets its deadline", SEED + round, job, t)
                            .isEqualTo(demands[t] * MS);
                }
            }
        }
    }

    @Test
    void whatever_happens_a_thread_is_on_one_cpu_it_may_run_on_and_no_cpu_idles_while_one_of_its_threads_waits() {
        for (SchedulerModel.Fair fair : SchedulerModel.Fair.values()) {
            for (int round = 0; round < 150; round++) {
                Random random = new Random(SEED + round);
                int cpus = 1 + random.nextInt(4);
                int threads = 2 + random.nextInt(12);
                SchedulerModel model = SchedulerModel.ofKernel("6.1.0", cpus, MS)
                        .withFair(fair)
                        .withDeadlineTimer(random.nextBoolean())
                        .withRealtimeBandwidth(random.nextBoolean() ? -1 : 30 * MS, 50 * MS);
                DemandDriver driver = new DemandDriver(cpus, threads, model);
                long[] allowed = new long[threads];
                for (int t = 0; t < threads; t++) {
                    allowed[t] = 1 + random.nextInt((1 << cpus) - 1);
                    driver.scheduler().place(t, random.nextInt(cpus));
                    driver.scheduler().affinity(t, allowed[t], 0);
                    driver.with(t, parameters(random)).script(t, time(random, 20), true, demand(random));
                }
                String which = fair + " seed " + (SEED + round);
                driver.observe((d, now) -> check(d, cpus, threads, allowed, which + " at " + now));
                long ran = 0;
                for (long at = 10 * MS; at <= 300 * MS; at += 10 * MS) {
                    driver.run(at);
                    int thread = random.nextInt(threads);
                    if (random.nextBoolean()) {
                        driver.scheduler().parameters(thread, parameters(random), at);
                    } else {
                        allowed[thread] = 1 + random.nextInt((1 << cpus) - 1);
                        driver.scheduler().affinity(thread, allowed[thread], at);
                    }
                }
                for (int t = 0; t < threads; t++) {
                    ran += driver.ranNs(t, 0, 300 * MS);
                }
                assertThat(ran).as(which).isBetween(1L, cpus * 300 * MS);
            }
        }
    }

    @Test
    void the_same_calls_give_the_same_schedule() {
        assertThat(anySchedule()).isEqualTo(anySchedule());
    }

    private static List<DemandDriver.Run> anySchedule() {
        Random random = new Random(SEED);
        DemandDriver driver = new DemandDriver(2, 8, SchedulerModel.ofKernel("6.1.0", 2, 4 * MS));
        for (int t = 0; t < 8; t++) {
            driver.with(t, parameters(random)).script(t, time(random, 20), true, demand(random));
        }
        return driver.run(1000 * MS).runs();
    }

    private static void check(DemandDriver driver, int cpus, int threads, long[] allowed, String which) {
        HostScheduler scheduler = driver.scheduler();
        int[] times = new int[threads];
        for (int cpu = 0; cpu < cpus; cpu++) {
            int thread = driver.running(cpu);
            assertThat(scheduler.current(cpu)).as(which).isEqualTo(thread);
            if (thread == HostScheduler.IDLE) {
                assertThat(scheduler.runnable(cpu))
                        .as(which + ": waiting on idle CPU " + cpu)
                        .isZero();
            } else {
                times[thread]++;
                assertThat(driver.asleep(thread)).as(which).isFalse();
                assertThat(scheduler.cpuOf(thread)).as(which).isEqualTo(cpu);
                assertThat(allowed[thread] >>> cpu & 1)
                        .as(which + ": thread " + thread + " on " + cpu)
                        .isOne();
            }
        }
        for (int t = 0; t < threads; t++) {
            assertThat(times[t]).as(which).isLessThanOrEqualTo(1);
            assertThat(scheduler.queued(t)).as(which).isEqualTo(!driver.asleep(t));
        }
    }

    private static long[] simulateEdf(int[] periods, int[] demands, int ms) {
        long[] got = new long[periods.length];
        int[] left = new int[periods.length];
        for (int at = 0; at < ms; at++) {
            int best = -1;
            for (int t = 0; t < periods.length; t++) {
                if (at % periods[t] == 0) {
                    left[t] = demands[t];
                }
                if (left[t] > 0 && (best < 0 || deadlineAt(periods[t], at) < deadlineAt(periods[best], at))) {
                    best = t;
                }
            }
            if (best >= 0) {
                left[best]--;
                got[best]++;
            }
        }
        return got;
    }

    private static int deadlineAt(int period, int at) {
        return (at / period + 1) * period;
    }

    private static SchedParameters parameters(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> fifo(1 + random.nextInt(99));
            case 1 -> fifo(50);
            case 2 -> rr(50);
            case 3 -> deadline(time(random, 4), 5 * MS + time(random, 20));
            case 4 -> idle();
            default -> nice(random.nextInt(40) - 20);
        };
    }

    private static long[] demand(Random random) {
        long[] demand = new long[2 * (1 + random.nextInt(4))];
        for (int i = 0; i < demand.length; i++) {
            demand[i] = random.nextInt(4) == 0 ? MS : time(random, 12);
        }
        return demand;
    }

    private static long time(Random random, int ms) {
        return 1 + random.nextInt(ms * (int) MS);
    }
}
