package dev.hindsight.queries.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.queries.result.QueryResult;
import dev.hindsight.replay.guest.GuestException;
import dev.hindsight.replay.guest.GuestFile;
import dev.hindsight.sampletraces.synthetic.EventFormat;
import dev.hindsight.sampletraces.synthetic.EventRecord;
import dev.hindsight.sampletraces.synthetic.FileShape;
import dev.hindsight.sampletraces.synthetic.TraceDatWriter;
import dev.hindsight.sampletraces.synthetic.TraceOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs of files made by hand, with clocks whose arithmetic is known: one vCPU per CPU, in the guest for the first half of each ms. */
class MadePairTest {

    private static final FileShape SHAPE = FileShape.v7();
    private static final long HOST_ID = 0x1111;
    private static final long GUEST_ID = 0x2222;
    private static final int STAYS = 20;

    @TempDir
    Path temp;

    private static long entryNs(int stay) {
        return 1_000_000_000L + stay * 1_000_000L;
    }

    private static EventFormat vcpuEvent(String name, int id) {
        return EventFormat.of("kvm", name, id)
                .field("unsigned int", "vcpu_id", 4, false)
                .print("\"vcpu %u\", REC->vcpu_id");
    }

    /** vCPU v runs on CPU v in thread 100 + v, from the entry for half a ms. */
    private Path host(String clock, long[] offsetWrites, TraceOption... options) throws IOException {
        Path file = temp.resolve("host.dat");
        try (TraceDatWriter trace = new TraceDatWriter(SHAPE)) {
            trace.clock(clock);
            EventFormat entry = trace.event(vcpuEvent("kvm_entry", 300));
            EventFormat exit = trace.event(vcpuEvent("kvm_exit", 301));
            EventFormat write = trace.event(EventFormat.of("kvm", "kvm_write_tsc_offset", 302)
                    .field("unsigned int", "vcpu_id", 4, false)
                    .field("__u64", "previous_tsc_offset", 8, false)
                    .field("__u64", "next_tsc_offset", 8, false)
                    .print("\"vcpu=%u prev=%llu next=%llu\", REC->vcpu_id, REC->previous_tsc_offset,"
                            + " REC->next_tsc_offset"));
            trace.option(TraceOption.traceId(HOST_ID));
            trace.option(TraceOption.traceClock("[" + clock + "]"));
            for (TraceOption option : options) {
                trace.option(option);
            }
            for (int v = 0; v < 2; v++) {
                int tid = 100 + v;
                trace.commandLine(tid, "CPU " + v + "/KVM");
                for (int i = 0; i < offsetWrites.length; i++) {
                    trace.top()
                            .cpu(v)
                            .event(
                                    500_000_000L + i,
                                    new EventRecord(write, SHAPE.order(), tid)
                                            .with("vcpu_id", v)
                                            .with("next_tsc_offset", offsetWrites[i]));
                }
                for (int stay = 0; stay < STAYS; stay++) {
                    trace.top()
                            .cpu(v)
                            .event(entryNs(stay), new EventRecord(entry, SHAPE.order(), tid).with("vcpu_id", v));
                    trace.top()
                            .cpu(v)
                            .event(
                                    entryNs(stay) + 500_000,
                                    new EventRecord(exit, SHAPE.order(), tid).with("vcpu_id", v));
                }
            }
            trace.write(file);
        }
        return file;
    }

    /** A softirq of 200 us begins 100 us after each entry; the guest's clock is the host's less the offset of its CPU. */
    private Path guest(String clock, long[] offsetNs, TraceOption... options) throws IOException {
        Path file = temp.resolve("guest.dat");
        try (TraceDatWriter trace = new TraceDatWriter(SHAPE)) {
            trace.clock(clock);
            List<EventFormat> formats = new ArrayList<>();
            for (String name : List.of("softirq_entry", "softirq_exit")) {
                formats.add(trace.event(EventFormat.of("irq", name, 400 + formats.size())
                        .field("unsigned int", "vec", 4, false)
                        .print("\"vec=%u\", REC->vec")));
            }
            trace.option(TraceOption.traceId(GUEST_ID));
            trace.option(TraceOption.traceClock("[" + clock + "]"));
            for (TraceOption option : options) {
                trace.option(option);
            }
            for (int cpu = 0; cpu < 2; cpu++) {
                for (int stay = 0; stay < STAYS; stay++) {
                    long ns = entryNs(stay) + 100_000 - offsetNs[cpu];
                    trace.top().cpu(cpu).event(ns, new EventRecord(formats.get(0), SHAPE.order(), 7).with("vec", 7));
                    trace.top()
                            .cpu(cpu)
                            .event(ns + 200_000, new EventRecord(formats.get(1), SHAPE.order(), 7).with("vec", 7));
                }
            }
            trace.write(file);
        }
        return file;
    }

    private static void assertTold(Dataset dataset, String by) {
        List<String> guests = new ArrayList<>();
        try (QueryResult rows =
                dataset.query("SELECT vcpu, tid, guest_cpu, clock_by, outside FROM guest ORDER BY vcpu")) {
            while (rows.next()) {
                guests.add(rows.value(0) + " " + rows.value(1) + " " + rows.value(2) + " " + rows.value(3) + " "
                        + rows.value(4));
            }
        }
        assertThat(guests).containsExactly("0 100 0 " + by + " 0", "1 101 1 " + by + " 0");
        List<String> spans = new ArrayList<>();
        try (QueryResult rows =
                dataset.query("SELECT vcpu, start_ns, end_ns, kind FROM guest_span ORDER BY vcpu, start_ns")) {
            while (rows.next()) {
                spans.add(rows.value(0) + " " + rows.value(1) + " " + rows.value(2) + " " + rows.value(3));
            }
        }
        List<String> expected = new ArrayList<>();
        for (int v = 0; v < 2; v++) {
            for (int stay = 0; stay < STAYS; stay++) {
                expected.add(v + " " + (entryNs(stay) + 100_000) + " " + (entryNs(stay) + 300_000) + " softirq");
            }
        }
        assertThat(spans).isEqualTo(expected);
    }

    private static Dataset pair(Path host, Path guest) {
        return Dataset.ofTraces(List.of(host, guest), IngestOptions.DEFAULT.timelineOnly(), SqlAccess.CONFINED);
    }

    private static TraceOption samples(int flags, long[][] times, long[][] offsets) {
        List<TraceOption.CpuTimeShift> cpus = new ArrayList<>();
        for (int cpu = 0; cpu < times.length; cpu++) {
            long[] ones = new long[times[cpu].length];
            java.util.Arrays.fill(ones, 1);
            cpus.add(new TraceOption.CpuTimeShift(times[cpu], offsets[cpu], ones, new long[ones.length]));
        }
        return TraceOption.timeShift(HOST_ID, flags, cpus, true);
    }

    @Test
    void ptp_samples_differ_by_vcpu_and_a_guest_option_may_list_no_vcpu() throws IOException {
        Path host = host("local", new long[0], TraceOption.guest("3", GUEST_ID, List.of()));
        long[][] times = {{600_000_000L, 1_600_000_000L}, {600_000_000L, 1_600_000_000L}};
        Path guest = guest("local", new long[] {300_000_000L, 300_000_700L}, samples(1, times, new long[][] {
            {300_000_000L, 300_000_000L}, {300_000_700L, 300_000_700L}
        }));
        try (Dataset dataset = pair(host, guest)) {
            assertTold(dataset, "ptp");
        }
    }

    @Test
    void offsets_between_two_samples_are_interpolated() throws IOException {
        Path host = host("local", new long[0]);
        long[][] times = {{700_000_000L, 720_000_000L}, {700_000_000L, 720_000_000L}};
        Path guest = guest("local", new long[] {300_000_000L, 300_000_000L}, samples(1, times, new long[][] {
            {300_000_000L, 300_020_000L}, {300_000_000L, 300_020_000L}
        }));
        try (Dataset dataset = pair(host, guest);
                QueryResult rows = dataset.query("SELECT min(start_ns), max(end_ns) FROM guest_span")) {
            rows.next();
            long first = 700_100_000L;
            long last = 719_300_000L;
            assertThat(rows.value(0)).isEqualTo(first + 300_000_000L + (first - 700_000_000L) / 1000);
            assertThat(rows.value(1)).isEqualTo(last + 300_000_000L + (last - 700_000_000L) / 1000);
        }
    }

    @Test
    void counters_are_brought_together_by_the_last_offset_that_the_host_wrote_which_is_below_zero() throws IOException {
        long offset = -67_186_727;
        Path host = host("x86-tsc", new long[] {-5, -1_000_000, offset}, TraceOption.guest("3", GUEST_ID, List.of()));
        Path guest = guest("x86-tsc", new long[] {-offset, -offset});
        try (Dataset dataset = pair(host, guest)) {
            assertTold(dataset, "tsc");
        }
    }

    @Test
    void recordings_without_a_common_moment_give_a_warning_and_no_spans() throws IOException {
        Path host = host("local", new long[0]);
        long[][] times = {{1, 2}, {1, 2}};
        long far = 9_000_000_000L;
        Path guest = guest("local", new long[] {0, 0}, samples(0, times, new long[][] {{far, far}, {far, far}}));
        try (Dataset dataset = pair(host, guest);
                QueryResult rows = dataset.query("SELECT count(*) FROM guest_span")) {
            rows.next();
            assertThat(rows.value(0)).isEqualTo(0L);
            assertThat(dataset.manifest().traces().get(0).warnings())
                    .extracting(Warning::code)
                    .containsExactly("guest-no-common-time");
        }
    }

    @Test
    void a_guest_that_the_host_lists_and_that_says_nothing_of_the_clock_is_read_alone_with_a_warning()
            throws IOException {
        Path host = host("local", new long[0], TraceOption.guest("3", GUEST_ID, List.of()));
        Path guest = guest("local", new long[] {0, 0});
        try (Dataset dataset = pair(host, guest)) {
            assertThat(dataset.manifest().traces()).hasSize(2);
            assertThat(dataset.manifest().traces().get(0).warnings())
                    .extracting(Warning::code)
                    .containsExactly("guest-not-paired");
        }
        // Every ms is like every other, and no CPU comes back from a silence: no offset is better than the next.
        IngestOptions aligned = IngestOptions.DEFAULT.withGuests(List.of(new GuestFile(guest, null, true)));
        assertThatThrownBy(() -> Dataset.ofTraces(List.of(host), aligned, SqlAccess.CONFINED))
                .isInstanceOf(GuestException.class)
                .hasMessageContaining("nothing of it can be held against the entries");
    }
}
