package dev.hindsight.parsers.ctf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The traces of babeltrace's own tests, those that must be read and those that must not, with the texts that it expects:
 * {@code -Dhindsight.corpus=DIR} names the directory that holds {@code babeltrace/ctf-traces} and {@code
 * babeltrace/expect-plugins}.
 */
final class CorpusTest {

    private static final Pattern TIME = Pattern.compile("\\[.* (-?[\\d,]+) ns from origin\\]");

    @TempDir
    Path scratch;

    private static Path corpus() {
        String directory = System.getProperty("hindsight.corpus", System.getenv("HINDSIGHT_CORPUS"));
        assumeTrue(directory != null, "no corpus given: -Dhindsight.corpus=DIR or HINDSIGHT_CORPUS");
        return Path.of(directory).resolve("babeltrace");
    }

    private static Path trace(String name) {
        return corpus().resolve("ctf-traces").resolve(name);
    }

    private static ReadEvents read(Path trace) throws IOException {
        try (Recording recording = Recordings.open(trace, ReadOptions.DEFAULT.refusingDamage())) {
            return ReadEvents.of(recording);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2packets",
                "array-align-elem",
                "barectf-event-before-packet",
                "crlf-metadata",
                "debug-info",
                "env-warning",
                "ev-disc-no-ts-begin-end",
                "lf-metadata",
                "lttng-crash",
                "lttng-event-after-packet",
                "meta-variant-no-underscore",
                "meta-variant-one-underscore",
                "meta-variant-reserved-keywords",
                "meta-variant-same-with-underscore",
                "meta-variant-two-underscores",
                "multi-domains/kernel",
                "multi-domains/ust",
                "no-packet-context",
                "sequence",
                "session-rotation/3/ust/pid/10352",
                "session-rotation/3/ust/pid/10353",
                "session-rotation/a/1/ust/pid/10352",
                "session-rotation/a/1/ust/pid/10353",
                "session-rotation/a/2/ust/pid/10352",
                "session-rotation/a/2/ust/pid/10353",
                "smalltrace",
                "struct-array-align-elem",
                "succeed1",
                "succeed2",
                "succeed3",
                "succeed4",
                "trace-with-index",
                "warnings",
                "wk-heartbeat-u",
                "lttng-tracefile-rotation/kernel"
            })
    void what_must_be_read_is_as_babeltrace2_prints_it(String name) throws Exception {
        Path trace = trace("succeed").resolve(name);
        List<String> lines = BabeltraceText.of(trace, scratch);
        assumeTrue(lines != null, "babeltrace2 is not installed");
        BabeltraceText.assertSame(read(trace), lines, name.endsWith("kernel"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "intersection/3eventsintersect",
                "intersection/3eventsintersectreverse",
                "intersection/nointersect",
                "intersection/nostream",
                "intersection/onestream",
                "packet-seq-num/2-lost-before-last",
                "packet-seq-num/2-streams-lost-in-2",
                "packet-seq-num/7-lost-between-2-with-index",
                "packet-seq-num/no-lost-not-starting-at-0",
                "live/split-metadata"
            })
    void other_traces_are_as_babeltrace2_prints_them(String name) throws Exception {
        Path trace = trace(name);
        List<String> lines = BabeltraceText.of(trace, scratch);
        assumeTrue(lines != null, "babeltrace2 is not installed");
        BabeltraceText.assertSame(read(trace), lines, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lttng-tracefile-rotation/kernel",
                "2packets",
                "barectf-event-before-packet",
                "smalltrace",
                "array-align-elem",
                "struct-array-align-elem"
            })
    void what_must_be_read_is_as_the_expected_text_has_it(String name) throws IOException {
        String file = "trace-" + name.replace("/kernel", "") + ".expect";
        List<String> expected = events(corpus().resolve("expect-plugins/src.ctf.fs/succeed/" + file));
        assertThat(expected).isNotEmpty();
        List<String> found = new ArrayList<>();
        for (ReadEvents.Event row : read(trace("succeed").resolve(name)).events) {
            found.add(row.tsNs() + " " + row.key().substring(row.key().indexOf(':') + 1));
        }
        if (!expected.get(0).startsWith("-")) {
            assertThat(found).isEqualTo(expected);
        } else {
            assertThat(found).hasSameSizeAs(expected);
        }
    }

    /** Time and name of each event of an expected text of babeltrace's {@code sink.text.details}. */
    private static List<String> events(Path expectation) throws IOException {
        List<String> events = new ArrayList<>();
        String ns = "-";
        for (String line : Files.readAllLines(expectation)) {
            Matcher time = TIME.matcher(line);
            if (time.matches()) {
                ns = time.group(1).replace(",", "");
            } else if (line.startsWith("Event `")) {
                String name = line.substring(7, line.indexOf('`', 7));
                events.add(ns + " " + name.substring(name.indexOf(':') + 1));
            }
        }
        return events;
    }

    @Test
    void lost_packets_are_told_where_numbers_are_missing() throws IOException {
        assertThat(read(trace("packet-seq-num/no-lost")).losses).isEmpty();
        assertThat(read(trace("packet-seq-num/no-lost-not-starting-at-0")).losses)
                .isEmpty();
        ReadEvents one = read(trace("packet-seq-num/2-lost-before-last"));
        assertThat(one.losses)
                .containsExactly(new ReadEvents.Loss(
                        0, 0, one.events.get(1).tsNs(), one.events.get(2).tsNs(), -1));
        assertThat(read(trace("packet-seq-num/2-streams-lost-in-2")).losses).hasSize(3);
        assertThat(read(trace("packet-seq-num/7-lost-between-2-with-index")).losses)
                .hasSize(1);
    }

    @Test
    void discarded_events_are_told_as_lost() throws IOException {
        assertThat(read(trace("succeed/ev-disc-no-ts-begin-end")).losses.stream()
                        .mapToLong(ReadEvents.Loss::events)
                        .sum())
                .isEqualTo(17);
        ReadEvents kernel = read(trace("succeed/multi-domains/kernel"));
        assertThat(kernel.losses).isNotEmpty();
        assertThat(kernel.losses).allSatisfy(loss -> assertThat(loss.endNs()).isGreaterThanOrEqualTo(loss.startNs()));
    }

    @Test
    void names_of_threads_come_from_the_statedump() throws IOException {
        try (Recording recording = Recordings.open(trace("succeed/multi-domains/kernel"), ReadOptions.DEFAULT)) {
            long states = ReadEvents.of(recording).events.stream()
                    .filter(r -> r.key().endsWith(":lttng_statedump_process_state"))
                    .count();
            assertThat(recording.info().commByTid().isEmpty()).isEqualTo(states == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fail1",
                "fail2",
                "integer-range",
                "invalid-sequence-length-field-class",
                "invalid-variant-selector-field-class",
                "lttng-modules-2.0-pre1",
                "metadata-syntax-error",
                "packet-based-metadata",
                "smalltrace"
            })
    void metadata_that_must_not_be_read_are_refused(String name) {
        Path trace = trace("fail").resolve(name);
        assertThatThrownBy(() -> Recordings.open(trace, ReadOptions.DEFAULT))
                .isInstanceOfAny(DamagedTraceException.class, UnsupportedTraceException.class)
                .hasMessageContaining("metadata");
    }

    @Test
    void a_packet_larger_than_its_file_is_damage_and_its_events_are_read() throws IOException {
        Path trace = trace("fail/invalid-packet-size/trace");
        try (Recording recording = Recordings.open(trace, ReadOptions.DEFAULT)) {
            ReadEvents.of(recording);
            assertThat(recording.warnings().anyDamage()).isTrue();
            assertThat(recording.warnings().all().get(0).message()).contains("packet_size");
        }
        assertThatThrownBy(() -> read(trace)).isInstanceOf(DamagedTraceException.class);
    }

    @Test
    void events_before_an_invalid_one_are_read_and_the_damage_is_told() throws IOException {
        Path trace = trace("fail/valid-events-then-invalid-events/trace");
        try (Recording recording = Recordings.open(trace, ReadOptions.DEFAULT)) {
            assertThat(ReadEvents.of(recording).events).hasSize(2);
            assertThat(recording.warnings().all()).hasSize(1);
            assertThat(recording.warnings().all().get(0).message())
                    .contains("at offset 2")
                    .contains("id 2");
        }
        assertThatThrownBy(() -> read(trace)).isInstanceOf(DamagedTraceException.class);
    }

    @Test
    void a_directory_with_several_traces_is_refused_with_their_paths() {
        Path traces = trace("succeed/multi-domains");
        assertThatThrownBy(() -> Recordings.open(traces, ReadOptions.DEFAULT))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("multi-domains/kernel")
                .hasMessageContaining("multi-domains/ust");
    }
}
