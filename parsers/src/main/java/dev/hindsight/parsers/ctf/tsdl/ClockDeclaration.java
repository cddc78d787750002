package dev.hindsight.parsers.ctf.tsdl;

/**
 * A clock: {@code time since its origin = offsetSeconds + (offset + value) / frequency}, in seconds.
 *
 * @param name as fields map to it
 * @param uuid of the clock, empty where it has none
 * @param description for people
 * @param frequency values a second
 * @param offsetSeconds of value 0 from the origin, seconds
 * @param offset of value 0 from the origin, values
 * @param absolute whether other traces' clocks that are absolute have the same origin
 */
public record ClockDeclaration(
        String name,
        String uuid,
        String description,
        long frequency,
        long offsetSeconds,
        long offset,
        boolean absolute) {

    /** The clock of a trace that declares none. */
    public static final ClockDeclaration DEFAULT = new ClockDeclaration("default", "", "", 1_000_000_000L, 0, 0, false);
}
