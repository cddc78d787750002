package dev.hindsight.parsers.perfdata;

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
import dev.hindsight.sampletraces.synthetic.EventRecord;
import dev.hindsight.sampletraces.synthetic.PerfAttr;
import dev.hindsight.sampletraces.synthetic.PerfDataWriter;
import dev.hindsight.sampletraces.synthetic.PerfShape;
import dev.hindsight.sampletraces.synthetic.PerfShape.Packing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Made files of every shape, against what was put into them. */
final class PerfDataRecordingTest {

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("perf.data");
    }

    private void assertRead(MadePerfData made, Path file, String what) throws IOException {
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT.refusingDamage())) {
            ReadEvents read = ReadEvents.withTexts(recording);
            assertThat(read.printed()).as(what).isEqualTo(made.printed());
            assertThat(recording.count().events()).as(what).isEqualTo(made.expected.size());
            assertThat(recording.warnings().all()).as(what).isEmpty();
        }
    }

    @Test
    void files_pipes_byte_orders_packings_and_ages_of_the_attribute_read_the_same() throws IOException {
        for (PerfShape shape : List.of(PerfShape.file(), PerfShape.file().bigEndian())) {
            for (PerfShape way : List.of(shape, shape.asPipe())) {
                for (Packing packing : Packing.values()) {
                    for (int attrBytes : new int[] {64, 72, 80, 96, 104, 112, 120, 128, 136, 200}) {
                        PerfShape all = way.with(packing).withAttrBytes(attrBytes);
                        MadePerfData made = MadePerfData.of(file(), all, 3, 4);
                        assertRead(made, made.write(attrBytes, 20), all.toString());
                    }
                }
            }
        }
    }

    @Test
    void every_part_that_a_sample_may_have_is_passed_over() throws IOException {
        for (PerfShape shape : List.of(PerfShape.file(), PerfShape.file().bigEndian())) {
            for (int bit = 0; bit < 24; bit++) {
                for (long type : List.of(PerfAttr.TRACEPOINT | 1L << bit, PerfAttr.EVERYTHING & ~(1L << bit))) {
                    long whole = type | PerfAttr.RAW | PerfAttr.TIME | PerfAttr.CPU | PerfAttr.IDENTIFIER;
                    MadePerfData made = new MadePerfData(file(), shape, 2, 2, whole, 4);
                    assertRead(made, made.write(bit, 10), "sample type " + Long.toHexString(whole));
                }
            }
            for (int format = 0; format < 32; format++) {
                MadePerfData made = new MadePerfData(file(), shape, 2, 2, PerfAttr.EVERYTHING, format);
                assertRead(made, made.write(format, 10), "read format " + format);
            }
        }
    }

    @Test
    void ids_are_found_where_older_perfs_put_them() throws IOException {
        long type = PerfAttr.TRACEPOINT & ~PerfAttr.IDENTIFIER | PerfAttr.ID;
        MadePerfData made = new MadePerfData(file(), PerfShape.file(), 3, 3, type, 0);
        assertRead(made, made.write(1, 10), "ID without IDENTIFIER");
    }

    @Test
    void many_rounds_of_many_cpus_come_in_time_order() throws IOException {
        for (int seed = 0; seed < 5; seed++) {
            MadePerfData made = MadePerfData.of(file(), PerfShape.file().with(Packing.COMPRESSED), 8, 60);
            assertRead(made, made.write(seed, 150), "seed " + seed);
        }
    }

    @Test
    void what_the_head_says_is_told() throws IOException {
        for (PerfShape shape : List.of(PerfShape.file(), PerfShape.file().asPipe())) {
            MadePerfData made = MadePerfData.of(file(), shape, 3, 1);
            try (Recording recording = Recordings.open(made.write(1, 5), ReadOptions.DEFAULT)) {
                RecordingInfo info = recording.info();
                assertThat(info.format()).isEqualTo("perf.data");
                assertThat(info.version()).isEqualTo("2");
                assertThat(info.arch()).isEqualTo("x86_64");
                assertThat(info.endianness()).isEqualTo("little");
                assertThat(info.kernel()).isEqualTo("6.1.0-synthetic");
                assertThat(info.clock()).isEqualTo("perf");
                assertThat(info.cpus()).isEqualTo(3);
                assertThat(info.commByTid()).containsEntry(100, "task 0");
            }
        }
    }

    @Test
    void the_clock_of_option_k_is_told_by_the_name_that_the_ring_buffer_gives_it() throws IOException {
        try (PerfDataWriter perf = new PerfDataWriter(PerfShape.file(), file())) {
            perf.attr(PerfAttr.tracepoint(MadePerfData.ENTRY, 1, 1).withClockid(1));
            perf.finishedRound();
        }
        try (Recording recording = Recordings.open(file(), ReadOptions.DEFAULT)) {
            assertThat(recording.info().clock()).isEqualTo("mono");
        }
    }

    @Test
    void losses_lie_between_the_events_of_their_cpu() throws IOException {
        byte[] raw = new EventRecord(MadePerfData.ENTRY, PerfShape.file().order(), 7).toArray();
        try (PerfDataWriter perf = new PerfDataWriter(PerfShape.file(), file()).cpus(2)) {
            perf.format(MadePerfData.ENTRY);
            perf.attr(PerfAttr.tracepoint(MadePerfData.ENTRY, 1, 2));
            perf.lost(0, 1, 90, 0, 3);
            perf.sample(0, 1, 100, 0, 7, raw);
            perf.sample(0, 1, 200, 0, 7, raw);
            perf.lost(0, 1, 290, 0, 5);
            perf.sample(0, 1, 300, 0, 7, raw);
            perf.sample(0, 2, 50, 1, 7, raw);
            perf.sample(0, 2, 250, 1, 7, raw);
            perf.lost(0, 2, 260, 1, 11);
            perf.finishedRound();
        }
        try (Recording recording = Recordings.open(file(), ReadOptions.DEFAULT)) {
            ReadEvents read = ReadEvents.withTexts(recording);
            assertThat(read.events.stream().map(ReadEvents.Event::tsNs)).containsExactly(50L, 100L, 200L, 250L, 300L);
            assertThat(read.losses)
                    .containsExactly(
                            new ReadEvents.Loss(0, 0, 50, 100, 3),
                            new ReadEvents.Loss(0, 0, 200, 300, 5),
                            new ReadEvents.Loss(1, 0, 250, 300, 11));
            EventCounts counts = recording.count();
            assertThat(counts.lostEvents()).isEqualTo(19);
            assertThat(counts.losses()).isEqualTo(3);
        }
    }

    @Test
    void losses_without_a_sample_id_are_told_before_the_next_event_of_the_file() throws IOException {
        byte[] raw = new EventRecord(MadePerfData.ENTRY, PerfShape.file().order(), 7).toArray();
        try (PerfDataWriter perf = new PerfDataWriter(PerfShape.file(), file()).cpus(2)) {
            perf.format(MadePerfData.ENTRY);
            perf.attr(PerfAttr.tracepoint(MadePerfData.ENTRY, 1, 2).withSampleIdAll(false));
            perf.sample(0, 1, 100, 1, 7, raw);
            perf.lost(0, 1, 0, 0, 3);
            perf.sample(0, 1, 200, 1, 7, raw);
        }
        try (Recording recording = Recordings.open(file(), ReadOptions.DEFAULT)) {
            assertThat(ReadEvents.withTexts(recording).losses).containsExactly(new ReadEvents.Loss(1, 0, 100, 200, 3));
        }
    }

    @Test
    void samples_of_other_events_are_rows_with_what_they_hold() throws IOException {
        for (PerfShape shape : List.of(PerfShape.file(), PerfShape.file().bigEndian())) {
            try (PerfDataWriter perf = new PerfDataWriter(shape, file())) {
                long type = PerfAttr.IDENTIFIER
                        | PerfAttr.IP
                        | PerfAttr.TID
                        | PerfAttr.TIME
                        | PerfAttr.ADDR
                        | PerfAttr.CPU
                        | PerfAttr.PERIOD
                        | PerfAttr.CALLCHAIN;
                perf.attr(new PerfAttr("cycles", 0, 0, type, 0, true, -1, List.of(1L)));
                perf.attr(new PerfAttr("", 1, 0, type & ~PerfAttr.ADDR, 0, true, -1, List.of(2L)));
                perf.sample(0, 1, 100, 0, 7, null);
                perf.sample(1, 2, 200, 0, 8, null);
            }
            try (Recording recording = Recordings.open(file(), ReadOptions.DEFAULT)) {
                assertThat(ReadEvents.withTexts(recording).printed())
                        .containsExactly(
                                "100 [0] 7 perf:cycles: ip=0x1007 addr=0x2007 period=1",
                                "200 [0] 8 perf:cpu-clock: ip=0x1008 period=1");
            }
        }
    }

    @Test
    void a_tracepoint_without_a_format_keeps_its_name_and_bytes() throws IOException {
        byte[] raw = new EventRecord(MadePerfData.ENTRY, PerfShape.file().order(), 7).toArray();
        try (PerfDataWriter perf = new PerfDataWriter(PerfShape.file(), file())) {
            perf.attr(PerfAttr.tracepoint(MadePerfData.ENTRY, 1, 1));
            perf.sample(0, 1, 100, 0, 7, raw);
        }
        try (Recording recording = Recordings.open(file(), ReadOptions.DEFAULT)) {
            ReadEvents.Event event = ReadEvents.withTexts(recording).events.get(0);
            assertThat(event.key()).isEqualTo("kvm:kvm_entry");
            assertThat(event.tid()).isEqualTo(7);
        }
    }

    @Test
    void records_of_unknown_types_are_counted_and_passed_over() throws IOException {
        MadePerfData made = MadePerfData.of(file(), PerfShape.file(), 1, 1);
        made.write(1, 5);
        byte[] raw = new EventRecord(MadePerfData.ENTRY, PerfShape.file().order(), 7).toArray();
        try (PerfDataWriter perf = new PerfDataWriter(PerfShape.file(), file())) {
            perf.format(MadePerfData.ENTRY);
            perf.attr(PerfAttr.tracepoint(MadePerfData.ENTRY, 1, 1));
            perf.record(60, 0, new byte[16]);
            perf.record(60, 0, new byte[24]);
            perf.record(14, 0, new byte[16]);
            perf.sample(0, 1, 100, 0, 7, raw);
            perf.toolRecord(250, new byte[8]);
        }
        try (Recording recording = Recordings.open(file(), ReadOptions.DEFAULT)) {
            assertThat(ReadEvents.withTexts(recording).events).hasSize(1);
            assertThat(recording.warnings().all().stream().map(Warning::message))
                    .anyMatch(message -> message.contains("2 records of unknown type 60"))
                    .anyMatch(message -> message.contains("1 records of type SWITCH"))
                    .anyMatch(message -> message.contains("1 records of unknown type 250"));
            assertThat(recording.warnings().anyDamage()).isFalse();
        }
    }

    @Test
    void tasks_that_began_while_it_was_recorded_are_named_where_no_event_names_them() throws IOException {
        byte[] raw = new EventRecord(MadePerfData.ENTRY, PerfShape.file().order(), 7).toArray();
        try (PerfDataWriter perf = new PerfDataWriter(PerfShape.file(), file())) {
            perf.format(MadePerfData.ENTRY);
            perf.attr(PerfAttr.tracepoint(MadePerfData.ENTRY, 1, 1));
            perf.comm(0, 1, 0, 0, 7, "qemu");
            perf.sample(0, 1, 100, 0, 7, raw);
            byte[] fork = new byte[24];
            fork[0] = 7;
            fork[4] = 7;
            fork[8] = 8;
            fork[12] = 7;
            perf.record(7, 0, fork);
            perf.sample(0, 1, 200, 0, 8, raw);
            perf.comm(0, 1, 300, 0, 9, "CPU 0/KVM");
        }
        try (Recording recording = Recordings.open(file(), ReadOptions.DEFAULT)) {
            assertThat(recording.info().commByTid())
                    .containsEntry(7, "qemu")
                    .containsEntry(8, "qemu")
                    .containsEntry(9, "CPU 0/KVM");
            assertThat(ReadEvents.withTexts(recording).events).hasSize(2);
        }
    }

    @Test
    void version_1_and_directories_are_refused_by_name() throws IOException {
        for (String magic : List.of("PERFFILE", "ELIFFREP")) {
            Files.write(file(), (magic + "and so on").getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> Recordings.open(file(), ReadOptions.DEFAULT))
                    .isInstanceOf(UnsupportedTraceException.class)
                    .hasMessageContaining("version 1 (\"PERFFILE\")");
        }
    }
}
