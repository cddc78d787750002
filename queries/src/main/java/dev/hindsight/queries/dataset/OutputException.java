package dev.hindsight.queries.dataset;

import java.io.IOException;

/** A dataset, a file or standard output that can't be written, told in one line: which, why, what to do. */
public final class OutputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A place that an output must not go to. */
    public OutputException(String message) {
        super(message);
    }

    /** {@code place}: as the user named it. */
    public OutputException(String place, IOException cause) {
        super(place + ": " + WriteFailure.of(cause), cause);
    }
}
