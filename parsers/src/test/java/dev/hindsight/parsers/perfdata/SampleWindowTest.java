package dev.hindsight.parsers.perfdata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.ringbuffer.SliceBuilder;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The order of samples that come in rounds, or in none, with little room. */
final class SampleWindowTest {

    private static final int RECORD = SampleRecord.BYTES;

    private final List<Long> times = new ArrayList<>();
    private final List<String> losses = new ArrayList<>();
    private int fell;

    private final class Sink implements RecordingSink {

        @Override
        public void type(EventType type) {
            assertThat(type.index()).isZero();
        }

        @Override
        public void slice(EventSlice slice) {
            for (int i = 0; i < slice.size; i++) {
                times.add(slice.tsNs[i]);
            }
        }

        @Override
        public void lost(int cpu, int instance, long startNs, long endNs, long events) {
            losses.add(cpu + " " + startNs + " " + endNs + " " + events);
        }
    }

    private SampleWindow window(int maxBytes) {
        byte[] attr = new byte[128];
        attr[24] = 7;
        PerfEvent event = new PerfEvent(EventAttr.read(attr, ByteOrder.LITTLE_ENDIAN), false);
        PerfEventFormats formats = new PerfEventFormats(List.of(event), null, 8);
        SliceBuilder slices =
                new SliceBuilder(formats, false, false, schema -> block -> {}, new Sink(), (cpu, from, to) -> {});
        slices.ids().meet(formats.id(0));
        return new SampleWindow(slices, new Sink(), (cpu, from, to) -> fell++, maxBytes);
    }

    private static void add(SampleWindow window, long ns, int cpu) {
        int at = window.reserve(RECORD);
        Arrays.fill(window.arena(), at, at + RECORD, (byte) 0);
        window.add(0, ns, cpu, RECORD);
    }

    @Test
    void without_rounds_order_is_kept_as_far_as_the_room_reaches_back() {
        for (int seed = 0; seed < 20; seed++) {
            times.clear();
            Random random = new Random(seed);
            SampleWindow window = window(400 * RECORD);
            List<Long> expected = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                long ns = 10L * i + random.nextInt(1000);
                expected.add(ns);
                add(window, ns, random.nextInt(4));
            }
            window.end();
            expected.sort(null);
            assertThat(times).as("seed %d", seed).isEqualTo(expected);
            assertThat(fell).as("seed %d", seed).isZero();
        }
    }

    @Test
    void what_comes_too_late_for_the_room_is_given_all_the_same_and_told() {
        SampleWindow window = window(400 * RECORD);
        for (int i = 0; i < 1000; i++) {
            add(window, 1_000_000 + i, 0);
        }
        add(window, 5, 1);
        window.end();
        assertThat(times).hasSize(1001).contains(5L);
        assertThat(fell).isEqualTo(1);
    }

    @Test
    void times_that_are_ages_apart_are_ordered_too() {
        for (int seed = 0; seed < 50; seed++) {
            times.clear();
            Random random = new Random(seed);
            SampleWindow window = window(1 << 20);
            List<Long> expected = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                long ns = random.nextLong() >>> 1 + random.nextInt(40);
                expected.add(ns);
                add(window, ns, 0);
            }
            window.end();
            expected.sort(null);
            assertThat(times).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void a_finished_round_lets_go_what_the_round_before_had_seen() {
        SampleWindow window = window(64 << 20);
        int each = 1 << 15;
        List<Long> expected = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            for (int cpu = 0; cpu < 2; cpu++) {
                for (int i = 0; i < each; i++) {
                    long ns = (long) round * each + i + cpu * each / 2;
                    expected.add(ns);
                    add(window, ns, cpu);
                }
            }
            window.round();
        }
        int before = times.size();
        window.addLoss(1, 4L * each, 9);
        window.end();
        expected.sort(null);
        assertThat(before).isGreaterThan(4 * each);
        assertThat(times).isEqualTo(expected);
        assertThat(fell).isZero();
        assertThat(losses).hasSize(1);
    }
}
