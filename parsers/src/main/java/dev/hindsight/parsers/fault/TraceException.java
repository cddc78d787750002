package dev.hindsight.parsers.fault;

import java.nio.file.Path;

/**
 * A recording that can't be read, told in one line: which file, at which byte, what was expected and what stood there.
 *
 * <p>Subclasses: {@link DamagedTraceException} (the bytes contradict the format), {@link UnsupportedTraceException}
 * (well-formed, but of a kind that Hindsight refuses by name), {@link UnreadableTraceException} (the operating system
 * would not give the bytes).
 */
public abstract sealed class TraceException extends RuntimeException
        permits DamagedTraceException, UnsupportedTraceException, UnreadableTraceException {

    private final transient Path file;
    private final long offset;
    private final String expected;
    private final String actual;

    TraceException(Path file, long offset, String expected, String actual, Throwable cause) {
        super(line(file, offset, expected, actual), cause);
        this.file = file;
        this.offset = offset;
        this.expected = expected;
        this.actual = actual;
    }

    private static String line(Path file, long offset, String expected, String actual) {
        String at = offset < 0 ? "" : " at offset " + offset + " (0x" + Long.toHexString(offset) + ")";
        return file + at + ": expected " + expected + ", found " + actual;
    }

    /** The recording; null after deserialization. */
    public final Path file() {
        return file;
    }

    /** Offset of the offending bytes from the start of the file, or -1 where no single place is to blame. */
    public final long offset() {
        return offset;
    }

    /** What the format asks for at that place. */
    public final String expected() {
        return expected;
    }

    /** What was found there. */
    public final String actual() {
        return actual;
    }
}
