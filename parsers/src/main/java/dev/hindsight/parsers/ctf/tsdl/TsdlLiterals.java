package dev.hindsight.parsers.ctf.tsdl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Values of the literals of TSDL, which are those of C. */
final class TsdlLiterals {

    private static final String EXPECTED_NUMBER = "an integer of 64 bits: decimal, octal (0...) or hexadecimal (0x...)";

    private TsdlLiterals() {}

    /** The bits of an unsigned number; {@code place} is where it stands. */
    static long number(MetadataText source, String raw, int place) {
        String digits = raw;
        while (!digits.isEmpty() && "uUlL".indexOf(digits.charAt(digits.length() - 1)) >= 0) {
            digits = digits.substring(0, digits.length() - 1);
        }
        try {
            if (digits.startsWith("0x") || digits.startsWith("0X")) {
                return Long.parseUnsignedLong(digits.substring(2), 16);
            } else if (digits.startsWith("0b") || digits.startsWith("0B")) {
                return Long.parseUnsignedLong(digits.substring(2), 2);
            } else if (digits.length() > 1 && digits.startsWith("0")) {
                return Long.parseUnsignedLong(digits.substring(1), 8);
            }
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            String shown = raw.length() > 40 ? raw.substring(0, 40) + "..." : raw;
            throw source.error(place, EXPECTED_NUMBER, "`" + shown + "`");
        }
    }

    /** What stands between the quotes, escapes resolved. */
    static String text(MetadataText source, String raw, int place) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int i = 1;
        int end = raw.length() - 1;
        while (i < end) {
            char c = raw.charAt(i++);
            if (c != '\\') {
                bytes.write(c);
                continue;
            }
            char e = raw.charAt(i++);
            int simple = "abfnrtve".indexOf(e);
            if (simple >= 0) {
                bytes.write("\u0007\b\f\n\r\t\u000B\u001B".charAt(simple));
            } else if ("\\'\"?".indexOf(e) >= 0) {
                bytes.write(e);
            } else if (e >= '0' && e <= '7') {
                int value = e - '0';
                for (int n = 0; n < 2 && i < end && raw.charAt(i) >= '0' && raw.charAt(i) <= '7'; n++) {
                    value = 8 * value + raw.charAt(i++) - '0';
                }
                bytes.write(value);
            } else if (e == 'x' && i < end && Character.digit(raw.charAt(i), 16) >= 0) {
                int value = 0;
                for (int n = 0; n < 2 && i < end && Character.digit(raw.charAt(i), 16) >= 0; n++) {
                    value = 16 * value + Character.digit(raw.charAt(i++), 16);
                }
                bytes.write(value);
            } else if ((e == 'u' || e == 'U') && i + (e == 'u' ? 4 : 8) <= end) {
                int digits = e == 'u' ? 4 : 8;
                int code = codePoint(source, raw.substring(i, i + digits), place);
                byte[] utf8 = new String(Character.toChars(code)).getBytes(StandardCharsets.UTF_8);
                bytes.write(utf8, 0, utf8.length);
                i += digits;
            } else {
                throw source.error(place, "an escape sequence of C", "`\\" + e + "`");
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int codePoint(MetadataText source, String hex, int place) {
        try {
            int code = Integer.parseUnsignedInt(hex, 16);
            if (Character.isValidCodePoint(code)) {
                return code;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw source.error(place, "a code point in hexadecimal", "`" + hex + "`");
    }
}
