package dev.hindsight.replay.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Made entries and events whose true clock is known. */
class ClockAlignmentTest {

    private static final int TIMER = 236;

    private record GuestEvent(long tsNs, int cpu, int vector) {}

    /** A host and its guest, which runs in stays of 20 to 200 us with an event 2 us or more from their ends. */
    private static final class Made {
        final Map<Integer, VcpuEntries> host = new LinkedHashMap<>();
        final List<GuestEvent> events = new ArrayList<>();
        final Random random;

        Made(long seed) {
            System.out.println("seed " + seed);
            random = new Random(seed);
        }

        /** Runs a vCPU for a while; the guest sees it as {@code cpu} on a clock of its own. */
        void run(int vcpu, int cpu, long fromNs, long toNs, long offsetNs, double drift, boolean vectors) {
            VcpuEntries entries = host.computeIfAbsent(vcpu, v -> new VcpuEntries("vm", v, 100 + v));
            long atNs = fromNs + random.nextInt(1_000_000);
            while (atNs < toNs) {
                long stayNs = 20_000 + random.nextInt(180_000);
                entries.inGuest(atNs, atNs + stayNs);
                if (vectors && random.nextInt(3) == 0) {
                    entries.carried(atNs, TIMER);
                    event(atNs + 2_000 + random.nextInt(3_000), cpu, TIMER, fromNs, offsetNs, drift);
                }
                long eventNs = atNs + 6_000 + random.nextInt((int) stayNs - 8_000);
                event(eventNs, cpu, -1, fromNs, offsetNs, drift);
                atNs += stayNs + 10_000 + (random.nextInt(4) == 0 ? random.nextInt(6_000_000) : random.nextInt(90_000));
            }
        }

        private void event(long hostNs, int cpu, int vector, long refNs, long offsetNs, double drift) {
            long guestNs = hostNs - offsetNs - Math.round(drift * (hostNs - refNs));
            events.add(new GuestEvent(guestNs, cpu, vector));
        }

        GuestSide guest() {
            events.sort((a, b) -> Long.compare(a.tsNs(), b.tsNs()));
            GuestSide side = new GuestSide();
            List<Column> columns = new ArrayList<>(EventTables.COMMON);
            columns.add(Column.of("vector", ColumnType.INT32, "vector"));
            TableSchema schema = new TableSchema("ev_irq_vectors_local_timer_entry", "", columns);
            side.type(new EventType(0, "irq_vectors", "local_timer_entry", schema));
            side.type(new EventType(1, "sched", "sched_switch", schema));
            TableBlock block = new TableBlock(schema);
            int row = block.addRow();
            block.set(EventTables.FIRST_FIELD, row, TIMER);
            EventSlice slice = new EventSlice();
            slice.size = events.size();
            slice.tsNs = events.stream().mapToLong(GuestEvent::tsNs).toArray();
            slice.cpu = events.stream().mapToInt(GuestEvent::cpu).toArray();
            slice.type = events.stream().mapToInt(e -> e.vector() < 0 ? 1 : 0).toArray();
            slice.row = new int[slice.size];
            slice.blocks = new TableBlock[] {block, block};
            side.slice(slice);
            return side;
        }
    }

    private static void assertHolds(
            ClockAlignment.Estimate estimate, Made made, long offsetNs, double drift, long fromNs) {
        assertThat(estimate).isNotNull();
        long worst = 0;
        for (GuestEvent event : made.events) {
            long trueNs = Math.round((event.tsNs() + offsetNs - drift * fromNs) / (1 - drift));
            worst = Math.max(worst, Math.abs(estimate.clock().applyAsLong(event.tsNs()) - trueNs));
        }
        System.out.println("error " + worst + " ns, claimed " + estimate.uncertaintyNs() + " ns, drift "
                + estimate.driftPpb() + " ppb");
        assertThat(worst).isLessThanOrEqualTo(estimate.uncertaintyNs() + 1);
        assertThat(estimate.uncertaintyNs()).isLessThan(10_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void an_offset_is_found_within_what_it_claims(long seed) {
        Made made = new Made(seed);
        long offsetNs = -5_000_000_123L * seed;
        made.run(0, 0, 10_000_000_000L, 13_000_000_000L, offsetNs, 0, true);
        made.run(1, 1, 10_000_000_000L, 13_000_000_000L, offsetNs, 0, true);
        ClockAlignment.Estimate estimate = new ClockAlignment(made.guest(), made.host).estimate();
        assertHolds(estimate, made, offsetNs, 0, 10_000_000_000L);
        assertThat(estimate.driftPpb()).isZero();
        assertThat(estimate.outsideShare()).isZero();
        assertThat(estimate.vcpuByCpu()).containsExactly(0, 1);
    }

    @Test
    void a_guest_recording_shorter_than_the_hosts_is_placed_in_it() {
        Made made = new Made(11);
        made.run(0, 0, 0, 8_000_000_000L, 777, 0, true);
        made.events.removeIf(e -> e.tsNs() < 3_000_000_000L || e.tsNs() > 3_400_000_000L);
        assertHolds(new ClockAlignment(made.guest(), made.host).estimate(), made, 777, 0, 0);
    }

    @Test
    void without_vectors_cpus_that_come_back_after_a_silence_tell() {
        Made made = new Made(12);
        made.run(0, 0, 0, 3_000_000_000L, 1_234_567_890L, 0, false);
        assertHolds(new ClockAlignment(made.guest(), made.host).estimate(), made, 1_234_567_890L, 0, 0);
    }

    @Test
    void cpus_of_other_numbers_than_their_vcpus_are_found_by_what_fits() {
        Made made = new Made(13);
        made.run(0, 1, 0, 3_000_000_000L, 55_000, 0, true);
        made.run(1, 0, 0, 3_000_000_000L, 55_000, 0, true);
        ClockAlignment.Estimate estimate = new ClockAlignment(made.guest(), made.host).estimate();
        assertThat(estimate.vcpuByCpu()).containsExactly(1, 0);
        assertHolds(estimate, made, 55_000, 0, 0);
    }

    @Test
    void drift_shows_in_a_recording_that_is_long_enough() {
        Made made = new Made(14);
        long offsetNs = 40_000_000_000L;
        made.run(0, 0, 0, 30_000_000_000L, offsetNs, 20e-6, true);
        ClockAlignment.Estimate estimate = new ClockAlignment(made.guest(), made.host).estimate();
        assertHolds(estimate, made, offsetNs, 20e-6, 0);
        assertThat(estimate.driftPpb()).isBetween(19_500L, 20_500L);
    }

    @Test
    void strangers_are_not_explained() {
        Made made = new Made(15);
        made.run(0, 0, 0, 3_000_000_000L, 0, 0, true);
        Made other = new Made(16);
        other.run(0, 0, 0, 3_000_000_000L, 0, 0, true);
        ClockAlignment.Estimate estimate = new ClockAlignment(other.guest(), made.host).estimate();
        assertThat(estimate == null ? 1 : estimate.outsideShare()).isGreaterThan(0.1);
    }
}
