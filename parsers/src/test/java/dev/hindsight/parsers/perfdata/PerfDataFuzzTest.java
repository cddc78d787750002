package dev.hindsight.parsers.perfdata;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The reader on any bytes: nothing but a {@link TraceException} may come out, and counting must agree with reading.
 * Without JAZZER_FUZZ=1 only the seeds in the resources run.
 */
class PerfDataFuzzTest {

    @FuzzTest(maxDuration = "60s")
    void any_bytes_are_read_or_refused(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ".data");
        try {
            Files.write(file, bytes);
            read(file, ReadOptions.DEFAULT);
            read(file, ReadOptions.DEFAULT.refusingDamage());
        } finally {
            Files.delete(file);
        }
    }

    private static void read(Path file, ReadOptions options) throws IOException {
        try (Recording recording = Recordings.open(file, options)) {
            ReadSamples samples = ReadSamples.of(recording);
            long counted = recording.count().events();
            if (counted != samples.events.size()) {
                throw new AssertionError("counted " + counted + ", read " + samples.events.size());
            }
        } catch (TraceException e) {
            if (e.getMessage() == null || e.expected() == null || e.actual() == null) {
                throw new AssertionError("an error that does not tell what is wrong", e);
            }
        }
    }
}
