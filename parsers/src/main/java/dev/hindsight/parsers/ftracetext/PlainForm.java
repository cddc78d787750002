package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.FormatException;
import dev.hindsight.parsers.format.PrintFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The form of an event that the catalogue does not know, or not so: fields from {@code key=value} or {@code key: value}
 * pairs where all of the text is made of these, else the text as one field {@code text}.
 *
 * <p>A value of decimal digits is a signed, one of {@code 0x...} an unsigned integer of 64 bits; any other is text.
 */
final class PlainForm {

    private static final int MOST_KEYS = 64;

    private final List<String> keys = new ArrayList<>();
    private final List<String> conversions = new ArrayList<>();
    private final StringBuilder print = new StringBuilder();

    private PlainForm() {}

    /** Whether a text may begin with a pair: most that don't are told by that. */
    private static boolean mayBePairs(byte[] line, int from, int end) {
        int at = from;
        while (at < end && line[at] >= 0 && line[at] <= ' ') {
            at++;
        }
        while (at < end && (isLetter((char) line[at]) || isDigit((char) line[at]))) {
            at++;
        }
        return at < end && (line[at] == '=' || line[at] == ':');
    }

    /** The form of pairs that this text is of, null where it is of none. */
    static EventForm ofPairs(String system, String name, byte[] line, int from, int end, TextSymbols symbols) {
        if (!mayBePairs(line, from, end)) {
            return null;
        }
        String text = new String(line, from, end - from, StandardCharsets.ISO_8859_1).strip();
        PlainForm form = new PlainForm();
        if (!form.read(text, "=") && !form.read(text, ": ")) {
            return null;
        }
        StringBuilder format = new StringBuilder();
        StringBuilder arguments = new StringBuilder();
        for (int i = 0; i < form.keys.size(); i++) {
            String key = form.keys.get(i);
            boolean isText = form.conversions.get(i).equals("%s");
            boolean hex = form.conversions.get(i).endsWith("x");
            format.append("\tfield:")
                    .append(isText ? "__data_loc char[] " : hex ? "u64 " : "s64 ")
                    .append(key)
                    .append("; offset:")
                    .append(8 * i)
                    .append("; size:")
                    .append(isText ? 4 : 8)
                    .append("; signed:")
                    .append(isText || hex ? 0 : 1)
                    .append(";\n");
            arguments.append(", ").append(isText ? "__get_str(" + key + ")" : "REC->" + key);
        }
        return of(system, name, format.toString(), "\"" + form.print + "\"" + arguments, symbols);
    }

    /** The form that takes any text as it is. */
    static EventForm ofText(String system, String name, TextSymbols symbols) {
        String field = "\tfield:__data_loc char[] text; offset:0; size:4; signed:0;\n";
        return of(system, name, field, "\"%s\", __get_str(text)", symbols);
    }

    private static EventForm of(String system, String name, String fields, String print, TextSymbols symbols) {
        String text = "name: plain\nID: 0\nformat:\n" + fields + "print fmt: " + print + "\n";
        try {
            EventFormat plain = EventFormat.parse("plain", text, Long.BYTES);
            PrintFormat format = PrintFormat.parse(
                    new EventFormat(0, system, name, List.of(), plain.fields(), plain.print(), plain.wordBytes()));
            EventPattern pattern = PatternCompiler.compile(format, symbols);
            return pattern == null ? null : new EventForm(format, pattern);
        } catch (FormatException e) {
            throw new IllegalStateException("a format of pairs: " + text, e);
        }
    }

    private boolean read(String text, String between) {
        keys.clear();
        conversions.clear();
        print.setLength(0);
        Set<String> taken = new HashSet<>();
        int at = 0;
        while (at < text.length()) {
            int key = endOfKey(text, at);
            if (key == at || !text.startsWith(between, key) || keys.size() == MOST_KEYS) {
                return false;
            }
            String name = text.substring(at, key);
            if (!taken.add(name.toLowerCase(Locale.ROOT))) {
                return false;
            }
            int from = key + between.length();
            int next = nextKey(text, from, between);
            int end = next;
            while (end > from && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == ',')) {
                end--;
            }
            String conversion = conversion(text.substring(from, end));
            keys.add(name);
            conversions.add(conversion);
            print.append(name).append(between).append(conversion).append(text, end, next);
            at = next;
        }
        return !keys.isEmpty();
    }

    private static int endOfKey(String text, int from) {
        int i = from;
        while (i < text.length() && (isLetter(text.charAt(i)) || (i > from && isDigit(text.charAt(i))))) {
            i++;
        }
        return i;
    }

    /** Where the next key begins, or the text's end. */
    private static int nextKey(String text, int from, String between) {
        for (int i = from; i < text.length(); i++) {
            boolean starts = i > from && text.charAt(i - 1) == ' ';
            if (starts && isLetter(text.charAt(i))) {
                int end = endOfKey(text, i);
                if (text.startsWith(between, end)) {
                    return i;
                }
            }
        }
        return text.length();
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String conversion(String value) {
        if (value.startsWith("0x") && value.length() > 2 && value.length() <= 18 && allHex(value)) {
            return "%#llx";
        }
        int digits = value.startsWith("-") ? 1 : 0;
        if (value.length() == digits || value.length() - digits > 18) {
            return "%s";
        }
        for (int i = digits; i < value.length(); i++) {
            if (!isDigit(value.charAt(i))) {
                return "%s";
            }
        }
        return "%lld";
    }

    private static boolean allHex(String value) {
        for (int i = 2; i < value.length(); i++) {
            if (Digits.hex((byte) value.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }
}
