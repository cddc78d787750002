package dev.hindsight.parsers.ctf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.hindsight.parsers.Recordings;
import dev.hindsight.parsers.ctf.tsdl.TsdlParser;
import dev.hindsight.parsers.fault.TraceException;
import dev.hindsight.parsers.fault.Warnings;
import dev.hindsight.parsers.recording.ReadOptions;
import dev.hindsight.parsers.recording.ReadOrRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The reader on any bytes: nothing but a {@link TraceException} may come out, and counting must agree with reading.
 * Without JAZZER_FUZZ=1 only the seeds in the resources run.
 */
class CtfFuzzTest {

    private static final byte[] BETWEEN = {0, 'S', 'T', 'R', 'E', 'A', 'M', 0};

    @FuzzTest(maxDuration = "60s")
    void any_metadata_are_read_or_refused(byte[] bytes) {
        try {
            TsdlParser.parse(Path.of("metadata"), bytes, new Warnings());
        } catch (TraceException e) {
            ReadOrRefused.assertClear(e);
        }
    }

    /** Metadata, the bytes {@code \0STREAM\0}, a stream. */
    @FuzzTest(maxDuration = "60s")
    void any_trace_is_read_or_refused(byte[] bytes) throws IOException {
        int at = 0;
        while (at + BETWEEN.length < bytes.length
                && !Arrays.equals(bytes, at, at + BETWEEN.length, BETWEEN, 0, BETWEEN.length)) {
            at++;
        }
        Path trace = Files.createTempDirectory("fuzz");
        try {
            Files.write(trace.resolve("metadata"), Arrays.copyOf(bytes, at));
            Files.write(
                    trace.resolve("stream"),
                    Arrays.copyOfRange(bytes, Math.min(bytes.length, at + BETWEEN.length), bytes.length));
            ReadOrRefused.both(Recordings::open, trace, ReadOptions.DEFAULT);
        } finally {
            Files.delete(trace.resolve("metadata"));
            Files.delete(trace.resolve("stream"));
            Files.delete(trace);
        }
    }
}
