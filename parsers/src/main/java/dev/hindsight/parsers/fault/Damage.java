package dev.hindsight.parsers.fault;

import java.util.Objects;

/**
 * What a reader does with damage that it can read past: tells it as a warning, or refuses the file where it was opened
 * strictly. Safe for use by several threads.
 */
public final class Damage {

    private final Warnings warnings;
    private final boolean strict;

    public Damage(Warnings warnings, boolean strict) {
        this.warnings = Objects.requireNonNull(warnings, "warnings");
        this.strict = strict;
    }

    /**
     * Tells damage that leaves something out.
     *
     * @param code stable code of the warning
     * @param subject tells occurrences of one code apart
     * @param found what is wrong and where
     * @param consequence what is left out or done instead, a clause without full stop
     * @throws DamagedTraceException {@code found} itself, where the file is read strictly
     */
    public void found(String code, String subject, DamagedTraceException found, String consequence) {
        found(code, subject, found, consequence, 1);
    }

    /** As {@link #found(String, String, DamagedTraceException, String)}, of damage that was met {@code count} times. */
    public void found(String code, String subject, DamagedTraceException found, String consequence, long count) {
        if (strict) {
            throw found;
        }
        warnings.damaged(code, subject, found.getMessage() + "; " + consequence, found.offset(), count);
    }

    /** Where things that are no damage are told. */
    public Warnings warnings() {
        return warnings;
    }
}
