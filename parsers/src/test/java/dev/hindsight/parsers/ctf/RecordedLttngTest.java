package dev.hindsight.parsers.ctf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A KVM host as LTTng recorded it, against babeltrace2 and against what trace-cmd recorded of the same run. */
final class RecordedLttngTest {

    private static final Set<String> NOT_LTTNGS =
            Set.of("kvm_apicv_inhibit_changed", "kvm_halt_poll_ns", "kvm_vcpu_wakeup");

    /** Events of the lossy sample that get another thread than theirs. */
    private static final int MOST_WRONG = 4;

    @TempDir
    Path scratch;

    static Path sample() {
        return SampleTraces.recordings().resolve("ctf").resolve("lttng-host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lttng-host", "lttng-host-bare", "lttng-host-lossy"})
    void every_event_of_a_kvm_host_is_as_babeltrace2_prints_it_under_the_kernels_names(String name) throws Exception {
        Path sample = sample().resolveSibling(name);
        List<String> lines = BabeltraceText.of(sample, scratch);
        assumeTrue(lines != null, "babeltrace2 is not installed");
        assertThat(lines).hasSizeGreaterThan(5_000);
        try (Recording recording = Recordings.open(sample, ReadOptions.DEFAULT.refusingDamage())) {
            BabeltraceText.assertSame(ReadEvents.of(recording), lines, true);
            assertThat(recording.warnings().all()).isEmpty();
        }
    }

    @Test
    void a_kvm_host_tells_machine_kernel_clock_and_that_nothing_was_lost() throws IOException {
        try (Recording recording = Recordings.open(sample(), ReadOptions.DEFAULT)) {
            assertThat(recording.info().arch()).isEqualTo("x86_64");
            assertThat(recording.info().kernel()).isEqualTo("6.1.0-57-amd64");
            assertThat(recording.info().clock()).isEqualTo("monotonic, since 1970");
            assertThat(recording.info().cpus()).isEqualTo(2);
            EventCounts counts = recording.count();
            assertThat(counts.events()).isEqualTo(25_312);
            assertThat(counts.firstNs()).isEqualTo(1_795_989_582_914_584_440L);
            assertThat(counts.lastNs()).isEqualTo(1_795_989_586_549_210_930L);
            assertThat(counts.lostEvents()).isZero();
        }
    }

    /** LTTng's own counters ({@code lttng list}) and babeltrace2's warnings say the same. */
    @Test
    void what_lttng_discarded_is_told_where_it_is_missing_so_that_every_event_has_its_thread() throws IOException {
        try (Recording recording = Recordings.open(sample().resolveSibling("lttng-host-lossy"), ReadOptions.DEFAULT)) {
            EventCounts counts = recording.count();
            assertThat(counts.events()).isEqualTo(5_742);
            assertThat(counts.lostEvents()).isEqualTo(3_389);
            ReadEvents read = ReadEvents.of(recording);
            assertThat(read.losses.stream().mapToLong(ReadEvents.Loss::events).sum())
                    .isEqualTo(3_389);
            // The context is the oracle. A thread that exits has left its number already, and of an event that found no
            // room
            // where a shorter one behind it did nothing tells.
            assertThat(read.events)
                    .filteredOn(event -> event.tid() >= 0)
                    .filteredOn(event -> !event.text("context_vtid").equals("0"))
                    .filteredOn(event -> !event.text("context_vtid").equals(Integer.toString(event.tid())))
                    .hasSizeLessThanOrEqualTo(MOST_WRONG);
            assertThat(read.events).filteredOn(event -> event.tid() < 0).hasSizeLessThan(100);
        }
    }

    /** Both tracers ran at once, LTTng within the time of the other, which saw all of KVM's events that LTTng has. */
    @Test
    void kvms_events_are_as_many_as_trace_cmd_recorded_of_the_same_run() throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        Matcher count = Pattern.compile("\"(kvm_\\w+)\": (\\d+)")
                .matcher(Files.readString(sample().resolveSibling(sample().getFileName() + ".trace-cmd.json")));
        while (count.find()) {
            if (!NOT_LTTNGS.contains(count.group(1))) {
                expected.put(count.group(1), Long.parseLong(count.group(2)));
            }
        }
        try (Recording recording = Recordings.open(sample(), ReadOptions.DEFAULT)) {
            EventCounts counts = recording.count();
            Map<String, Long> found = new TreeMap<>();
            for (int i = 0; i < counts.types().size(); i++) {
                if (counts.types().get(i).system().equals("kvm")) {
                    found.put(counts.types().get(i).name(), counts.byType()[i]);
                }
            }
            assertThat(found).isEqualTo(expected).hasSizeGreaterThan(10);
        }
    }

    @Test
    void events_between_entry_and_exit_of_an_interrupt_have_its_flag() throws IOException {
        try (Recording recording = Recordings.open(sample(), ReadOptions.DEFAULT)) {
            int[] inTimer = {0, 0};
            int timers = 0;
            for (ReadEvents.Event event : ReadEvents.of(recording).events) {
                if (event.key().equals("irq_vectors:local_timer_entry")) {
                    inTimer[event.cpu()] = 1;
                } else if (inTimer[event.cpu()] == 1 && event.key().startsWith("timer:hrtimer_expire")) {
                    assertThat(event.flags() & 0x08).as(event.toString()).isEqualTo(0x08);
                    timers++;
                } else if (event.key().equals("irq_vectors:local_timer_exit")) {
                    inTimer[event.cpu()] = 0;
                }
            }
            assertThat(timers).isGreaterThan(1_000);
        }
    }
}
