package dev.hindsight.parsers.fault;

import java.io.IOException;
import java.nio.file.Path;

/** The operating system would not give the bytes of a recording: missing, a directory, no permission, an I/O error. */
public final class UnreadableTraceException extends TraceException {

    /** {@code expected} says what was being read, for instance "a readable file". */
    public UnreadableTraceException(Path file, long offset, String expected, IOException cause) {
        super(file, offset, expected, cause.toString(), cause);
    }
}
