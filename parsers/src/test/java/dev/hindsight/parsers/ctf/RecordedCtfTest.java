package dev.hindsight.parsers.ctf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;
import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.sampletraces.SampleTraces;
import dev.hindsight.sampletraces.synthetic.LttngKernelTrace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace as perf converts it, and one as LTTng's kernel tracer lays it out, against babeltrace2. */
final class RecordedCtfTest {

    @TempDir
    Path scratch;

    static Path sample() {
        return SampleTraces.recordings().resolve("ctf").resolve("kvmstat");
    }

    @Test
    void every_event_of_a_converted_perf_data_is_as_babeltrace2_printed_it() throws IOException {
        List<String> lines;
        try (InputStream in =
                new ZstdInputStream(Files.newInputStream(sample().resolveSibling("kvmstat.babeltrace.txt.zst")))) {
            lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        try (Recording recording = Recordings.open(sample(), ReadOptions.DEFAULT.refusingDamage())) {
            BabeltraceText.assertSame(ReadEvents.of(recording), lines, false);
            assertThat(recording.warnings().all()).isEmpty();
        }
    }

    @Test
    void the_samples_are_the_ones_that_were_recorded() throws Exception {
        Path directory = sample().getParent();
        List<String> sums = Files.readAllLines(directory.resolve("SHA256SUMS"));
        assertThat(sums).hasSizeGreaterThan(4);
        for (String line : sums) {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Files.readAllBytes(directory.resolve(line.substring(66))));
            assertThat(HexFormat.of().formatHex(digest)).as(line).isEqualTo(line.substring(0, 64));
        }
    }

    @Test
    void a_converted_perf_data_tells_machine_kernel_clock_and_counts() throws IOException {
        try (Recording recording = Recordings.open(sample(), ReadOptions.DEFAULT)) {
            assertThat(recording.info().format()).isEqualTo("ctf");
            assertThat(recording.info().version()).isEqualTo("1.8");
            assertThat(recording.info().arch()).isEqualTo("x86_64");
            assertThat(recording.info().kernel()).isEqualTo("6.1.0-56-amd64");
            assertThat(recording.info().clock()).isEqualTo("perf_clock");
            assertThat(recording.info().cpus()).isEqualTo(2);
            EventCounts counts = recording.count();
            assertThat(counts.events()).isEqualTo(1393);
            assertThat(counts.byCpu()).containsExactly(1388, 5);
            assertThat(counts.firstNs()).isEqualTo(51_028_428_187L);
            assertThat(counts.lastNs()).isEqualTo(51_541_827_543L);
            assertThat(counts.types())
                    .containsExactlyInAnyOrder(
                            new EventCounts.Kind("kvm", "kvm_entry"),
                            new EventCounts.Kind("kvm", "kvm_exit"),
                            new EventCounts.Kind("kvm", "kvm_msr"));
        }
    }

    @Test
    void every_event_of_a_kernel_trace_is_as_babeltrace2_prints_it_under_the_kernels_names() throws Exception {
        Path trace = scratch.resolve("session").resolve("kernel");
        LttngKernelTrace.write(trace, 3, 20_000, 7);
        List<String> lines = BabeltraceText.of(trace, scratch);
        assumeTrue(lines != null, "babeltrace2 is not installed");
        try (Recording recording = Recordings.open(trace.getParent(), ReadOptions.DEFAULT.refusingDamage())) {
            ReadEvents read = ReadEvents.of(recording);
            BabeltraceText.assertSame(read, lines, true);
            assertThat(recording.info().clock()).isEqualTo("monotonic, since 1970");
        }
    }

    @Test
    void events_of_the_kernel_have_the_thread_that_the_scheduler_brought_last() throws IOException {
        LttngKernelTrace.write(scratch.resolve("kernel"), 2, 5_000, 11);
        try (Recording recording = Recordings.open(scratch.resolve("kernel"), ReadOptions.DEFAULT)) {
            ReadEvents read = ReadEvents.of(recording);
            String[] running = {null, null};
            int checked = 0;
            for (ReadEvents.Event row : read.events) {
                boolean isSwitch = row.key().equals("sched:sched_switch");
                if (isSwitch && running[row.cpu()] == null) {
                    running[row.cpu()] = row.text("prev_pid");
                }
                if (running[row.cpu()] != null) {
                    assertThat(Integer.toString(row.tid())).isEqualTo(running[row.cpu()]);
                    checked++;
                } else {
                    // Before the first switch, which takes away the idle thread.
                    assertThat(Integer.toString(row.tid())).isEqualTo("0");
                }
                running[row.cpu()] = isSwitch ? row.text("next_pid") : running[row.cpu()];
            }
            assertThat(checked).isGreaterThan(4_900);
        }
    }

    @Test
    void counting_agrees_with_reading() throws IOException {
        LttngKernelTrace.write(scratch.resolve("kernel"), 4, 30_000, 3);
        try (Recording recording = Recordings.open(scratch.resolve("kernel"), ReadOptions.DEFAULT)) {
            ReadEvents read = ReadEvents.of(recording);
            EventCounts counts = recording.count();
            assertThat(counts.events()).isEqualTo(read.events.size()).isEqualTo(30_000);
            assertThat(counts.firstNs()).isEqualTo(read.events.get(0).tsNs());
            assertThat(counts.lastNs()).isEqualTo(read.events.get(29_999).tsNs());
            for (int i = 0; i < counts.types().size(); i++) {
                EventCounts.Kind kind = counts.types().get(i);
                assertThat(read.events.stream()
                                .filter(r -> r.key().equals(kind.system() + ":" + kind.name()))
                                .count())
                        .isEqualTo(counts.byType()[i]);
            }
            assertThat(recording.progress()).isEqualTo(1);
        }
    }
}
