package dev.hindsight.replay.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.Timelines;
import dev.hindsight.replay.timeline.Tables;
import dev.hindsight.replay.timeline.TimelineBuilder;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Recorded hosts with their guests: the clock that trace-cmd noted against the one that causality tells. */
class RecordedPairsTest {

    private static final class Span implements RecordingSink {
        private final RecordingSink next;
        private long firstNs = Long.MAX_VALUE;
        private long lastNs = Long.MIN_VALUE;

        Span(RecordingSink next) {
            this.next = next;
        }

        @Override
        public void type(EventType type) {
            next.type(type);
        }

        @Override
        public void slice(EventSlice slice) {
            firstNs = Math.min(firstNs, slice.tsNs[0]);
            lastNs = Math.max(lastNs, slice.tsNs[slice.size - 1]);
            next.slice(slice);
        }

        @Override
        public void lost(int cpu, int instance, long startNs, long endNs, long events) {
            next.lost(cpu, instance, startNs, endNs, events);
        }
    }

    private static GuestPairing host(Path file) throws IOException {
        HostSide side = new HostSide();
        TableSinks tables = side;
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            TimelineBuilder timeline = Timelines.recorded(recording.info(), List.of(), tables, List.of(side::offsets));
            Span span = new Span(timeline);
            recording.read(schema -> block -> {}, span);
            timeline.end();
            return new GuestPairing(file, recording, side, span.firstNs, span.lastNs, ReadOptions.DEFAULT);
        }
    }

    private static List<Path> hosts() throws IOException {
        List<Path> hosts = new ArrayList<>();
        for (Path file : GivenRecordings.all()) {
            if (Files.exists(guestOf(file))) {
                hosts.add(file);
            }
        }
        return hosts;
    }

    private static Path guestOf(Path host) {
        return host.resolveSibling(host.getFileName().toString().replace(".dat", "-rtguest.dat"));
    }

    @Test
    void the_sample_pair_is_on_one_clock_by_trace_cmds_samples_and_nearly_so_by_causality() throws IOException {
        Path file = SampleTraces.recordings().resolve("pair").resolve("fifo-idle.dat");
        GuestPairing pairing = host(file);
        PairedGuest noted = pairing.pair(new GuestFile(guestOf(file), null, false));
        assertThat(noted.clockBy()).isEqualTo("kvm");
        assertThat(noted.offsetNs()).isEqualTo(11_412_996_691L);
        assertThat(noted.remarks()).isEmpty();
        assertThat(noted.cpus())
                .containsExactly(
                        new PairedGuest.PairedCpu(0, "vm-3", 0, 146, 9408, 0),
                        new PairedGuest.PairedCpu(1, "vm-3", 1, 147, 1927, 0));
        PairedGuest aligned = pairing.pair(new GuestFile(guestOf(file), "vm-3", true));
        // The true offset less 19,318 and plus 21,494 ns bound it, as the recording's README has it; a few events
        // narrow nothing.
        assertThat(aligned.offsetNs()).isBetween(noted.offsetNs() - 3_000, noted.offsetNs() + 3_000);
        assertThat(aligned.uncertaintyNs()).isBetween(20_000L, 23_000L);
        assertThat(aligned.remarks()).extracting(PairedGuest.Remark::code).containsExactly("guest-clock-estimated");
    }

    @Test
    void the_sample_guest_tells_the_handlers_that_its_host_is_made_blind_for() throws IOException {
        Path file = SampleTraces.recordings().resolve("pair").resolve("fifo-idle.dat");
        Tables blind = new Tables();
        HeldDeliveries held = new HeldDeliveries(blind);
        List<Long> seenNs = new ArrayList<>();
        TableSchema virq = TimelineTables.VIRQ;
        int handled = virq.indexOf("handled_ns");
        TableSinks blinding = schema -> {
            BlockSink sink = held.open(schema);
            return block -> {
                for (int row = 0; schema.equals(virq) && row < block.rows(); row++) {
                    seenNs.add(block.get(handled, row));
                    block.set(handled, row, ColumnData.NULL);
                    block.setText(virq.indexOf("handled_by"), row, null);
                }
                sink.accept(block);
            };
        };
        PairedGuest guest;
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            TimelineBuilder timeline = Timelines.recorded(recording.info(), List.of(), blinding);
            recording.read(schema -> block -> {}, timeline);
            timeline.end();
            guest = host(file).pair(new GuestFile(guestOf(file), null, false));
        }
        try (Recording recording = guest.open()) {
            TimelineBuilder timeline = GuestTimeline.of(
                    guest, recording.info(), List.of(), schema -> block -> {}, schema -> block -> {}, held);
            recording.read(schema -> block -> {}, timeline);
            timeline.end();
        }
        held.release();
        List<Map<String, Object>> rows = blind.rows(virq);
        int covered = 0;
        int told = 0;
        long most = Long.MIN_VALUE;
        for (int row = 0; row < rows.size(); row++) {
            Long enteredNs = (Long) rows.get(row).get("entered_ns");
            Long handledNs = (Long) rows.get(row).get("handled_ns");
            if (handledNs != null) {
                told++;
                assertThat(rows.get(row).get("handled_by")).isEqualTo("guest");
                assertThat(handledNs).isGreaterThanOrEqualTo(enteredNs);
                // The host sees the end of interrupt at the guest's next exit, or the guest's thread is preempted
                // there.
                most = Math.max(most, Math.abs(handledNs - seenNs.get(row)));
            }
            // The guest was recorded without the vectors of inter-processor interrupts.
            boolean shown = !rows.get(row).get("source").equals("ipi");
            covered += shown && enteredNs != null && enteredNs >= guest.firstNs() && seenNs.get(row) <= guest.lastNs()
                    ? 1
                    : 0;
            assertThat(shown || handledNs == null).isTrue();
        }
        System.out.printf("%d of %d handlers told by the guest, %d ns at most from the EOI%n", told, covered, most);
        assertThat(told).isGreaterThan(covered * 98 / 100).isLessThanOrEqualTo(covered);
        assertThat(most).isLessThan(5_000_000);
        assertThat(held.remarks()).isEmpty();
    }

    @Test
    @Tag("slow")
    void causality_finds_the_offset_that_trace_cmd_noted_within_what_it_claims() throws IOException {
        List<Path> hosts = hosts();
        assumeTrue(!hosts.isEmpty(), GivenRecordings.HOW + "; of hosts with NAME-rtguest.dat beside NAME.dat");
        for (Path file : hosts) {
            GuestPairing pairing = host(file);
            PairedGuest noted = pairing.pair(new GuestFile(guestOf(file), null, false));
            PairedGuest aligned = pairing.pair(new GuestFile(guestOf(file), null, true));
            long errorNs = aligned.offsetNs() - noted.offsetNs();
            System.out.printf(
                    "%s (%s): offset %d ns, estimated %+d ns off, claimed +-%d ns, drift %d ppb, %d events outside%n",
                    file.getFileName(),
                    noted.clockBy(),
                    noted.offsetNs(),
                    errorNs,
                    aligned.uncertaintyNs(),
                    aligned.driftPpb(),
                    aligned.cpus().stream()
                            .mapToLong(PairedGuest.PairedCpu::outside)
                            .sum());
            if (noted.clockBy().equals("kvm")) {
                assertThat(noted.cpus()).isNotEmpty().allMatch(cpu -> cpu.outside() == 0 && cpu.events() > 500);
                assertThat(Math.abs(errorNs)).isLessThanOrEqualTo(aligned.uncertaintyNs());
            }
            assertThat(aligned.uncertaintyNs()).isLessThan(30_000);
            assertThat(aligned.cpus()).allMatch(cpu -> cpu.guestCpu() == cpu.vcpu());
        }
    }
}
