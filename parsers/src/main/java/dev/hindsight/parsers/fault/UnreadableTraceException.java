package dev.hindsight.parsers.fault;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The operating system would not give the bytes of a recording: missing, a directory, no permission, an I/O error. */
public final class UnreadableTraceException extends TraceException {

    /** {@code expected} says what was being read, for instance "a readable file". */
    public UnreadableTraceException(Path file, long offset, String expected, IOException cause) {
        super(file, offset, expected, found(cause), cause);
    }

    private static String found(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no file of that name";
        } else if (cause instanceof AccessDeniedException) {
            return "one that this user may not read";
        }
        return cause.toString();
    }
}
