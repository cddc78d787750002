package dev.hindsight.parsers.ctf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.sampletraces.synthetic.CtfBits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces made bit by bit, with exact expectations. */
final class SyntheticCtfTest {

    private static final String TYPES = """
        /* CTF 1.8 */
        typealias integer { size = 8; } := u8;
        typealias integer { size = 16; } := u16;
        typealias integer { size = 32; } := u32;
        typealias integer { size = 64; } := u64;
        typealias integer { size = 8; encoding = UTF8; } := ch;
        """;

    @TempDir
    Path directory;

    private static String trace(String order, String more) {
        return TYPES + "trace { major = 1; minor = 8; byte_order = " + order + "; " + more + " };\n";
    }

    private Recording open(String metadata, Map<String, byte[]> streams) throws IOException {
        Files.writeString(directory.resolve("metadata"), metadata, StandardCharsets.UTF_8);
        for (Map.Entry<String, byte[]> stream : streams.entrySet()) {
            Files.write(directory.resolve(stream.getKey()), stream.getValue());
        }
        return Recordings.open(directory, ReadOptions.DEFAULT.refusingDamage());
    }

    private ReadEvents read(String metadata, CtfBits bits) throws IOException {
        try (Recording recording = open(metadata, Map.of("s", bits.bytes()))) {
            ReadEvents rows = ReadEvents.of(recording);
            assertThat(recording.count().events()).isEqualTo(rows.events.size());
            return rows;
        }
    }

    private static String fields(String fields) {
        return "event { name = \"sys:e\"; fields := struct { " + fields + " }; };";
    }

    @Test
    void integers_of_any_size_sign_and_byte_order_stand_beside_one_another() throws IOException {
        String metadata = trace("le", "")
                + fields("integer { size = 3; } a; integer { size = 5; signed = 1; } b; integer { size = 17; } c;"
                        + " integer { size = 64; signed = 1; byte_order = be; } d; integer { size = 12; align ="
                        + " 32; byte_order = be; } e; u64 f; integer { size = 32; signed = 1; } g;");
        CtfBits bits = new CtfBits()
                .put(5, 3, false)
                .put(-3, 5, false)
                .put(0x1ABCD, 17, false)
                .be(-2, 64)
                .align(32)
                .put(0xABC, 12, true)
                .le(-1, 64)
                .le(Integer.MIN_VALUE, 32);
        Map<String, String> row = read(metadata, bits).events.get(0).texts();
        assertThat(row)
                .containsEntry("a", "5")
                .containsEntry("b", "-3")
                .containsEntry("c", Integer.toString(0x1ABCD))
                .containsEntry("d", "-2")
                .containsEntry("e", Integer.toString(0xABC))
                .containsEntry("f", "18446744073709551615")
                .containsEntry("g", Integer.toString(Integer.MIN_VALUE));
    }

    @Test
    void floating_point_numbers_texts_arrays_and_sequences_become_columns() throws IOException {
        String metadata = trace("be", "")
                + fields("floating_point { exp_dig = 8; mant_dig = 24; } f; floating_point { exp_dig = 11; mant_dig ="
                        + " 53; byte_order = le; } d; string s; ch c[6]; u8 n; ch cs[n]; u16 list[2]; u32 seq[n];"
                        + " u8 none[0];");
        CtfBits bits = new CtfBits()
                .be(Float.floatToIntBits(-28.5f), 32)
                .le(Double.doubleToLongBits(1e300), 64)
                .text("héllo")
                .chars("ab", 6)
                .be(3, 8)
                .chars("xyz", 3)
                .be(7, 16)
                .be(65535, 16)
                .be(1, 32)
                .be(2, 32)
                .be(4_000_000_000L, 32);
        Map<String, String> row = read(metadata, bits).events.get(0).texts();
        assertThat(row)
                .containsEntry("f", "-28.5")
                .containsEntry("d", "1.0E300")
                .containsEntry("s", "héllo")
                .containsEntry("c", "ab")
                .containsEntry("cs", "xyz")
                .containsEntry("list", "[7, 65535]")
                .containsEntry("seq", "[1, 2, 4000000000]");
    }

    @Test
    void members_of_structures_have_flat_names_and_arrays_of_structures_are_texts() throws IOException {
        String metadata = trace("le", "")
                + fields("struct { u8 a; struct { string b; } in; } out; struct { u8 x; ch t[2]; string s; } many[2];"
                        + " string words[2]; u8 n; u8 grid[n][2]; enum : u8 { ONE = 1, TWO } kinds[2];");
        CtfBits bits = new CtfBits()
                .le(1, 8)
                .text("deep")
                .le(2, 8)
                .chars("ab", 2)
                .text("p")
                .le(3, 8)
                .chars("c", 2)
                .text("")
                .text("w1")
                .text("w2")
                .le(1, 8)
                .le(8, 8)
                .le(9, 8)
                .le(2, 8)
                .le(77, 8);
        Map<String, String> row = read(metadata, bits).events.get(0).texts();
        assertThat(row)
                .containsEntry("out_a", "1")
                .containsEntry("out_in_b", "deep")
                .containsEntry(
                        "many", "[ [0] = { x = 2, t = \"ab\", s = \"p\" }, [1] = { x = 3, t = \"c\", s = \"\" } ]")
                .containsEntry("words", "[ [0] = \"w1\", [1] = \"w2\" ]")
                .containsEntry("grid", "[ [0] = [ [0] = 8, [1] = 9 ] ]")
                .containsEntry("kinds", "[ [0] = TWO, [1] = 77 ]");
    }

    @Test
    void a_variant_fills_the_columns_of_its_option_and_leaves_the_others_null() throws IOException {
        String metadata = trace("le", "")
                + fields("enum : u8 { INT, TEXT = 5 ... 9, LIST, REAL } tag; variant <tag> { u8 INT; string TEXT; u8"
                        + " LIST[2]; floating_point { exp_dig = 11; mant_dig = 53; } REAL; } v; u8 behind;");
        CtfBits bits = new CtfBits();
        bits.le(0, 8).le(255, 8).le(1, 8);
        bits.le(7, 8).text("hi").le(2, 8);
        bits.le(10, 8).le(4, 8).le(5, 8).le(3, 8);
        bits.le(11, 8).le(Double.doubleToLongBits(0.5), 64).le(4, 8);
        ReadEvents rows = read(metadata, bits);
        assertThat(rows.events).hasSize(4);
        String[][] expected = {
            {"255", null, "[]", null, "1"},
            {null, "hi", "[]", null, "2"},
            {null, null, "[4, 5]", null, "3"},
            {null, null, "[]", "0.5", "4"}
        };
        for (int i = 0; i < 4; i++) {
            Map<String, String> row = rows.events.get(i).texts();
            assertThat(new String[] {
                        row.get("v_INT"), row.get("v_TEXT"), row.get("v_LIST"), row.get("v_REAL"), row.get("behind")
                    })
                    .as("event " + i)
                    .isEqualTo(expected[i]);
        }
    }

    @Test
    void lengths_and_tags_are_found_in_every_scope_by_absolute_and_relative_paths() throws IOException {
        String metadata = trace("le", "packet.header := struct { u8 h; };")
                + "stream { packet.context := struct { u8 p; u8 cpu_id; }; event.header := struct { u8 id; u8 k; };"
                + " event.context := struct { u8 c; }; };\n"
                + "event { name = e; id = 3; context := struct { u8 own; }; fields := struct { u8 f; struct { u8 g; u8"
                + " viaG[g]; u8 viaF[f]; } s; u8 a[trace.packet.header.h]; u8 b[stream.packet.context.p]; u8"
                + " d[stream.event.header.k]; u8 x[stream.event.context.c]; u8 y[event.context.own]; u8"
                + " z[event.fields.s.g]; u8 w[own]; }; };";
        CtfBits bits = new CtfBits().le(1, 8).le(2, 8).le(6, 8);
        bits.le(3, 8).le(1, 8).le(2, 8).le(1, 8);
        bits.le(2, 8).le(1, 8).le(10, 8).le(20, 8).le(21, 8);
        bits.le(30, 8)
                .le(40, 8)
                .le(41, 8)
                .le(50, 8)
                .le(60, 8)
                .le(61, 8)
                .le(70, 8)
                .le(80, 8)
                .le(90, 8);
        ReadEvents.Event row = read(metadata, bits).events.get(0);
        assertThat(row.cpu()).isEqualTo(6);
        assertThat(row.texts())
                .containsEntry("s_viaG", "[10]")
                .containsEntry("s_viaF", "[20, 21]")
                .containsEntry("a", "[30]")
                .containsEntry("b", "[40, 41]")
                .containsEntry("d", "[50]")
                .containsEntry("x", "[60, 61]")
                .containsEntry("y", "[70]")
                .containsEntry("z", "[80]")
                .containsEntry("w", "[90]")
                .containsEntry("context_c", "2")
                .containsEntry("context_own", "1");
    }

    private static final String CLOCKED = "clock { name = c; freq = %s; offset_s = %s; offset = %s; };\n"
            + "typealias integer { size = %s; map = clock.c.value; } := stamp;\n"
            + "stream { packet.context := struct { u64 timestamp_begin; u64 timestamp_end; u32 content_size; u32"
            + " packet_size; u32 events_discarded; u32 packet_seq_num; u32 cpu_id; }; event.header := struct { stamp"
            + " timestamp; }; };\n"
            + "event { name = \"sys:e\"; fields := struct { u8 x; }; };";

    private static CtfBits packet(long begin, int discarded, int number, int cpu, int stampBits, long... stamps) {
        return packetUntil(begin, begin + 10, discarded, number, cpu, stampBits, stamps);
    }

    private static CtfBits packetUntil(
            long begin, long end, int discarded, int number, int cpu, int stampBits, long... stamps) {
        CtfBits bits = new CtfBits().le(begin, 64).le(end, 64).le(0, 32).le(0, 32);
        bits.le(discarded, 32).le(number, 32).le(cpu, 32);
        for (long stamp : stamps) {
            bits.le(stamp, stampBits).le(1, 8);
        }
        bits.set(128, bits.size(), 32, false);
        bits.align(256).set(160, bits.size(), 32, false);
        return bits;
    }

    private static byte[] joined(CtfBits... packets) {
        CtfBits all = new CtfBits();
        for (CtfBits p : packets) {
            for (byte b : p.packet(p.size() / 8)) {
                all.le(b, 8);
            }
        }
        return all.bytes();
    }

    @Test
    void short_time_stamps_are_continued_from_the_packets_begin_and_the_clock_has_frequency_and_offset()
            throws IOException {
        String metadata = trace("le", "") + CLOCKED.formatted("1000", "5", "7", "8");
        byte[] stream = joined(packet(0x1F0, 0, 0, 0, 8, 0xF5, 0xFF, 0x00, 0x00, 0x80, 0x7F));
        try (Recording recording = open(metadata, Map.of("s", stream))) {
            assertThat(ReadEvents.of(recording).events.stream().map(ReadEvents.Event::tsNs))
                    .containsExactly(
                            5_508_000_000L,
                            5_518_000_000L,
                            5_519_000_000L,
                            5_519_000_000L,
                            5_647_000_000L,
                            5_902_000_000L);
            assertThat(recording.info().nsPerTick()).isEqualTo(1e6);
        }
    }

    @Test
    void streams_are_merged_by_time_and_ties_go_by_cpu() throws IOException {
        String metadata = trace("le", "") + CLOCKED.formatted("1000000000", "0", "0", "64");
        try (Recording recording = open(
                metadata,
                Map.of(
                        "a",
                        joined(packet(10, 0, 0, 1, 64, 10, 20, 30)),
                        "b",
                        joined(packet(5, 0, 0, 0, 64, 5, 20, 40)),
                        "empty",
                        new byte[0],
                        "c",
                        joined(packet(7, 0, 0, 2, 64))))) {
            assertThat(ReadEvents.of(recording).events.stream().map(r -> r.tsNs() + "@" + r.cpu()))
                    .containsExactly("5@0", "10@1", "20@0", "20@1", "30@1", "40@0");
            assertThat(recording.info().cpus()).isEqualTo(3);
        }
    }

    @Test
    void discarded_events_and_missing_packets_are_losses_of_their_cpu() throws IOException {
        String metadata = trace("le", "") + CLOCKED.formatted("1000000000", "0", "0", "64");
        byte[] stream = joined(
                packet(10, 0, 0, 3, 64, 11, 12),
                packet(20, 5, 1, 3, 64, 21, 22),
                packet(30, 5, 4, 3, 64, 31),
                packet(40, 9, 5, 3, 64));
        try (Recording recording = open(metadata, Map.of("s", stream))) {
            ReadEvents read = ReadEvents.of(recording);
            assertThat(read.losses)
                    .containsExactly(
                            new ReadEvents.Loss(3, 0, 12, 21, 5),
                            new ReadEvents.Loss(3, 0, 22, 31, -1),
                            new ReadEvents.Loss(3, 0, 31, 31, 4));
            assertThat(recording.count().losses()).isEqualTo(3);
            assertThat(recording.count().lostEvents()).isEqualTo(9);
            assertThat(recording.count().lostIsKnown()).isFalse();
        }
    }

    @Test
    void lttng_counts_in_a_packet_what_it_lost_behind_it() throws IOException {
        String metadata = trace("le", "") + "env { domain = \"kernel\"; tracer_name = \"lttng-modules\"; };"
                + CLOCKED.formatted("1000000000", "0", "0", "64");
        byte[] stream = joined(packet(10, 0, 0, 3, 64, 11), packet(20, 5, 1, 3, 64, 21), packet(30, 5, 2, 3, 64, 31));
        try (Recording recording = open(metadata, Map.of("s", stream))) {
            assertThat(ReadEvents.of(recording).losses).containsExactly(new ReadEvents.Loss(3, 0, 21, 31, 5));
        }
    }

    @Test
    void what_lttng_lost_while_no_packet_could_begin_is_missing_there_unless_the_packet_lasted_longer_behind()
            throws IOException {
        String metadata = trace("le", "") + "env { domain = \"kernel\"; tracer_name = \"lttng-modules\"; };"
                + CLOCKED.formatted("1000000000", "0", "0", "64");
        long[] ends = {60, 200};
        ReadEvents.Loss[] losses = {new ReadEvents.Loss(3, 0, 11, 51, 5), new ReadEvents.Loss(3, 0, 51, 201, 5)};
        for (int i = 0; i < ends.length; i++) {
            byte[] stream = joined(
                    packetUntil(10, 20, 0, 0, 3, 64, 11),
                    packetUntil(50, ends[i], 5, 1, 3, 64, 51),
                    packetUntil(ends[i], ends[i] + 10, 5, 2, 3, 64, ends[i] + 1));
            try (Recording recording = open(metadata, Map.of("s", stream))) {
                assertThat(ReadEvents.of(recording).losses).containsExactly(losses[i]);
            }
        }
    }

    @Test
    void files_that_a_tracer_rotated_through_are_one_stream() throws IOException {
        String metadata = trace("le", "packet.header := struct { u32 magic; u64 stream_instance_id; };")
                + CLOCKED.formatted("1000000000", "0", "0", "64");
        Map<String, byte[]> files = Map.of(
                "k_0_1", withHeader(packet(10, 3, 0, 0, 64, 11)),
                "k_0_2", withHeader(packet(20, 3, 1, 0, 64, 21)),
                "k_0_0", withHeader(packet(30, 3, 2, 0, 64, 31)));
        try (Recording recording = open(metadata, files)) {
            ReadEvents read = ReadEvents.of(recording);
            assertThat(read.events.stream().map(ReadEvents.Event::tsNs)).containsExactly(11L, 21L, 31L);
            assertThat(read.losses).containsExactly(new ReadEvents.Loss(0, 0, 11, 11, 3));
        }
    }

    private static byte[] withHeader(CtfBits packet) {
        CtfBits bits = new CtfBits().le(0xC1FC1FC1L, 32).le(9, 64);
        for (byte b : packet.packet(packet.size() / 8)) {
            bits.le(b, 8);
        }
        // content and packet are larger by the header's 12 bytes; what was padding ends the content
        int content = contentOf(packet) + 96;
        return bits.set(96 + 128, content, 32, false)
                .set(96 + 160, bits.size(), 32, false)
                .bytes();
    }

    private static int contentOf(CtfBits packet) {
        byte[] b = packet.bytes();
        return b[16] & 0xFF | (b[17] & 0xFF) << 8;
    }

    @Test
    void what_perf_tells_at_time_0_of_what_was_there_before_is_no_event() throws IOException {
        String metadata = trace("le", "") + "clock { name = perf_clock; freq = 1000000000; }; stream { event.header :="
                + " struct { u32 id; integer { size = 64; map = clock.perf_clock.value; } timestamp; }; };"
                + " event { id = 0; name = perf_comm; fields := struct { u32 tid; }; };"
                + " event { id = 1; name = \"sched:other\"; fields := struct { u32 x; }; };";
        CtfBits bits = new CtfBits()
                .le(0, 32)
                .le(0, 64)
                .le(7, 32)
                .le(0, 32)
                .le(0, 64)
                .le(8, 32)
                .le(1, 32)
                .le(1000, 64)
                .le(1, 32)
                .le(0, 32)
                .le(1001, 64)
                .le(9, 32);
        try (Recording recording = open(metadata, Map.of("s", bits.bytes()))) {
            assertThat(ReadEvents.of(recording).events.stream().map(e -> e.tsNs() + " " + e.key()))
                    .containsExactly("1000 sched:other", "1001 ctf:perf_comm");
            assertThat(recording.warnings().all()).singleElement().satisfies(warning -> {
                assertThat(warning.code()).isEqualTo("told-of-before");
                assertThat(warning.count()).isEqualTo(2);
            });
        }
    }

    @Test
    void the_thread_is_that_of_the_context_where_the_tracer_recorded_it() throws IOException {
        String metadata = trace("le", "") + "env { domain = \"kernel\"; tracer_name = \"lttng-modules\"; };stream {"
                + " event.context := struct { u32 _tid; ch _procname[16]; }; };event { name"
                + " = sched_waking; fields := struct { ch _comm[16]; integer { size = 32;"
                + " signed = 1; } _tid; integer { size = 32; signed = 1; } _prio; integer {"
                + " size = 32; signed = 1; } _target_cpu; }; };";
        CtfBits bits = new CtfBits().le(77, 32).chars("waker", 16);
        bits.chars("wakee", 16).le(88, 32).le(-50, 32).le(1, 32);
        ReadEvents.Event row = read(metadata, bits).events.get(0);
        assertThat(row.key()).isEqualTo("sched:sched_waking");
        assertThat(row.tid()).isEqualTo(77);
        assertThat(row.texts())
                .containsEntry("pid", "88")
                .containsEntry("prio", "50")
                .containsEntry("comm", "wakee")
                .containsEntry("target_cpu", "1")
                .containsEntry("context_procname", "waker");
    }

    @Test
    void events_of_lttng_have_the_kernels_names() throws IOException {
        String[][] names = {
            {"kvm_x86_exit", "kvm:kvm_exit"},
            {"kvm_x86_inj_virq", "kvm:kvm_inj_virq"},
            {"kvm_set_irq", "kvm:kvm_set_irq"},
            {"irq_softirq_entry", "irq:softirq_entry"},
            {"irq_handler_exit", "irq:irq_handler_exit"},
            {"timer_hrtimer_expire_entry", "timer:hrtimer_expire_entry"},
            {"x86_irq_vectors_local_timer_entry", "irq_vectors:local_timer_entry"},
            {"x86_irq_vectors_ipi_exit", "irq_vectors:x86_platform_ipi_exit"},
            {"power_cpu_idle", "power:cpu_idle"},
            {"syscall_entry_futex", "syscalls:sys_enter_futex"},
            {"workqueue_execute_start", "workqueue:workqueue_execute_start"},
            {"lttng_statedump_end", "lttng:lttng_statedump_end"}
        };
        StringBuilder metadata = new StringBuilder(trace("le", ""))
                .append("env { domain = \"kernel\"; tracer_name = \"lttng-modules\"; };")
                .append("stream { event.header := struct { u8 id; }; };");
        CtfBits bits = new CtfBits();
        for (int i = 0; i < names.length; i++) {
            metadata.append("event { id = " + i + "; name = " + names[i][0] + "; fields := struct { u8 vec; }; };");
            bits.le(i, 8).le(0, 8);
        }
        ReadEvents rows = read(metadata.toString(), bits);
        for (int i = 0; i < names.length; i++) {
            assertThat(rows.events.get(i).key()).isEqualTo(names[i][1]);
        }
        try (Recording recording = Recordings.open(directory, ReadOptions.DEFAULT)) {
            assertThat(recording.info().arch()).isEqualTo("x86_64");
        }
    }

    @Test
    void several_traces_below_a_directory_are_refused_and_one_is_found() throws IOException {
        String metadata = trace("le", "") + fields("u8 x;");
        for (String name : new String[] {"session/kernel", "session/ust/uid"}) {
            Files.createDirectories(directory.resolve(name));
            Files.writeString(directory.resolve(name).resolve("metadata"), metadata);
            Files.write(directory.resolve(name).resolve("s"), new byte[] {1, 2});
        }
        assertThatThrownBy(() -> Recordings.open(directory, ReadOptions.DEFAULT))
                .isInstanceOf(UnsupportedTraceException.class)
                .hasMessageContaining("session/kernel")
                .hasMessageContaining("session/ust/uid");
        try (Recording recording = Recordings.open(directory.resolve("session/ust"), ReadOptions.DEFAULT)) {
            assertThat(recording.info().file()).endsWith("session/ust/uid");
            assertThat(recording.count().events()).isEqualTo(2);
        }
    }

    @Test
    void a_directory_without_a_trace_and_a_part_of_one_say_what_to_name() throws IOException {
        assertThatThrownBy(() -> Recordings.open(directory, ReadOptions.DEFAULT))
                .hasMessageContaining("a directory without a CTF trace");
        Path part = directory.resolve("channel0_0");
        Files.write(part, withHeader(packet(10, 0, 0, 0, 64, 11)));
        assertThatThrownBy(() -> Recordings.open(part, ReadOptions.DEFAULT)).hasMessageContaining("name its directory");
    }

    @Test
    void paths_that_lead_nowhere_are_refused_with_the_path() {
        for (String wrong : new String[] {
            "u8 x[later]; u8 later;",
            "string s; u8 x[s];",
            "u8 t; variant <t> { u8 a; } v;",
            "variant <gone> { u8 a; } v;"
        }) {
            assertThatThrownBy(() -> open(trace("le", "") + fields(wrong), Map.of()))
                    .as(wrong)
                    .isInstanceOf(DamagedTraceException.class)
                    .hasMessageContaining("`");
        }
    }
}
