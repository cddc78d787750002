package dev.hindsight.cli;

/** Whoever read our standard output has had enough, as {@code head} has: the end of the work, and no failure. */
final class ReaderLeft extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ReaderLeft(Throwable cause) {
        super("the reader of standard output has gone", cause);
    }
}
