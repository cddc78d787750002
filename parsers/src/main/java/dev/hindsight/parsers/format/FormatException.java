package dev.hindsight.parsers.format;

/**
 * A format description that says nothing usable. The reader that has the file makes it a {@link
 * dev.hindsight.parsers.fault.DamagedTraceException} or a warning, with the place in the file.
 */
public final class FormatException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String expected;
    private final String actual;

    FormatException(String expected, String actual) {
        super("expected " + expected + ", found " + actual);
        this.expected = expected;
        this.actual = actual;
    }

    /** What the description should have said. */
    public String expected() {
        return expected;
    }

    /** What it said, shortened. */
    public String actual() {
        return actual;
    }
}
