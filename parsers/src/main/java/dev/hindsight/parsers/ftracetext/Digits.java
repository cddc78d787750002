package dev.hindsight.parsers.ftracetext;

/** Reads numbers from the bytes of a line. */
final class Digits {

    private Digits() {}

    /** The value of a hexadecimal digit, or -1. */
    static int hex(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        } else if (b >= 'a' && b <= 'f') {
            return b - 'a' + 10;
        }
        return b >= 'A' && b <= 'F' ? b - 'A' + 10 : -1;
    }

    static boolean isDecimal(byte b) {
        return b >= '0' && b <= '9';
    }

    /** End of the decimal digits that begin at {@code at}. */
    static int endOfDecimal(byte[] line, int at, int end) {
        int i = at;
        while (i < end && isDecimal(line[i])) {
            i++;
        }
        return i;
    }

    /** End of the hexadecimal digits that begin at {@code at}. */
    static int endOfHex(byte[] line, int at, int end) {
        int i = at;
        while (i < end && hex(line[i]) >= 0) {
            i++;
        }
        return i;
    }

    /** Value of decimal digits, cut to 64 bits. */
    static long decimal(byte[] line, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = 10 * value + line[i] - '0';
        }
        return value;
    }

    /** Value of hexadecimal digits, cut to 64 bits. */
    static long hexadecimal(byte[] line, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value << 4 | hex(line[i]);
        }
        return value;
    }

    /** Place behind {@code 0x} where that stands, else {@code at}. */
    static int behindPrefix(byte[] line, int at, int end) {
        return at + 2 < end && line[at] == '0' && (line[at + 1] | 0x20) == 'x' && hex(line[at + 2]) >= 0 ? at + 2 : at;
    }

    /** Value of digits behind a decimal point, in units of 10^-9. */
    static long nanoseconds(byte[] line, int from, int to) {
        long ns = 0;
        for (int i = from; i < from + 9; i++) {
            ns = 10 * ns + (i < to ? line[i] - '0' : 0);
        }
        return ns;
    }

    /** Value of bytes that are all decimal digits, at most ten; else -1. */
    static long decimalOr(byte[] line, int from, int to) {
        return endOfDecimal(line, from, to) == to && to - from < 11 ? decimal(line, from, to) : -1;
    }

    /** Whether a byte may be of an event's name. */
    static boolean isNameByte(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '_'
                || b == '.'
                || b == '-';
    }
}
