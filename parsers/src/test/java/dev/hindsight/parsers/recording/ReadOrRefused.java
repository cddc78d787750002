package dev.hindsight.parsers.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.fault.Warning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * What comes of a file in whatever state: its events, as many as are counted and as a table alone has them, or a clear refusal. All else that is
 * thrown goes on to the test.
 *
 * @param events null where it was refused
 * @param damaged whether damage was told
 */
public record ReadOrRefused(ReadEvents events, boolean damaged) {

    /** Opens a recording. */
    @FunctionalInterface
    public interface Opener {
        Recording open(Path file, ReadOptions options) throws IOException;
    }

    /** Of the recording that the file is recognised as. */
    public static ReadOrRefused of(Path file, ReadOptions options) throws IOException {
        return of(Recordings::open, file, options);
    }

    /** Of the recording as it is opened. */
    public static ReadOrRefused of(Opener opener, Path file, ReadOptions options) throws IOException {
        try (Recording recording = opener.open(file, options)) {
            ReadEvents events = ReadEvents.withTexts(recording);
            boolean damaged = recording.warnings().anyDamage();
            List<String> tables = ChosenRows.tables(events);
            if (!tables.isEmpty()) {
                String one = tables.get(events.events.size() % tables.size());
                List<Warning> told = recording.warnings().all();
                ChosenRows.assertAsAll(opener, file, options, events, told, one);
            }
            assertThat(recording.count().events()).as("counted").isEqualTo(events.events.size());
            assertThat(damaged && options.strict())
                    .as("damage in strict reading")
                    .isFalse();
            return new ReadOrRefused(events, damaged);
        } catch (TraceException e) {
            assertClear(e);
            return new ReadOrRefused(null, false);
        }
    }

    /** Reads once with allowances and once strictly. */
    public static void both(Opener opener, Path file, ReadOptions options) throws IOException {
        of(opener, file, options);
        of(opener, file, options.refusingDamage());
    }

    /** An error tells where, what was expected and what was found. */
    public static void assertClear(TraceException e) {
        assertThat(e.getMessage())
                .contains(e.file().toString())
                .contains("expected")
                .contains("found");
        assertThat(e.expected()).isNotEmpty();
        assertThat(e.actual()).isNotEmpty();
    }

    public boolean refused() {
        return events == null;
    }

    /** A copy with so many bits flipped, all among the first bytes. */
    public static byte[] flipped(byte[] whole, Random random, int flips, int among) {
        byte[] bytes = whole.clone();
        for (int i = 0; i < flips; i++) {
            bytes[random.nextInt(among)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }
}
