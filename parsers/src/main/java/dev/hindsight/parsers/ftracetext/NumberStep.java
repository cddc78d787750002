package dev.hindsight.parsers.ftracetext;

/** An integer as {@code %d}, {@code %u}, {@code %x} or {@code %o} prints it, padded by spaces or zeros. */
final class NumberStep implements Step {

    private final int radix;
    private final Target target;

    /** {@code radix}: 10, 16 or 8. */
    NumberStep(int radix, Target target) {
        this.radix = radix;
        this.target = target;
    }

    @Override
    public int match(byte[] line, int at, int end, long[] notes, int note) {
        int from = at;
        while (from < end && line[from] == ' ') {
            from++;
        }
        boolean negative = from < end && line[from] == '-';
        if (negative || (from < end && line[from] == '+')) {
            from++;
        }
        int digits = Digits.behindPrefix(line, from, end);
        boolean hex = digits > from || radix == 16;
        int to = hex ? Digits.endOfHex(line, digits, end) : Digits.endOfDecimal(line, digits, end);
        if (to == digits || to - digits > 64) {
            return -1;
        }
        long value = hex
                ? Digits.hexadecimal(line, digits, to)
                : radix == 8 ? octal(line, digits, to) : Digits.decimal(line, digits, to);
        notes[note] = negative ? -value : value;
        return to;
    }

    private static long octal(byte[] line, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value << 3 | line[i] - '0' & 7;
        }
        return value;
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        target.take(notes[note], to);
    }
}
