package dev.hindsight.parsers.fault;

import java.nio.file.Path;

/** A well-formed recording of a kind that Hindsight refuses by name; {@code expected} says what it reads instead. */
public final class UnsupportedTraceException extends TraceException {

    /** {@code offset} is from the start of the file, -1 where no single place is to blame. */
    public UnsupportedTraceException(Path file, long offset, String expected, String actual) {
        super(file, offset, expected, actual, null);
    }
}
