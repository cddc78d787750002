package dev.hindsight.parsers.format;

import java.nio.charset.StandardCharsets;

/**
 * The layout of an event's header in a ring-buffer page, as {@code events/header_event} describes it
 * ({@code ring_buffer_print_entry_header} in {@code kernel/trace/ring_buffer.c}):
 *
 * <pre>
 *   # compressed entry header
 *           type_len    :    5 bits
 *           time_delta  :   27 bits
 *           array       :   32 bits
 *
 *           padding     : type == 29
 *           time_extend : type == 30
 *           time_stamp : type == 31
 *           data max type_len  == 28
 * </pre>
 *
 * @param typeLenBits 5 in every kernel so far
 * @param timeDeltaBits 27 in every kernel so far
 * @param padding type number of padding
 * @param timeExtend type number of a time extend
 * @param timeStamp type number of an absolute time stamp
 * @param dataMaxTypeLen greatest {@code type_len} that is a length in words
 */
public record HeaderEvent(
        int typeLenBits, int timeDeltaBits, int padding, int timeExtend, int timeStamp, int dataMaxTypeLen) {

    /** What every kernel since 2.6.31 has. */
    public static final HeaderEvent USUAL = new HeaderEvent(5, 27, 29, 30, 31, 28);

    /** As {@link #parse(String)}, from the bytes in the file. */
    public static HeaderEvent parse(byte[] text) {
        return parse(new String(text, StandardCharsets.UTF_8));
    }

    /** Reads the description; what it does not tell is as in {@link #USUAL}. */
    public static HeaderEvent parse(String text) {
        int[] found = {5, 27, 29, 30, 31, 28};
        String[] keys = {"type_len", "time_delta", "padding", "time_extend", "time_stamp", "data max type_len"};
        for (String raw : text.split("\n", 64)) {
            String line = raw.strip();
            for (int i = 0; i < keys.length; i++) {
                if (line.startsWith(keys[i])) {
                    int value = firstNumber(line, keys[i].length());
                    if (value >= 0) {
                        found[i] = value;
                    }
                }
            }
        }
        return new HeaderEvent(found[0], found[1], found[2], found[3], found[4], found[5]);
    }

    private static int firstNumber(String line, int from) {
        int i = from;
        while (i < line.length() && !isDigit(line.charAt(i))) {
            i++;
        }
        int value = -1;
        while (i < line.length() && isDigit(line.charAt(i)) && value < 100) {
            value = 10 * Math.max(value, 0) + line.charAt(i) - '0';
            i++;
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
