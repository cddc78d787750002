package dev.hindsight.parsers.ringbuffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** The merge against a stable sort of the same events; a type stands for the event's number within its CPU. */
final class TimeMergeTest {

    private static final int BATCH = 64;

    private record Event(long ns, int cpu, int number) {}

    @Test
    void events_of_all_cpus_come_in_time_order_and_ties_in_the_order_of_the_cpus() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int cpus = 1 + random.nextInt(9);
            int steps = 1 + random.nextInt(40);
            List<Event> events = merged(random, cpus, ns -> ns + random.nextInt(steps));
            assertThat(events).as("seed %d", seed).isEqualTo(stablySorted(events));
            assertThat(events).as("seed %d", seed).hasSize(cpus * BATCH).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_cpu_that_is_silent_for_hours_or_ages_does_not_disturb_the_order() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Event> events = merged(
                    random, 5, ns -> ns + (random.nextInt(20) == 0 ? random.nextLong() >>> 7 : random.nextInt(9)));
            assertThat(events).as("seed %d", seed).isEqualTo(stablySorted(events));
            assertThat(events).as("seed %d", seed).hasSize(5 * BATCH).doesNotHaveDuplicates();
        }
    }

    @Test
    void where_times_fall_no_event_is_lost_or_doubled_and_each_cpu_keeps_its_order() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Event> events = merged(random, 4, ns -> random.nextInt(5) == 0 ? random.nextLong() : ns + 5);
            assertThat(events).as("seed %d", seed).hasSize(4 * BATCH).doesNotHaveDuplicates();
            for (int cpu = 0; cpu < 4; cpu++) {
                int of = cpu;
                assertThat(events.stream().filter(e -> e.cpu == of).map(Event::number))
                        .as("seed %d, CPU %d", seed, cpu)
                        .isSorted();
            }
        }
    }

    private static List<Event> stablySorted(List<Event> events) {
        List<Event> sorted = new ArrayList<>(events);
        sorted.sort(
                Comparator.comparingLong(Event::ns).thenComparingInt(Event::cpu).thenComparingInt(Event::number));
        return sorted;
    }

    /** One batch a CPU, of which each time follows from the one before; merged window after window to the end. */
    private static List<Event> merged(Random random, int cpus, LongUnaryOperator nextNs) {
        CpuPages[] lanes = new CpuPages[cpus];
        int[] live = new int[cpus];
        for (int cpu = 0; cpu < cpus; cpu++) {
            CpuPages lane = lane(cpu);
            long ns = random.nextInt(100) - 50;
            for (int i = 0; i < BATCH; i++) {
                ns = nextNs.applyAsLong(ns);
                lane.ts[i] = ns;
                lane.type[i] = i;
                lane.record[i] = ns ^ i;
            }
            lane.count = BATCH;
            lanes[cpu] = lane;
            live[cpu] = cpu;
        }
        TimeMerge merge = new TimeMerge(lanes, BATCH, true);
        EventWindow window = merge.window;
        List<Event> events = new ArrayList<>();
        int count = cpus;
        while (count > 0) {
            int n = merge.next(live, count);
            assertThat(n).isPositive();
            for (int i = 0; i < n; i++) {
                int place = (int) window.order[i] & EventWindow.PLACE_MASK;
                assertThat(window.record[place]).isEqualTo(window.ts[place] ^ window.type[place]);
                assertThat((int) window.instance[place]).isEqualTo(window.cpu[place]);
                events.add(new Event(window.ts[place], window.cpu[place], window.type[place]));
            }
            live = Arrays.stream(live, 0, count)
                    .filter(i -> lanes[i].at < lanes[i].count)
                    .toArray();
            count = live.length;
        }
        return events;
    }

    private static CpuPages lane(int cpu) {
        PageLayout layout = new PageLayout(false, 4096, 0, 8, 8, 16);
        return new CpuPages(null, layout, null, null, null, cpu, cpu, new byte[0], 0, 0, BATCH);
    }
}
