package dev.hindsight.replay.timeline.kvm;

/** Lines that were written to trace_marker. */
public final class MarkerText {

    private MarkerText() {}

    /**
     * The integer that follows in a line, decimal or 0x-hexadecimal, after blanks, {@code =} or {@code :}; 1 where none
     * does, or where it does not fit 64 bits.
     */
    public static long valueAfter(String line, int from) {
        int start = from;
        while (start < line.length() && " =:\t".indexOf(line.charAt(start)) >= 0) {
            start++;
        }
        int digits = start < line.length() && line.charAt(start) == '-' ? start + 1 : start;
        boolean hex = line.startsWith("0x", digits) || line.startsWith("0X", digits);
        int first = hex ? digits + 2 : digits;
        int end = first;
        while (end < line.length() && Character.digit(line.charAt(end), hex ? 16 : 10) >= 0) {
            end++;
        }
        if (end == first) {
            return hex ? 0 : 1;
        }
        try {
            long value = Long.parseLong(line, first, end, hex ? 16 : 10);
            return digits > start ? -value : value;
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
