package dev.hindsight.parsers.ftracetext;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The reader of texts on any bytes: nothing but a {@link TraceException} may come out, and counting must agree with
 * reading. Without JAZZER_FUZZ=1 only the seeds in the resources run.
 */
class FtraceTextFuzzTest {

    @FuzzTest(maxDuration = "60s")
    void any_bytes_are_read_or_refused(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ".txt");
        try {
            Files.write(file, bytes);
            FtraceTextRecording.recognises(file);
            read(file, ReadOptions.DEFAULT);
            read(file, ReadOptions.DEFAULT.refusingDamage());
        } finally {
            Files.delete(file);
        }
    }

    private static void read(Path file, ReadOptions options) throws IOException {
        try (Recording recording = FtraceTextRecording.open(file, options)) {
            int events = ReadText.of(recording).events.size();
            long counted = recording.count().events();
            if (counted != events) {
                throw new AssertionError("counted " + counted + ", read " + events);
            }
        } catch (TraceException e) {
            if (e.getMessage() == null || e.expected() == null || e.actual() == null) {
                throw new AssertionError("an error that does not tell what is wrong", e);
            }
        }
    }
}
