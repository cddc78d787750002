package dev.hindsight.parsers.perfdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.Warnings;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import dev.hindsight.parsers.tracedat.TraceFile;
import dev.hindsight.sampletraces.GivenRecordings;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every event as {@code perf script} prints it, in its order: time to the nanosecond, CPU, thread, name and arguments;
 * and the counts of {@code perf report --stats}.
 *
 * <p>perf script passes over samples that were taken while the CPU was in the guest; {@code --stats} counts them, and so
 * does the reader.
 */
final class PerfScriptTest {

    private static final List<String> KEPT = List.of("kvm-zstd", "kvm-callchain", "kvm-pipe");
    private static final int CPU_MODE = 7;
    private static final int GUEST_KERNEL = 4;
    private static final int GUEST_USER = 5;
    private static final Pattern STATS_EVENT = Pattern.compile("^(\\S+:\\S+) stats:$");
    private static final Pattern STATS_COUNT = Pattern.compile("^\\s+(\\w+) events:\\s+(\\d+).*$");

    @TempDir
    Path scratch;

    @Test
    void the_kept_recordings_read_as_perf_script_printed_them() throws IOException {
        for (String name : KEPT) {
            Path file = PerfRecordingsGiven.kept(name, scratch);
            assertSame(file, PerfScript.stored(PerfRecordingsGiven.kept().resolve(name + ".script.txt.zst")));
        }
    }

    @Test
    void the_kept_recordings_read_as_the_perf_of_this_machine_prints_them() throws IOException {
        for (String name : KEPT) {
            Path file = PerfRecordingsGiven.kept(name, scratch);
            List<PerfScript.Event> printed = PerfScript.of(file, scratch);
            assumeTrue(printed != null, "perf is not installed");
            assertSame(file, printed);
        }
    }

    @Test
    void counts_and_losses_are_those_of_perf_report() throws IOException {
        for (String name : List.of("kvm-zstd", "kvm-callchain")) {
            assertStats(
                    PerfRecordingsGiven.kept(name, scratch),
                    PerfRecordingsGiven.kept().resolve(name + ".stats.txt"));
        }
    }

    @Test
    void given_recordings_read_as_perf_script_printed_them() throws IOException {
        List<Path> given = PerfRecordingsGiven.given();
        assumeTrue(!given.isEmpty(), GivenRecordings.HOW);
        int compared = 0;
        for (Path file : given) {
            Path script = PerfRecordingsGiven.beside(file, ".script.txt.zst");
            if (Files.exists(script)) {
                assertSame(file, PerfScript.stored(script));
                compared++;
            }
            Path stats = PerfRecordingsGiven.beside(file, ".stats.txt");
            if (Files.exists(stats)) {
                assertStats(file, stats);
            }
        }
        assertThat(compared).isPositive();
    }

    private static void assertSame(Path file, List<PerfScript.Event> printed) throws IOException {
        assertThat(printed).as("%s: what perf script prints", file).isNotEmpty();
        Map<String, Integer> inGuest = inGuest(file);
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT.refusingDamage())) {
            ReadEvents read = ReadEvents.withTexts(recording);
            List<String> expected = new ArrayList<>();
            for (PerfScript.Event event : printed) {
                expected.add(event.time() + " [" + event.cpu() + "] " + event.tid() + ' ' + event.name() + ": "
                        + event.args());
            }
            List<String> actual = new ArrayList<>();
            for (ReadEvents.Event event : read.events) {
                if (inGuest.merge(key(event.tsNs(), event.cpu()), -1, Integer::sum) < 0) {
                    actual.add(String.format(
                            Locale.ROOT,
                            "%d.%09d [%d] %d %s: %s",
                            event.tsNs() / 1_000_000_000,
                            event.tsNs() % 1_000_000_000,
                            event.cpu(),
                            event.tid(),
                            event.key(),
                            event.args().stripTrailing()));
                }
            }
            assertThat(actual).as("%s", file).isEqualTo(expected);
            assertThat(recording.warnings().all()).as("%s", file).isEmpty();
        }
    }

    private static String key(long tsNs, int cpu) {
        return tsNs + " " + cpu;
    }

    /** Samples taken in the guest, which perf script does not print, by time and CPU. */
    private static Map<String, Integer> inGuest(Path path) throws IOException {
        Map<String, Integer> found = new HashMap<>();
        Damage damage = new Damage(new Warnings(), true);
        try (TraceFile file = new TraceFile(path)) {
            PerfFileHeader header = PerfFileHeader.read(file);
            PerfContents contents = new PerfContents();
            if (!header.pipe()) {
                FileHead.attributes(file, header, contents);
            }
            long start = header.data().offset();
            long end = start + header.data().size();
            new RecordedHead(file, header, contents, damage).read(start, end);
            SampleLayout layout = contents.events.get(0).layout;
            boolean big = header.order() == ByteOrder.BIG_ENDIAN;
            try (RecordStream records = new RecordStream(file, start, end, header.order(), damage, new AtomicLong())) {
                while (records.next()) {
                    if (records.type == PerfRecord.TRACING_DATA) {
                        records.skip(RecordedHead.tracingBytes(records), "tracing data");
                    }
                    int mode = records.misc & CPU_MODE;
                    if (records.type == PerfRecord.SAMPLE && (mode == GUEST_KERNEL || mode == GUEST_USER)) {
                        long ts = Words.getLong(records.bytes, records.at + layout.time, big);
                        int cpu = Words.getInt(records.bytes, records.at + layout.cpu, big);
                        found.merge(key(ts, cpu), 1, Integer::sum);
                    }
                }
            }
        }
        return found;
    }

    private static void assertStats(Path file, Path stats) throws IOException {
        Map<String, Long> expected = new TreeMap<>();
        String event = "";
        long total = 0;
        long lostSamples = 0;
        long lostRecords = 0;
        for (String line : Files.readAllLines(stats)) {
            Matcher name = STATS_EVENT.matcher(line);
            Matcher count = STATS_COUNT.matcher(line);
            if (name.matches()) {
                event = name.group(1);
            } else if (count.matches()) {
                long n = Long.parseLong(count.group(2));
                String kind = count.group(1);
                if (event.isEmpty()) {
                    total = kind.equals("SAMPLE") ? n : total;
                    lostRecords = kind.equals("LOST") ? n : lostRecords;
                } else if (kind.equals("SAMPLE")) {
                    expected.put(event, n);
                } else if (kind.equals("LOST_SAMPLES")) {
                    lostSamples += n;
                }
            }
        }
        try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
            EventCounts counts = recording.count();
            Map<String, Long> actual = new TreeMap<>();
            for (int i = 0; i < counts.types().size(); i++) {
                EventCounts.Kind kind = counts.types().get(i);
                actual.put(kind.system() + ':' + kind.name(), counts.byType()[i]);
            }
            assertThat(actual).as("%s", file).isEqualTo(expected);
            assertThat(counts.events()).as("%s", file).isEqualTo(total);
            assertThat(counts.lostEvents()).as("%s: lost", file).isEqualTo(lostSamples);
            assertThat(counts.losses()).as("%s: losses", file).isEqualTo(lostRecords);
            ReadEvents read = ReadEvents.withTexts(recording);
            long lost = 0;
            for (ReadEvents.Loss loss : read.losses) {
                assertThat(loss.startNs()).isLessThanOrEqualTo(loss.endNs());
                lost += loss.events();
            }
            assertThat(lost).as("%s: lost, told beside the events", file).isEqualTo(lostSamples);
        }
    }
}
