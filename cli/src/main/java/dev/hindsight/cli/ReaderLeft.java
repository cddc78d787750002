package dev.hindsight.cli;

import java.io.IOException;

/** Whoever read our standard output has had enough, as {@code head} has: the end of the work, and no failure. */
final class ReaderLeft extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ReaderLeft(Throwable cause) {
        super("the reader of standard output has gone", cause);
    }

    /** Whether that is why standard output could not be written: no type tells it, only the system's words. */
    static boolean isTold(IOException e) {
        return "Broken pipe".equals(e.getMessage());
    }
}
