package dev.hindsight.queries.arrow;

/** A recording has no table of that name, or not one alone; the message names those it has. */
public final class NoSuchTableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoSuchTableException(String message) {
        super(message);
    }
}
