package dev.hindsight.replay.timeline;

/**
 * A marker that the user names with {@code --marker NAME=pio:0x510}, {@code NAME=mmio:0xa000000},
 * {@code NAME=hypercall:NR}, {@code NAME=hypercall:NR:ARGUMENT}, {@code NAME=trace_marker:TEXT} or {@code
 * NAME=guest_task:COMM}: a value other than 0 begins, 0 ends.
 *
 * <p>{@link Pio} (a write to an I/O port; the value is what is written), {@link Mmio} (a write to a guest
 * physical address that the monitor or KVM emulates; the value is what is written), {@link Hypercall} (the value is one
 * of its arguments, the first unless told), {@link TraceMarker} (a {@code print} event whose text begins with TEXT; the
 * value is the integer that follows, 1 where none does), {@link GuestTask} (a task of a guest whose own recording is
 * there: made runnable, 1; asleep again, 0).
 */
public sealed interface MarkerRule {

    /** Name of the marker. */
    String name();

    /** A write to an I/O port. */
    record Pio(String name, int port) implements MarkerRule {}

    /** A write to a guest physical address without memory behind it. */
    record Mmio(String name, long address) implements MarkerRule {}

    /**
     * A hypercall by its number: on x86 the one in rax, of arm64's HVC the instruction's immediate, on POWER PAPR's.
     *
     * @param argument which of its arguments is the value, from 1: a0 to a3 on x86, x0 alone on arm64, gpr4 to gpr7 on
     *     POWER
     */
    record Hypercall(String name, long number, int argument) implements MarkerRule {

        /** Arguments that events of KVM tell. */
        static final int MOST_ARGUMENTS = 4;
    }

    /** A line in the trace that user space or the guest's monitor wrote. */
    record TraceMarker(String name, String text) implements MarkerRule {}

    /** A task of the guest, by its name there. */
    record GuestTask(String name, String comm) implements MarkerRule {}

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
                case "hypercall" -> hypercall(flag, name, rest);
                case "trace_marker" -> new TraceMarker(name, rest);
                case "guest_task" -> new GuestTask(name, rest);
                default -> throw malformed(flag);
            };
        } catch (NumberFormatException e) {
            throw malformed(flag);
        }
    }

    private static Hypercall hypercall(String flag, String name, String rest) {
        int colon = rest.indexOf(':');
        String number = colon < 0 ? rest : rest.substring(0, colon);
        int argument = colon < 0 ? 1 : Integer.parseInt(rest.substring(colon + 1));
        if (argument < 1 || argument > Hypercall.MOST_ARGUMENTS) {
            throw malformed(flag);
        }
        return new Hypercall(name, HypercallNumbers.number(number), argument);
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
                + "': expected NAME=pio:PORT, NAME=mmio:ADDRESS, NAME=hypercall:NUMBER[:ARGUMENT],"
                + " NAME=trace_marker:TEXT or NAME=guest_task:COMM, for instance job=pio:0x510");
    }
}
