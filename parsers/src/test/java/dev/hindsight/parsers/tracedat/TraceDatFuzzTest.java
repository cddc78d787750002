package dev.hindsight.parsers.tracedat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.ReadOrRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The reader on any bytes: nothing but a {@link TraceException} may come out, and counting must agree with reading.
 * Without JAZZER_FUZZ=1 only the seeds in the resources run.
 */
class TraceDatFuzzTest {

    @FuzzTest(maxDuration = "60s")
    void any_bytes_are_read_or_refused(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("fuzz", ".dat");
        try {
            Files.write(file, bytes);
            ReadOrRefused.both(Recordings::open, file, ReadOptions.DEFAULT.withDecoders(0));
        } finally {
            Files.delete(file);
        }
    }
}
