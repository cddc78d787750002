package dev.hindsight.sampletraces.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the writer writes, as trace-cmd reads it. */
class TraceDatWriterTest {

    private static final EventFormat SAMPLE = EventFormat.of("lab", "sample", 300)
            .field("int", "number", 4, true)
            .field("u64", "big", 8, false)
            .array("char", "comm", 16, 1, true)
            .array("u16", "shorts", 3, 2, false)
            .dataLoc("char", "name", 1, true)
            .relLoc("char", "other", 1, true)
            .print("\"number=%d big=%llu comm=%s name=%s other=%s\", REC->number, REC->big, REC->comm,"
                    + " __get_str(name), __get_rel_str(other)");

    @TempDir
    Path directory;

    @BeforeEach
    void trace_cmd_is_the_judge() {
        TraceCmd.assumeInstalled();
    }

    static Stream<FileShape> shapes() {
        return Stream.of(
                FileShape.v6(),
                FileShape.v6().bigEndian(),
                FileShape.v6().withLongBytes(4),
                FileShape.v6().bigEndian().withLongBytes(4).withPageBytes(65536),
                FileShape.v6().withLongBytes(4).withKernelLongBytes(8),
                FileShape.v7(),
                FileShape.v7().bigEndian().with(Compression.ZSTD),
                FileShape.v7().with(Compression.ZSTD),
                FileShape.v7().withLongBytes(4).with(Compression.ZSTD),
                FileShape.v7().withPageBytes(65536));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void every_shape_is_read_back_with_its_values(FileShape shape) throws Exception {
        Path file = directory.resolve("shape.dat");
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            trace.event(SAMPLE);
            trace.commandLine(42, "CPU 0/KVM").commandLine(7, "loader");
            for (int i = 0; i < 500; i++) {
                trace.top().cpu(i % 2).event(1_000_000_000L + i * 1000L, sample(shape, 42 - 35 * (i % 2), i));
            }
            trace.write(file);
        }
        List<String> lines = TraceCmd.report(file, "-t");
        assertThat(lines.get(0)).isEqualTo("cpus=2");
        assertThat(lines).hasSize(501);
        for (int i = 0; i < 500; i++) {
            String who = i % 2 == 0 ? "CPU 0/KVM-42" : "loader-7";
            assertThat(lines.get(i + 1).replaceAll("\\s+", " "))
                    .isEqualTo(who + " [00" + i % 2 + "] 1." + String.format("%09d", i * 1000) + ": sample: number="
                            + -i + " big=" + (1L << 40 | i) + " comm=comm" + i + " name=" + "n".repeat(i % 40)
                            + " other=o" + i);
        }
    }

    @Test
    void far_events_get_time_extends_and_absolute_ones_time_stamps() throws Exception {
        FileShape shape = FileShape.v6();
        Path file = directory.resolve("far.dat");
        long[] times = {5, 5, (1L << 27) + 4, (1L << 28) + 4, (1L << 28) + 5 + (1L << 27), 1L << 40, 1L << 58};
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            trace.event(SAMPLE);
            for (long ns : times) {
                trace.top().cpu(0).event(ns, sample(shape, 1, 0));
                trace.top().cpu(1).absoluteTimeStamps(true).event(ns, sample(shape, 1, 0));
            }
            trace.write(file);
        }
        for (int cpu = 0; cpu < 2; cpu++) {
            List<String> lines = TraceCmd.report(file, "-t", "--cpu", Integer.toString(cpu));
            for (int i = 0; i < times.length; i++) {
                assertThat(lines.get(i + 1))
                        .contains(" " + times[i] / 1_000_000_000 + "." + String.format("%09d", times[i] % 1_000_000_000)
                                + ":");
            }
        }
    }

    @Test
    void missed_events_are_reported_with_their_count_where_there_is_room() throws Exception {
        FileShape shape = FileShape.v6();
        Path file = directory.resolve("missed.dat");
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            trace.event(SAMPLE);
            CpuBuffer cpu = trace.top().cpu(0);
            cpu.event(1000, sample(shape, 1, 1));
            cpu.missed(77).event(2000, sample(shape, 1, 2));
            cpu.missedUncounted().event(3000, sample(shape, 1, 3));
            trace.write(file);
        }
        List<String> lines = TraceCmd.report(file);
        assertThat(lines.get(2)).isEqualTo("CPU:0 [77 EVENTS DROPPED]");
        assertThat(lines.get(4)).isEqualTo("CPU:0 [EVENTS DROPPED]");
        assertThat(lines).hasSize(6);
    }

    @Test
    void padding_is_passed_over_and_large_records_are_whole() throws Exception {
        FileShape shape = FileShape.v6();
        EventFormat raw = EventFormat.of("lab", "large", 301)
                .dataLoc("char", "text", 1, true)
                .print("\"text=%s\", __get_str(text)");
        Path file = directory.resolve("large.dat");
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            trace.event(raw);
            CpuBuffer cpu = trace.top().cpu(0);
            long ns = 1000;
            for (int length : new int[] {99, 100, 101, 1000, 4000, 3000}) {
                EventRecord record = new EventRecord(raw, shape.order(), 1).with("text", "x".repeat(length));
                cpu.event(ns += 10, record);
                cpu.discarded(ns += 10, 24);
            }
            cpu.paddedToPageEnd();
            cpu.event(ns, new EventRecord(raw, shape.order(), 1).with("text", "last"));
            trace.write(file);
        }
        List<String> lines = TraceCmd.report(file);
        assertThat(lines.stream().skip(1).map(line -> line.length() - line.indexOf("text=") - 5))
                .containsExactly(99, 100, 101, 1000, 4000, 3000, 4);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void instances_come_back_under_their_names(FileShape shape) throws Exception {
        Path file = directory.resolve("instances.dat");
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            trace.event(SAMPLE);
            trace.option(TraceOption.traceClock("[local] global"));
            trace.option(TraceOption.uname("Linux lab 6.1.0"));
            trace.option(TraceOption.cpuCount(2));
            trace.top().cpu(0).event(10, sample(shape, 1, 1));
            trace.top().cpu(1).event(30, sample(shape, 1, 3));
            trace.instance("kvm").cpu(0).event(5, sample(shape, 1, 2));
            trace.instance("kvm").cpu(1).event(20, sample(shape, 1, 4));
            trace.write(file);
        }
        List<String> lines = TraceCmd.report(file, "-t").stream()
                .filter(l -> l.contains("sample:"))
                .toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).startsWith("kvm:").contains("number=-2");
        assertThat(lines.get(1)).doesNotStartWith("kvm:").contains("number=-1");
        assertThat(lines.get(2)).startsWith("kvm:").contains("number=-4");
        assertThat(lines.get(3)).doesNotStartWith("kvm:").contains("number=-3");
    }

    @Test
    void options_shift_time_as_trace_cmd_understands_them() throws Exception {
        for (FileShape shape : List.of(FileShape.v6(), FileShape.v7().with(Compression.ZSTD))) {
            Path file = directory.resolve("options.dat");
            try (TraceDatWriter trace = new TraceDatWriter(shape)) {
                trace.event(SAMPLE);
                trace.option(TraceOption.offset("1000"));
                trace.option(TraceOption.version("3.1.6"));
                trace.option(TraceOption.traceId(0x1234));
                trace.option(TraceOption.procMaps("1 0 init\n"));
                trace.option(TraceOption.cpuStat("CPU: 0\nentries: 1\n"));
                trace.option(TraceOption.guest("g", 9, List.of(new TraceOption.GuestCpu(0, 42))));
                trace.top().cpu(0).event(500, sample(shape, 1, 1));
                trace.write(file);
            }
            assertThat(TraceCmd.report(file, "-t").get(1)).contains(" 0.000001500:");
        }
    }

    @Test
    void tsc_is_converted_by_its_multiplier_and_shift() throws Exception {
        FileShape shape = FileShape.v7();
        Path file = directory.resolve("tsc.dat");
        try (TraceDatWriter trace = new TraceDatWriter(shape).clock("x86-tsc")) {
            trace.event(SAMPLE);
            trace.option(TraceOption.traceClock("local [x86-tsc]"));
            trace.option(TraceOption.tsc2nsec(3, 1, 100));
            trace.top().cpu(0).event(1000, sample(shape, 1, 1));
            trace.write(file);
        }
        assertThat(TraceCmd.report(file, "-t").get(1)).contains(" 0.000001500:");
    }

    @Test
    void kallsyms_and_printk_formats_give_names_to_addresses() throws Exception {
        FileShape shape = FileShape.v6();
        EventFormat call = EventFormat.of("lab", "call", 302)
                .field("void *", "function", 8, false)
                .print("\"function=%ps\", REC->function");
        Path file = directory.resolve("symbols.dat");
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            trace.event(call);
            trace.kallsyms("ffffffff81000000 T first\nffffffff81000100 t pit_timer_fn\t[kvm]\n");
            trace.printkFormats("0xffffffff82000000 : \"text\"\n");
            trace.top().cpu(0).event(1, new EventRecord(call, shape.order(), 1).with("function", 0xffffffff81000100L));
            trace.write(file);
        }
        assertThat(TraceCmd.report(file).get(1)).endsWith("function=pit_timer_fn");
    }

    @Test
    void a_latency_file_holds_text() throws Exception {
        Path file = directory.resolve("latency.dat");
        try (TraceDatWriter trace =
                new TraceDatWriter(FileShape.v6()).cpuCount(1).latency("# tracer: wakeup\n")) {
            trace.write(file);
        }
        assertThat(TraceCmd.report(file)).contains("# tracer: wakeup");
    }

    @Test
    void time_that_falls_is_refused() throws IOException {
        FileShape shape = FileShape.v6();
        try (TraceDatWriter trace = new TraceDatWriter(shape)) {
            CpuBuffer cpu = trace.top().cpu(0).event(10, sample(shape, 1, 1));
            assertThatThrownBy(() -> cpu.event(9, sample(shape, 1, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("time falls from 10 to 9");
        }
    }

    private static EventRecord sample(FileShape shape, int tid, int i) {
        return new EventRecord(SAMPLE, shape.order(), tid)
                .with("number", -i)
                .with("big", 1L << 40 | i)
                .with("comm", "comm" + i)
                .with("shorts", i, i + 1, i + 2)
                .with("name", "n".repeat(i % 40))
                .with("other", "o" + i);
    }
}
