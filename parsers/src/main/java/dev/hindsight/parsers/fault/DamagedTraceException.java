package dev.hindsight.parsers.fault;

import java.nio.file.Path;

/** The bytes of a recording contradict its format: truncated, overwritten, or hostile. */
public final class DamagedTraceException extends TraceException {

    /** {@code offset} is from the start of the file, -1 where no single place is to blame. */
    public DamagedTraceException(Path file, long offset, String expected, String actual) {
        super(file, offset, expected, actual, null);
    }
}
