package dev.hindsight.replay.timeline;

/**
 * A marker that the user names with {@code --marker NAME=pio:0x510}, {@code NAME=mmio:0xa000000},
 * {@code NAME=hypercall:NR} or {@code NAME=trace_marker:TEXT}: a value other than 0 begins, 0 ends.
 *
 * <p>{@link Pio} (a write to an I/O port; the value is what is written), {@link Mmio} (a write to a guest
 * physical address that the monitor or KVM emulates; the value is what is written), {@link Hypercall} (the value is its
 * first argument; of arm64's HVC the number is the instruction's immediate and the value what x0 holds), {@link TraceMarker} (a {@code print} event whose text begins with TEXT; the value is the integer that
 * follows, 1 where none does).
 */
public sealed interface MarkerRule {

    /** Name of the marker. */
    String name();

    /** A write to an I/O port. */
    record Pio(String name, int port) implements MarkerRule {}

    /** A write to a guest physical address without memory behind it. */
    record Mmio(String name, long address) implements MarkerRule {}

    /** A hypercall by its number. */
    record Hypercall(String name, long number) implements MarkerRule {}

    /** A line in the trace that user space or the guest's monitor wrote. */
    record TraceMarker(String name, String text) implements MarkerRule {}

    /** Parses the flag's form; numbers may be decimal or 0x-hexadecimal. */
    static MarkerRule parse(String flag) {
        int equals = flag.indexOf('=');
        int colon = flag.indexOf(':', equals + 1);
        if (equals <= 0 || colon < 0 || colon + 1 == flag.length()) {
            throw malformed(flag);
        }
        String name = flag.substring(0, equals);
        String rest = flag.substring(colon + 1);
        try {
            return switch (flag.substring(equals + 1, colon)) {
                case "pio" -> new Pio(name, port(flag, Long.decode(rest)));
                case "mmio" -> new Mmio(name, address(flag, rest));
                case "hypercall" -> new Hypercall(name, Long.decode(rest));
                case "trace_marker" -> new TraceMarker(name, rest);
                default -> throw malformed(flag);
            };
        } catch (NumberFormatException e) {
            throw malformed(flag);
        }
    }

    private static int port(String flag, long port) {
        if (port < 0 || port > 0xFFFF) {
            throw malformed(flag);
        }
        return (int) port;
    }

    /** Physical addresses have 52 bits at most. */
    private static long address(String flag, String text) {
        long address = Long.decode(text);
        if (address < 0 || address >>> 52 != 0) {
            throw malformed(flag);
        }
        return address;
    }

    private static IllegalArgumentException malformed(String flag) {
        return new IllegalArgumentException("marker '" + flag
                + "': expected NAME=pio:PORT, NAME=mmio:ADDRESS, NAME=hypercall:NUMBER or NAME=trace_marker:TEXT, for"
                + " instance job=pio:0x510");
    }
}
