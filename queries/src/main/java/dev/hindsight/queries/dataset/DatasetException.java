package dev.hindsight.queries.dataset;

/** A dataset that can't be read or written, told in one line: which directory, what is wrong, what to do. */
public final class DatasetException extends RuntimeException {

    public DatasetException(String message) {
        super(message);
    }

    public DatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
