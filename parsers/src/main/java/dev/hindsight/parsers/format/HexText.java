package dev.hindsight.parsers.format;

import java.util.Locale;

/** Bytes, bit masks and network addresses as the kernel's vsprintf writes them. */
final class HexText {

    private static final String DIGITS = "0123456789abcdef";

    /** Places of a little-endian UUID's bytes in the order that they are written. */
    private static final int[] GUID_ORDER = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

    private HexText() {}

    private static void octet(StringBuilder to, int value) {
        to.append(DIGITS.charAt(value >> 4 & 15)).append(DIGITS.charAt(value & 15));
    }

    /** Up to {@code most} bytes. */
    static void bytes(StringBuilder to, byte[] bytes, long most, String delimiter) {
        for (int i = 0; i < bytes.length && i < most; i++) {
            if (i > 0) {
                to.append(delimiter);
            }
            octet(to, bytes[i]);
        }
    }

    /** All bits, highest first, a comma after each 32. */
    static void bitmask(StringBuilder to, long[] elements, int elementBytes) {
        int bytes = elements.length * elementBytes;
        for (int i = bytes - 1; i >= 0; i--) {
            octet(to, (int) (elements[i / elementBytes] >>> 8 * (i % elementBytes)));
            if (i > 0 && i % 4 == 0) {
                to.append(',');
            }
        }
    }

    /** The bits that are set, as {@code 0-3,8}. */
    static void ranges(StringBuilder to, long[] elements, int elementBits) {
        int bits = elements.length * elementBits;
        boolean any = false;
        for (int from = 0; from < bits; from++) {
            if (!isSet(elements, elementBits, from)) {
                continue;
            }
            int last = from;
            while (last + 1 < bits && isSet(elements, elementBits, last + 1)) {
                last++;
            }
            to.append(any ? "," : "").append(from);
            if (last > from) {
                to.append('-').append(last);
            }
            any = true;
            from = last;
        }
    }

    private static boolean isSet(long[] elements, int elementBits, int bit) {
        return (elements[bit / elementBits] >>> bit % elementBits & 1) != 0;
    }

    /** {@code M}, {@code m}, {@code MF}, {@code MR}, {@code mR}: a hardware address of 6 bytes. */
    static void mac(StringBuilder to, byte[] bytes, String how) {
        if (bytes.length != 6) {
            to.append("INVALIDMAC");
            return;
        }
        String delimiter = how.startsWith("m") ? "" : how.endsWith("F") ? "-" : ":";
        for (int i = 0; i < 6; i++) {
            to.append(i > 0 ? delimiter : "");
            octet(to, bytes[how.endsWith("R") ? 5 - i : i]);
        }
    }

    /** {@code U}, {@code Ub}, {@code UB}, {@code Ul}, {@code UL}: a UUID of 16 bytes. */
    static void uuid(StringBuilder to, byte[] bytes, String how) {
        if (bytes.length != 16) {
            to.append("INVALIDUUID");
            return;
        }
        boolean little = how.endsWith("l") || how.endsWith("L");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            octet(text, bytes[little ? GUID_ORDER[i] : i]);
            if (i == 3 || i == 5 || i == 7 || i == 9) {
                text.append('-');
            }
        }
        boolean upper = how.endsWith("B") || how.endsWith("L");
        to.append(upper ? text.toString().toUpperCase(Locale.ROOT) : text);
    }

    /**
     * {@code I4}, {@code i4}, {@code I6}, {@code I6c}, {@code i6}, {@code IS} with {@code p} and {@code c}: an internet
     * address, or the one in a {@code sockaddr}.
     */
    static void internet(StringBuilder to, byte[] bytes, String how, boolean bigEndian) {
        boolean plain = how.startsWith("I");
        boolean compressed = how.indexOf('c') >= 0;
        boolean reverse = how.indexOf('l') >= 0 || (how.indexOf('h') >= 0 && !bigEndian);
        switch (how.charAt(1)) {
            case '4' -> {
                if (bytes.length == 4) {
                    internet4(to, bytes, 0, plain, reverse);
                } else {
                    to.append("INVALIDIPv4");
                }
            }
            case '6' -> {
                if (bytes.length == 16) {
                    internet6(to, bytes, 0, plain, compressed);
                } else {
                    to.append("INVALIDIPv6");
                }
            }
            default -> socket(to, bytes, plain, compressed, how.indexOf('p') >= 0, reverse, bigEndian);
        }
    }

    private static void socket(
            StringBuilder to,
            byte[] bytes,
            boolean plain,
            boolean compressed,
            boolean port,
            boolean reverse,
            boolean bigEndian) {
        if (bytes.length < 4) {
            return;
        }
        int family = bigEndian ? bytes[1] : bytes[0];
        int portNumber = (bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF;
        if (family == 2) {
            if (bytes.length < 16) {
                to.append("INVALIDIPv4");
                return;
            }
            internet4(to, bytes, 4, plain, reverse);
            if (port) {
                to.append(':').append(portNumber);
            }
        } else if (family == 10) {
            if (bytes.length < 28) {
                to.append("INVALIDIPv6");
                return;
            }
            to.append(port ? "[" : "");
            internet6(to, bytes, 8, plain, compressed);
            if (port) {
                to.append("]:").append(portNumber);
            }
        }
    }

    private static void internet4(StringBuilder to, byte[] bytes, int at, boolean plain, boolean reverse) {
        for (int i = 0; i < 4; i++) {
            int octet = bytes[at + (reverse ? 3 - i : i)] & 0xFF;
            to.append(i > 0 ? "." : "");
            if (!plain) {
                to.append(octet < 10 ? "00" : octet < 100 ? "0" : "");
            }
            to.append(octet);
        }
    }

    private static void internet6(StringBuilder to, byte[] bytes, int at, boolean plain, boolean compressed) {
        if (compressed) {
            compressed6(to, bytes, at);
            return;
        }
        for (int i = 0; i < 16; i += 2) {
            to.append(plain && i > 0 ? ":" : "");
            octet(to, bytes[at + i]);
            octet(to, bytes[at + i + 1]);
        }
    }

    private static void compressed6(StringBuilder to, byte[] bytes, int at) {
        int[] words = new int[8];
        for (int i = 0; i < 8; i++) {
            words[i] = (bytes[at + 2 * i] & 0xFF) << 8 | bytes[at + 2 * i + 1] & 0xFF;
        }
        boolean mapped = (words[0] | words[1] | words[2] | words[3] | words[4]) == 0 && words[5] == 0xFFFF;
        boolean isatap = (words[4] | 0x0200) == 0x0200 && words[5] == 0x5EFE;
        int range = mapped || isatap ? 6 : 8;
        int longest = 1;
        int colon = -1;
        for (int i = 0; i < range; i++) {
            int run = 0;
            while (i + run < range && words[i + run] == 0) {
                run++;
            }
            if (run > longest) {
                longest = run;
                colon = i;
            }
        }
        boolean needColon = false;
        for (int i = 0; i < range; i++) {
            if (i == colon) {
                to.append(needColon || i == 0 ? "::" : ":");
                needColon = false;
                i += longest - 1;
                continue;
            }
            to.append(needColon ? ":" : "").append(Integer.toHexString(words[i]));
            needColon = true;
        }
        if (range == 6) {
            to.append(needColon ? ":" : "");
            internet4(to, bytes, at + 12, true, false);
        }
    }
}
