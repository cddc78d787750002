package dev.hindsight.replay.guest;

/** A guest's recording that does not go with the host's, told in one line with what to do instead. */
public final class GuestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public GuestException(String message) {
        super(message);
    }
}
