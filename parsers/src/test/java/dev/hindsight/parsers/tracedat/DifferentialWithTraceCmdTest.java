package dev.hindsight.parsers.tracedat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.recording.RecordingSink;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.sampletraces.GivenRecordings;
import dev.hindsight.sampletraces.SampleTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every event of real recordings, in order, as {@code trace-cmd report} has it: name, CPU, thread, instance and time to
 * the nanosecond, and the losses. The samples of the repository, and with {@code -Dhindsight.recordings=DIR} (or
 * HINDSIGHT_RECORDINGS) every {@code .dat} and {@code .dat.zst} below a directory.
 */
class DifferentialWithTraceCmdTest {

    /** Clocks whose times trace-cmd prints as seconds; others it prints as plain numbers. */
    private static final Set<String> SECONDS =
            Set.of("local", "global", "uptime", "perf", "mono", "mono_raw", "tsc2nsec");

    @TempDir
    Path directory;

    @Test
    void the_samples_read_as_trace_cmd_reports_them() throws IOException {
        assumeTrue(TraceCmdReport.isInstalled(), "trace-cmd is not installed");
        List<SampleTraces.Sample> samples = SampleTraces.all();
        assertThat(samples).isNotEmpty();
        SampleTraces.Sample smallest = samples.get(0);
        for (SampleTraces.Sample sample : samples) {
            if (Files.size(sample.file()) < Files.size(smallest.file())) {
                smallest = sample;
            }
        }
        assertSame(SampleTraces.trace(smallest.name()));
    }

    @Test
    @Tag("slow")
    void all_given_recordings_read_as_trace_cmd_reports_them() throws IOException {
        assumeTrue(TraceCmdReport.isInstalled(), "trace-cmd is not installed");
        List<Path> files = GivenRecordings.all();
        assumeTrue(!files.isEmpty(), GivenRecordings.HOW);
        int compared = 0;
        for (Path file : files) {
            compared += assertSame(GivenRecordings.plain(file, directory)) ? 1 : 0;
        }
        assertThat(compared).isPositive();
    }

    /** Compares line by line; false where this trace-cmd cannot read the file (built without zlib). */
    private static boolean assertSame(Path file) throws IOException {
        TraceCmdReport report = TraceCmdReport.of(file);
        if (report.events.isEmpty()) {
            return false;
        }
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT.refusingDamage())) {
            Lines lines = new Lines(recording);
            recording.read(schema -> block -> {}, lines);
            int same = 0;
            while (same < Math.min(lines.events.size(), report.events.size())
                    && lines.events.get(same).equals(line(report.events.get(same)))) {
                same++;
            }
            if (same < lines.events.size() || same < report.events.size()) {
                assertThat(same < lines.events.size() ? lines.events.get(same) : "nothing more")
                        .as("%s: event %d of %d", file, same, report.events.size())
                        .isEqualTo(same < report.events.size() ? line(report.events.get(same)) : "nothing more");
            }
            assertThat(lines.losses).as("losses in %s", file).containsExactlyInAnyOrderElementsOf(report.losses);
            assertCounts(file, recording.count(), report);
        }
        return true;
    }

    private static void assertCounts(Path file, EventCounts counts, TraceCmdReport report) {
        Map<String, Long> expected = new TreeMap<>();
        Map<Integer, Long> expectedByCpu = new HashMap<>();
        for (TraceCmdReport.Event event : report.events) {
            expected.merge(event.name(), 1L, Long::sum);
            expectedByCpu.merge(event.cpu(), 1L, Long::sum);
        }
        Map<String, Long> actual = new TreeMap<>();
        for (int i = 0; i < counts.types().size(); i++) {
            actual.merge(counts.types().get(i).name(), counts.byType()[i], Long::sum);
        }
        assertThat(actual).as("counts by name in %s", file).isEqualTo(expected);
        Map<Integer, Long> byCpu = new HashMap<>();
        for (int cpu = 0; cpu < counts.byCpu().length; cpu++) {
            if (counts.byCpu()[cpu] > 0) {
                byCpu.put(cpu, counts.byCpu()[cpu]);
            }
        }
        assertThat(byCpu).as("counts by CPU in %s", file).isEqualTo(expectedByCpu);
    }

    private static String line(TraceCmdReport.Event event) {
        return event.instance() + ' ' + event.tid() + ' ' + event.cpu() + ' ' + event.time() + ' ' + event.name();
    }

    /** The recording in the report's terms. */
    private static final class Lines implements RecordingSink {

        final List<String> events = new ArrayList<>();
        final List<Long> losses = new ArrayList<>();
        private final List<EventType> types = new ArrayList<>();
        private final List<String> instances;
        private final boolean seconds;

        Lines(Recording recording) {
            instances = recording.info().instances();
            seconds = SECONDS.contains(recording.info().clock());
        }

        @Override
        public void type(EventType type) {
            types.add(type);
        }

        @Override
        public void slice(EventSlice slice) {
            for (int i = 0; i < slice.size; i++) {
                TableBlock block = slice.blocks[slice.type[i]];
                int row = slice.row[i];
                String instance =
                        instances.get((int) block.column(EventTables.INSTANCE).getLong(row));
                long tid = block.column(EventTables.TID).getLong(row);
                events.add(instance
                        + ' '
                        + tid
                        + ' '
                        + slice.cpu[i]
                        + ' '
                        + time(slice.tsNs[i])
                        + ' '
                        + types.get(slice.type[i]).name());
            }
        }

        private String time(long ns) {
            if (!seconds) {
                return Long.toUnsignedString(ns);
            }
            long whole = Long.divideUnsigned(ns, 1_000_000_000L);
            long rest = Long.remainderUnsigned(ns, 1_000_000_000L);
            return String.format(Locale.ROOT, "%d.%09d", whole, rest);
        }

        @Override
        public void lost(int cpu, int instance, long startNs, long endNs, long count) {
            losses.add(count);
        }
    }
}
