package dev.hindsight.parsers.format;

/**
 * Flags, width, precision and length of a printf conversion, and how they apply to numbers and texts as in C.
 *
 * @param left {@code -}: pad at the right
 * @param plus {@code +}: a sign before positive numbers
 * @param space a blank before positive numbers
 * @param alternate {@code #}: {@code 0x} before hexadecimal, {@code 0} before octal numbers other than 0
 * @param zero {@code 0}: pad numbers with zeros
 * @param width least characters, 0 for none
 * @param precision least digits of a number or most characters of a text, -1 for none
 * @param argBytes bytes of the argument: 1 for {@code hh}, 2 for {@code h}, 4 for none, 8 for {@code ll}, a word for
 *     {@code l} and {@code z}
 */
public record PrintSpec(
        boolean left,
        boolean plus,
        boolean space,
        boolean alternate,
        boolean zero,
        int width,
        int precision,
        int argBytes) {

    /** More than any kernel text pads; what is over is cut, so that a hostile width costs nothing. */
    public static final int MAX_WIDTH = 1024;

    /** Without anything. */
    public static final PrintSpec PLAIN = new PrintSpec(false, false, false, false, false, 0, -1, 4);

    public PrintSpec {
        width = Math.min(width, MAX_WIDTH);
        precision = Math.min(precision, MAX_WIDTH);
    }

    /** With a width from an argument; a negative one pads at the right, as in C. */
    public PrintSpec withWidth(long value) {
        int to = (int) Math.max(-MAX_WIDTH, Math.min(MAX_WIDTH, (int) value));
        return new PrintSpec(left || to < 0, plus, space, alternate, zero, Math.abs(to), precision, argBytes);
    }

    /** With a precision from an argument; a negative one is none. */
    public PrintSpec withPrecision(long value) {
        int to = (int) Math.max(-1, Math.min(MAX_WIDTH, (int) value));
        return new PrintSpec(left, plus, space, alternate, zero, width, to, argBytes);
    }

    /** Appends an integer as {@code d}, {@code i}, {@code u}, {@code o}, {@code x}, {@code X} or {@code c} does. */
    public void appendNumber(StringBuilder to, char conversion, long value) {
        switch (conversion) {
            case 'd', 'i' -> {
                long signed = new IntType(argBytes, true).wrap(value);
                String sign = signed < 0 ? "-" : plus ? "+" : space ? " " : "";
                String digits = Long.toString(signed);
                appendDigits(to, sign, signed < 0 ? digits.substring(1) : digits);
            }
            case 'u' -> appendDigits(to, "", Long.toUnsignedString(bits(value)));
            case 'o' -> {
                String digits = Long.toOctalString(bits(value));
                appendDigits(to, "", alternate && !digits.startsWith("0") ? "0" + digits : digits);
            }
            case 'x' -> appendDigits(to, alternate && bits(value) != 0 ? "0x" : "", Long.toHexString(bits(value)));
            case 'X' ->
                appendDigits(
                        to,
                        alternate && bits(value) != 0 ? "0X" : "",
                        Long.toHexString(bits(value)).toUpperCase(java.util.Locale.ROOT));
            case 'c' -> appendText(to, (value & 0xFF) == 0 ? "" : String.valueOf((char) (value & 0xFF)));
            default -> throw new IllegalArgumentException("%" + conversion + " prints no number");
        }
    }

    private long bits(long value) {
        return new IntType(argBytes, false).bits(value);
    }

    private void appendDigits(StringBuilder to, String prefix, String digits) {
        int zeros = Math.max(0, precision - digits.length());
        int length = prefix.length() + zeros + digits.length();
        if (zero && !left && precision < 0) {
            zeros = Math.max(0, width - length);
            length += zeros;
        }
        if (!left) {
            repeat(to, ' ', width - length);
        }
        to.append(prefix);
        repeat(to, '0', zeros);
        to.append(digits);
        if (left) {
            repeat(to, ' ', width - length);
        }
    }

    /** Appends a text as {@code s} does. */
    public void appendText(StringBuilder to, String text) {
        String shown = precision >= 0 && text.length() > precision ? text.substring(0, precision) : text;
        if (!left) {
            repeat(to, ' ', width - shown.length());
        }
        to.append(shown);
        if (left) {
            repeat(to, ' ', width - shown.length());
        }
    }

    private static void repeat(StringBuilder to, char c, int times) {
        for (int i = 0; i < times; i++) {
            to.append(c);
        }
    }
}
