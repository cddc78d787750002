package dev.hindsight.replay.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.Timelines;
import dev.hindsight.replay.timeline.TimelineBuilder;
import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
                        new PairedGuest.PairedCpu(0, "vm-128", 0, 146, 9408, 0),
                        new PairedGuest.PairedCpu(1, "vm-128", 1, 147, 1927, 0));
        PairedGuest aligned = pairing.pair(new GuestFile(guestOf(file), "vm-128", true));
        // The true offset less 19,318 and plus 21,494 ns bound it, as the recording's README has it; a few events
        // narrow nothing.
        assertThat(aligned.offsetNs()).isBetween(noted.offsetNs() - 3_000, noted.offsetNs() + 3_000);
        assertThat(aligned.uncertaintyNs()).isBetween(20_000L, 23_000L);
        assertThat(aligned.remarks()).extracting(PairedGuest.Remark::code).containsExactly("guest-clock-estimated");
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
