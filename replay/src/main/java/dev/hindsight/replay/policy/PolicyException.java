package dev.hindsight.replay.policy;

/**
 * A policy that can't be had: malformed, or not fitting the recording that it is meant for. Its message is one line that
 * names the offending part and says what to do next. It comes before anything runs.
 */
public final class PolicyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PolicyException(String reason) {
        super(reason);
    }

    PolicyException(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** The same with a policy's name in front, for where there are several. */
    public PolicyException in(String policy) {
        return new PolicyException("policy '" + Shown.text(policy) + "': " + getMessage(), this);
    }
}
