package dev.hindsight.parsers.ftracetext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.recording.ReadEvents;
import dev.hindsight.parsers.recording.ReadEvents.Event;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.ReadOrRefused;
import dev.hindsight.parsers.recording.Recording;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage costs the lines that it hits, is told with its place, and never ends the reading. */
class DamagedTextTest {

    private static final String LINE = "  x-1 [000] 1.00000%d: local_timer_exit: vector=236\n";

    @TempDir
    Path scratch;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(scratch.resolve("trace.txt"), bytes);
    }

    private Path file(String text) throws IOException {
        return file(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private byte[] head(int bytes) throws IOException {
        return Arrays.copyOf(Files.readAllBytes(SampleTexts.text("x86-pair.trace", scratch)), bytes);
    }

    @Test
    void a_text_cut_at_any_byte_is_read_up_to_there() throws IOException {
        byte[] whole = head(6_000);
        List<Event> all = ReadEvents.of(file(whole)).events;
        for (int length = 1_200; length < whole.length; length += length < 1_500 ? 1 : 29) {
            List<Event> events = ReadEvents.of(file(Arrays.copyOf(whole, length))).events;
            int lines = 0;
            for (int i = 0; i < length; i++) {
                lines += whole[i] == '\n' && (i == 0 || i + 1 == whole.length || whole[i + 1] != '#') ? 1 : 0;
            }
            assertThat(events.size()).as("cut at %d", length).isBetween(lines - 2, lines + 1);
            for (int i = 0; i < events.size() - 1; i++) {
                assertThat(events.get(i).tsNs()).isEqualTo(all.get(i).tsNs());
                assertThat(events.get(i).key()).isEqualTo(all.get(i).key());
            }
        }
    }

    @Test
    void flipped_bits_cost_at_most_the_lines_they_hit() throws IOException {
        byte[] whole = head(40_000);
        int events = ReadEvents.of(file(whole)).events.size();
        long seed = System.nanoTime();
        System.out.println("flipped_bits seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            int flips = 1 + random.nextInt(20);
            byte[] flipped = ReadOrRefused.flipped(whole, random, flips, whole.length);
            ReadEvents read =
                    ReadOrRefused.of(file(flipped), ReadOptions.DEFAULT).events();
            assertThat(read.events.size()).isBetween(events - 2 * flips, events + flips);
        }
    }

    @Test
    void what_is_no_event_is_told_with_its_place_and_strictly_refused() throws IOException {
        String text =
                String.format(LINE, 1) + "  sh-121 [000] 1.0000\n02: sched_switch: prev\n" + String.format(LINE, 3);
        try (Recording recording = Recordings.open(file(text), ReadOptions.DEFAULT)) {
            assertThat(ReadEvents.of(recording).events).hasSize(2);
            Warning warning = recording.warnings().all().get(0);
            assertThat(warning.code()).isEqualTo("broken-line");
            assertThat(warning.count()).isEqualTo(2);
            assertThat(warning.damage()).isTrue();
            assertThat(warning.offset()).isEqualTo(LINE.length() - 1);
        }
        try (Recording strict = Recordings.open(file(text), ReadOptions.DEFAULT.refusingDamage())) {
            assertThatThrownBy(() -> ReadEvents.of(strict)).isInstanceOf(DamagedTraceException.class);
        }
    }

    @Test
    void lines_of_any_length_bytes_and_ends_leave_the_others_whole() throws IOException {
        String text = String.format(LINE, 1)
                + "y".repeat(3 << 20)
                + "\n"
                + String.format(LINE, 2).replace("\n", "\r\n")
                + "\0\0\0\0\n"
                + String.format(LINE, 3)
                + "  x-1 [000] 1.000004: my_event: a=" + "z".repeat(1 << 20) + "\n"
                + "  x-1 [999999] 1.000005: local_timer_exit: vector=236\n"
                + "  x-1 [000] 99999999999999999999.000005: local_timer_exit: vector=236\n"
                + "  x-99999999999 [000] 1.000005: local_timer_exit: vector=236\n"
                + "  \u00ff\u00fe-1 [000] 1.000006: local_timer_exit: vector=236\n"
                + String.format(LINE, 7).strip();
        try (Recording recording = Recordings.open(file(text), ReadOptions.DEFAULT)) {
            ReadEvents read = ReadEvents.of(recording);
            assertThat(read.events)
                    .extracting(Event::tsNs)
                    .containsExactly(
                            1_000_001_000L,
                            1_000_002_000L,
                            1_000_003_000L,
                            1_000_004_000L,
                            1_000_006_000L,
                            1_000_007_000L);
            assertThat(recording.warnings().all()).extracting(Warning::code).contains("line-too-long", "broken-line");
            assertThat(recording.count().events()).isEqualTo(read.events.size());
        }
    }

    @Test
    void very_many_kinds_of_events_become_one() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            text.append("  x-1 [000] 1.")
                    .append(100_000 + i)
                    .append(": event_")
                    .append(i)
                    .append(": a=")
                    .append(i)
                    .append('\n');
        }
        ReadEvents read = ReadEvents.of(file(text.toString()));
        assertThat(read.events).hasSize(3_000);
        assertThat(read.types.size()).isLessThan(1_100);
    }

    @Test
    void random_bytes_are_refused_or_read() throws IOException {
        long seed = System.nanoTime();
        System.out.println("random_bytes seed " + seed);
        Random random = new Random(seed);
        String alphabet = "0123456789 []-:.()x#\n\t=>\"%,|abcdefCPU";
        for (int round = 0; round < 60; round++) {
            StringBuilder text = new StringBuilder("  x-1 [000] 1.000001: local_timer_exit: vector=236\n");
            for (int i = random.nextInt(4_000); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(ReadEvents.of(file(text.toString())).events).isNotEmpty();
            } catch (TraceException e) {
                assertThat(e.getMessage()).contains("trace.txt");
            }
        }
    }
}
