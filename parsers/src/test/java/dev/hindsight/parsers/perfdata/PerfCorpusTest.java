package dev.hindsight.parsers.perfdata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.recording.EventCounts;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.ReadOrRefused;
import dev.hindsight.parsers.recording.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Recordings of perf from other projects, below {@code -Dhindsight.corpus=DIR} (or HINDSIGHT_CORPUS): those of quipper
 * (google/perf_data_converter, folder {@code quipper}), of kernels 3.2 to 6.12, against its texts, and files that crashed
 * it; those of mstange/linux-perf-data (folder {@code mstange-linux-perf-data}) with both kinds of compressed records.
 */
final class PerfCorpusTest {

    private static final String HOW = "no corpus given: -Dhindsight.corpus=DIR or HINDSIGHT_CORPUS";

    private static Path folder(String name) {
        String directory = System.getProperty("hindsight.corpus", System.getenv("HINDSIGHT_CORPUS"));
        assumeTrue(directory != null && Files.isDirectory(Path.of(directory, name)), HOW);
        return Path.of(directory, name);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** Time and thread of a sample. */
    private record Sample(long tsNs, int tid) {}

    @Test
    void samples_of_quippers_recordings_have_the_times_and_threads_of_its_texts() throws IOException {
        int compared = 0;
        for (Path text : files(folder("quipper").resolve("testdata"))) {
            String name = text.getFileName().toString();
            Path file = text.resolveSibling(name.replace(".pb_text", ""));
            if (!name.endsWith(".pb_text") || !Files.exists(file)) {
                continue;
            }
            List<Sample> expected = samples(text);
            expected.sort(Comparator.comparingLong(Sample::tsNs));
            try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
                List<Sample> actual = new ArrayList<>();
                for (ReadEvents.Event event : ReadEvents.of(recording).events) {
                    actual.add(new Sample(event.tsNs(), event.tid()));
                }
                assertThat(actual).as(name).isEqualTo(expected);
                assertThat(recording.warnings().anyDamage()).as(name).isFalse();
                EventCounts counts = recording.count();
                assertThat(counts.lostEvents()).as("%s: lost", name).isEqualTo(lost(text));
            }
            compared++;
        }
        assertThat(compared).isGreaterThanOrEqualTo(10);
    }

    private static List<Sample> samples(Path text) throws IOException {
        List<Sample> samples = new ArrayList<>();
        boolean inSample = false;
        int tid = 0;
        for (String line : Files.readAllLines(text)) {
            String field = line.strip();
            if (field.equals("sample_event {")) {
                inSample = true;
            } else if (inSample && field.startsWith("tid: ")) {
                tid = Integer.parseInt(field.substring(5));
            } else if (inSample && field.startsWith("sample_time_ns: ")) {
                samples.add(new Sample(Long.parseLong(field.substring(16)), tid));
                inSample = false;
            }
        }
        return samples;
    }

    private static long lost(Path text) throws IOException {
        long lost = 0;
        for (String line : Files.readAllLines(text)) {
            String field = line.strip();
            if (field.startsWith("num_lost: ") || field.startsWith("lost: ")) {
                lost += Long.parseLong(field.substring(field.indexOf(' ') + 1));
            }
        }
        return lost;
    }

    @Test
    void all_of_quippers_recordings_read_without_damage_but_for_the_damaged_one() throws IOException {
        int read = 0;
        for (Path file : files(folder("quipper").resolve("testdata"))) {
            String name = file.getFileName().toString();
            if (name.endsWith(".pb_text")) {
                continue;
            }
            try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
                ReadEvents samples = ReadEvents.withTexts(recording);
                boolean damaged = name.contains("corrupted");
                assertThat(recording.warnings().anyDamage()).as(name).isEqualTo(damaged);
                assertThat(samples.events.isEmpty()).as(name).isEqualTo(damaged);
                assertThat(recording.count().events()).as(name).isEqualTo(samples.events.size());
            }
            read++;
        }
        assertThat(read).isGreaterThanOrEqualTo(30);
    }

    @Test
    void files_that_crashed_another_reader_are_refused_or_read_with_a_warning() throws IOException {
        int read = 0;
        for (Path file : files(folder("quipper").resolve("fuzz-corpus-malformed"))) {
            for (ReadOptions options : List.of(ReadOptions.DEFAULT, ReadOptions.DEFAULT.refusingDamage())) {
                try {
                    ReadOrRefused.of(file, options);
                } catch (RuntimeException e) {
                    fail(file.toString(), e);
                }
            }
            read++;
        }
        assertThat(read).isGreaterThanOrEqualTo(20);
    }

    @Test
    void both_kinds_of_compressed_records_read_as_the_plain_ones() throws IOException {
        Path folder = folder("mstange-linux-perf-data");
        int compared = 0;
        for (Path file : files(folder)) {
            String name = file.getFileName().toString();
            if (!name.endsWith(".data")) {
                continue;
            }
            try (Recording recording = Recordings.open(file, ReadOptions.DEFAULT)) {
                ReadEvents read = ReadEvents.withTexts(recording);
                boolean fibo = name.startsWith("fibo");
                assertThat(read.events.size()).as(name).isBetween(fibo ? 500 : 7, fibo ? 600 : 8);
                assertThat(read.events).as(name).allMatch(event -> event.key().startsWith("perf:cycles"));
                // what perf said on its standard error stands behind the records of this one
                boolean appended = name.equals("sleep.compressed2.pipe.data");
                assertThat(recording.warnings().anyDamage()).as(name).isEqualTo(appended);
            }
            compared++;
        }
        assertThat(compared).isEqualTo(6);
    }
}
