package dev.hindsight.parsers.tracedat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.sampletraces.synthetic.Compression;
import dev.hindsight.sampletraces.synthetic.EventFormat;
import dev.hindsight.sampletraces.synthetic.EventRecord;
import dev.hindsight.sampletraces.synthetic.FileShape;
import dev.hindsight.sampletraces.synthetic.KvmWorkload;
import dev.hindsight.sampletraces.synthetic.TraceDatWriter;
import dev.hindsight.sampletraces.synthetic.TraceOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TraceDatRecordingTest {

    @TempDir
    Path directory;

    static Stream<FileShape> shapes() {
        List<FileShape> shapes = new ArrayList<>();
        for (FileShape version : List.of(
                FileShape.v6(),
                FileShape.v7(),
                FileShape.v7().with(Compression.ZSTD),
                FileShape.v7().with(Compression.ZLIB))) {
            for (FileShape order : List.of(version, version.bigEndian())) {
                shapes.add(order);
                shapes.add(order.withLongBytes(4).withKernelLongBytes(4));
                shapes.add(order.withKernelLongBytes(4));
                shapes.add(order.withPageBytes(1024));
                shapes.add(order.withPageBytes(65536));
            }
        }
        return shapes.stream();
    }

    private static EventFormat exit(TraceDatWriter trace) {
        return trace.event(EventFormat.of("kvm", "kvm_exit", 300)
                .field("unsigned int", "exit_reason", 4, false)
                .field("unsigned long long", "guest_rip", 8, false)
                .field("short", "level", 2, true)
                .array("char", "comm", 16, 1, false)
                .print("\"reason %u\", REC->exit_reason"));
    }

    private static EventRecord exit(EventFormat format, FileShape shape, int tid, long n) {
        return new EventRecord(format, shape.order(), tid)
                .with("exit_reason", n)
                .with("guest_rip", 0xffffffff81000000L + n)
                .with("level", -(n % 7))
                .with("comm", "CPU " + n % 5 + "/KVM");
    }

    private static String line(long ns, int cpu, int instance, int tid, long n) {
        return ns + " " + cpu + " " + instance + " " + tid + " kvm_exit " + n + " " + (0xffffffff81000000L + n) + " "
                + -(n % 7) + " CPU " + n % 5 + "/KVM";
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void events_of_all_cpus_come_by_time_with_their_fields_in_files_of_any_shape(FileShape shape) throws IOException {
        Path file = directory.resolve("trace.dat");
        List<String> expected = new ArrayList<>();
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            EventFormat exit = exit(trace);
            for (int n = 0; n < 2000; n++) {
                int cpu = n % 3 == 2 ? 5 : n % 3;
                long ns = 1_000_000L + (n / 4) * 700L;
                // ties of time go by CPU: let them come in that order here too
                trace.top().cpu(cpu).event(ns, exit(exit, shape, 100 + cpu, n));
            }
            trace.write(file);
        }
        for (int tie = 0; tie < 2000; tie += 4) {
            long ns = 1_000_000L + (tie / 4) * 700L;
            for (int cpu : new int[] {0, 1, 5}) {
                for (int n = tie; n < tie + 4; n++) {
                    if ((n % 3 == 2 ? 5 : n % 3) == cpu) {
                        expected.add(line(ns, cpu, 0, 100 + cpu, n));
                    }
                }
            }
        }
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT.refusingDamage())) {
            assertThat(ReadEvents.of(recording).lines()).isEqualTo(expected);
            assertThat(ReadEvents.of(recording).lines()).as("read once more").isEqualTo(expected);
            EventCounts counts = recording.count();
            assertThat(counts.events()).isEqualTo(2000);
            assertThat(counts.byCpu()).containsExactly(667, 667, 0, 0, 0, 666);
            assertThat(counts.types()).containsExactly(new EventCounts.Kind("kvm", "kvm_exit"));
            assertThat(counts.firstNs()).isEqualTo(1_000_000);
            assertThat(counts.lastNs()).isEqualTo(1_000_000 + 499 * 700);
            assertThat(recording.info().wordBytes()).isEqualTo(shape.kernelLongBytes());
            assertThat(recording.warnings().all()).isEmpty();
        }
    }

    @Test
    void instances_with_pages_of_their_own_size_are_merged_and_told_apart() throws IOException {
        FileShape shape = FileShape.v7().with(Compression.ZSTD);
        Path file = directory.resolve("trace.dat");
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            EventFormat exit = exit(trace);
            trace.top().cpu(0).event(10, exit(exit, shape, 1, 1)).event(30, exit(exit, shape, 1, 3));
            trace.instance("kvm", 16384)
                    .cpu(0)
                    .event(20, exit(exit, shape, 1, 2))
                    .event(30, exit(exit, shape, 1, 4));
            trace.write(file);
        }
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            assertThat(ReadEvents.of(recording).lines())
                    .containsExactly(
                            line(10, 0, 0, 1, 1), line(20, 0, 1, 1, 2), line(30, 0, 0, 1, 3), line(30, 0, 1, 1, 4));
            assertThat(recording.info().instances()).containsExactly("", "kvm");
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void lost_events_are_spans_from_the_last_event_before_to_the_first_one_after(FileShape shape) throws IOException {
        Path file = directory.resolve("trace.dat");
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            EventFormat exit = exit(trace);
            trace.top().cpu(0).event(50, exit(exit, shape, 1, 0));
            trace.top()
                    .cpu(1)
                    .missed(7)
                    .event(100, exit(exit, shape, 1, 1))
                    .nextPage()
                    .missed(123456)
                    .event(300, exit(exit, shape, 1, 2))
                    .nextPage()
                    .missedUncounted()
                    .event(400, exit(exit, shape, 1, 3));
            trace.write(file);
        }
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT.refusingDamage())) {
            assertThat(ReadEvents.of(recording).losses)
                    .containsExactly(
                            new ReadEvents.Loss(1, 0, 50, 100, 7),
                            new ReadEvents.Loss(1, 0, 100, 300, 123456),
                            new ReadEvents.Loss(1, 0, 300, 400, -1));
            EventCounts counts = recording.count();
            assertThat(counts.losses()).isEqualTo(3);
            assertThat(counts.lostEvents()).isEqualTo(123463);
            assertThat(counts.lostIsKnown()).isFalse();
        }
    }

    @Test
    void time_extends_absolute_stamps_and_discarded_events_leave_times_exact() throws IOException {
        FileShape shape = FileShape.v6();
        Path file = directory.resolve("trace.dat");
        long day = 86_400_000_000_000L;
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            EventFormat exit = exit(trace);
            trace.top()
                    .cpu(0)
                    .event(1, exit(exit, shape, 1, 1))
                    .event(day, exit(exit, shape, 1, 2))
                    .discarded(day + 5, 24)
                    .event(day + 9, exit(exit, shape, 1, 3))
                    .absoluteTimeStamps(true)
                    .event(2 * day, exit(exit, shape, 1, 4))
                    .paddedToPageEnd()
                    .event(2 * day + 1, exit(exit, shape, 1, 5));
            trace.write(file);
        }
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT.refusingDamage())) {
            assertThat(ReadEvents.of(recording).lines())
                    .containsExactly(
                            line(1, 0, 0, 1, 1),
                            line(day, 0, 0, 1, 2),
                            line(day + 9, 0, 0, 1, 3),
                            line(2 * day, 0, 0, 1, 4),
                            line(2 * day + 1, 0, 0, 1, 5));
        }
    }

    @Test
    void options_say_what_the_recording_is_and_unknown_ones_are_skipped_with_a_warning() throws IOException {
        FileShape shape = FileShape.v7().bigEndian();
        Path file = directory.resolve("trace.dat");
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            EventFormat exit = exit(trace);
            trace.option(TraceOption.traceClock("local [mono] boot\n"))
                    .option(TraceOption.uname("Linux host 6.1.0-56-amd64 x86_64"))
                    .option(TraceOption.traceId(0x1234_5678_9abc_def0L))
                    .option(TraceOption.guest(
                            "guest", 77, List.of(new TraceOption.GuestCpu(0, 501), new TraceOption.GuestCpu(1, 502))))
                    .option(TraceOption.raw(4711, (byte) 1, (byte) 2))
                    .option(TraceOption.cpuCount(8))
                    .commandLine(42, "CPU 0/KVM");
            trace.top().cpu(0).event(1, exit(exit, shape, 42, 1));
            trace.write(file);
        }
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            RecordingInfo info = recording.info();
            assertThat(info.format()).isEqualTo("trace.dat");
            assertThat(info.version()).isEqualTo("7");
            assertThat(info.endianness()).isEqualTo("big");
            assertThat(info.arch()).isEqualTo("x86_64");
            assertThat(info.kernel()).isEqualTo("6.1.0-56-amd64");
            assertThat(info.clock()).isEqualTo("mono");
            assertThat(info.cpus()).isEqualTo(8);
            assertThat(info.traceId()).isEqualTo(0x1234_5678_9abc_def0L);
            assertThat(info.guests()).containsExactly(new RecordingInfo.Guest("guest", 77, List.of(501, 502)));
            assertThat(info.commByTid()).containsEntry(42, "CPU 0/KVM");
            assertThat(recording.warnings().all()).extracting(Warning::code).containsExactly("unknown-option");
            assertThat(recording.warnings().anyDamage()).isFalse();
        }
    }

    @Test
    void ticks_are_shifted_to_the_peer_then_scaled_then_moved_by_date_and_offset() throws IOException {
        FileShape shape = FileShape.v7();
        Path file = directory.resolve("trace.dat");
        TraceOption.CpuTimeShift shift = new TraceOption.CpuTimeShift(
                new long[] {1000, 2000}, new long[] {500, -100}, new long[] {3, 5}, new long[] {1, 2});
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            EventFormat exit = exit(trace);
            trace.option(TraceOption.timeShift(9, 0, List.of(shift), true))
                    .option(TraceOption.tsc2nsec(933688542, 31, 12345))
                    .option(TraceOption.date("0x10"))
                    .option(TraceOption.offset("-7"));
            trace.top().cpu(0).event(5_000_000_000L, exit(exit, shape, 1, 1));
            trace.write(file);
        }
        long ticks = (5_000_000_000L * 3 >> 1) + 500;
        long scaled = Math.multiplyHigh(ticks, 933688542L) << 33 | (ticks * 933688542L) >>> 31;
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            assertThat(ReadEvents.of(recording).lines()).containsExactly(line(scaled + 16_000 - 7, 0, 0, 1, 1));
        }
        ReadOptions own = new ReadOptions(false, false, 0);
        long unshifted = Math.multiplyHigh(5_000_000_000L, 933688542L) << 33 | (5_000_000_000L * 933688542L) >>> 31;
        try (Recording recording = Recordings.open(file, own)) {
            assertThat(ReadEvents.of(recording).lines()).containsExactly(line(unshifted + 16_000 - 7, 0, 0, 1, 1));
        }
    }

    @Test
    void events_without_a_format_keep_their_bytes_and_a_warning_tells() throws IOException {
        FileShape shape = FileShape.v6();
        Path file = directory.resolve("trace.dat");
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            exit(trace);
            byte[] record = {9, 1, 0, 0, 42, 0, 0, 0, 1, 2, 3, 4};
            trace.top().cpu(0).event(5, record);
            trace.write(file);
        }
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            ReadEvents events = ReadEvents.of(recording);
            assertThat(events.lines()).containsExactly("5 0 0 42 event_265 [1, 2, 3, 4]");
            assertThat(recording.warnings().all()).extracting(Warning::code).containsExactly("unknown-event");
        }
    }

    @Test
    void latency_files_are_refused_by_name() throws IOException {
        for (FileShape shape : List.of(FileShape.v6(), FileShape.v7())) {
            Path file = directory.resolve("latency" + shape.version() + ".dat");
            try (TraceDatWriter trace = new TraceDatWriter(shape)) {
                trace.latency("# tracer: wakeup_rt\n").cpuCount(1);
                trace.write(file);
            }
            assertThatThrownBy(() -> Recordings.open(file, ReadOptions.DEFAULT))
                    .isInstanceOf(UnsupportedTraceException.class)
                    .hasMessageContaining("latency");
        }
    }

    @Test
    void blocks_of_a_frequent_event_are_full_and_the_same_with_and_without_decoder_threads() throws IOException {
        Path file = directory.resolve("big.dat");
        new KvmWorkload(400_000, 3, 7).write(FileShape.v7().with(Compression.ZSTD), file);
        try (Recording with = Recordings.open(file, ReadOptions.DEFAULT.withDecoders(2));
                Recording without = Recordings.open(file, ReadOptions.DEFAULT.withDecoders(0))) {
            ReadEvents parallel = ReadEvents.of(with);
            ReadEvents alone = ReadEvents.of(without);
            assertThat(parallel.lines()).isEqualTo(alone.lines());
            assertThat(with.count().events()).isEqualTo(alone.events.size());
            assertThat(with.progress()).isEqualTo(1);
        }
    }
}
