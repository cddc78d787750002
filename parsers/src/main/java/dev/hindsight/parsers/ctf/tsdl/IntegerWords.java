package dev.hindsight.parsers.ctf.tsdl;

import dev.hindsight.parsers.ctf.tsdl.FieldType.FloatType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.IntegerType;
import dev.hindsight.parsers.fault.Warnings;
import java.util.Locale;
import java.util.Map;

/** Reads the attributes of {@code integer}, {@code floating_point} and {@code string} (CTF 1.8.3, section 4.1). */
final class IntegerWords {

    /** Alignment asked for may not be larger: a page. */
    private static final int MOST_ALIGN = 32_768;

    private final boolean bigEndian;
    private final Map<String, ClockDeclaration> clocks;
    private final Warnings warnings;

    /**
     * Of a trace.
     *
     * @param bigEndian the trace's own byte order
     * @param clocks that fields can be mapped to
     * @param warnings where attributes that mean nothing here are told
     */
    IntegerWords(boolean bigEndian, Map<String, ClockDeclaration> clocks, Warnings warnings) {
        this.bigEndian = bigEndian;
        this.clocks = clocks;
        this.warnings = warnings;
    }

    IntegerType integer(TokenCursor in) {
        int start = in.at;
        long size = -1;
        int align = 0;
        boolean signed = false;
        boolean big = bigEndian;
        int base = 10;
        boolean text = false;
        String clock = null;
        in.expect("{");
        while (!in.take("}")) {
            String attribute = in.word("an attribute of an integer");
            in.expect("=");
            switch (attribute) {
                case "size" -> size = in.integer("bits of an integer", 1, 64);
                case "align" -> align = alignment(in);
                case "signed" -> signed = truth(in);
                case "byte_order" -> big = byteOrder(in);
                case "base" -> base = base(in);
                case "encoding" -> text = encoding(in);
                case "map" -> clock = clock(in);
                default -> unknown(in, attribute);
            }
            in.expect(";");
        }
        if (size < 0) {
            throw in.source.error(in.tokens.start(start), "an integer with its size", "none");
        }
        return new IntegerType((int) size, align > 0 ? align : size % 8 == 0 ? 8 : 1, signed, big, base, text, clock);
    }

    FloatType floating(TokenCursor in) {
        int start = in.at;
        long exponent = -1;
        long mantissa = -1;
        int align = 0;
        boolean big = bigEndian;
        in.expect("{");
        while (!in.take("}")) {
            String attribute = in.word("an attribute of a floating point number");
            in.expect("=");
            switch (attribute) {
                case "exp_dig" -> exponent = in.integer("bits of an exponent", 1, 64);
                case "mant_dig" -> mantissa = in.integer("bits of a mantissa", 1, 64);
                case "align" -> align = alignment(in);
                case "byte_order" -> big = byteOrder(in);
                default -> unknown(in, attribute);
            }
            in.expect(";");
        }
        boolean single = exponent == 8 && mantissa == 24;
        if (!single && !(exponent == 11 && mantissa == 53)) {
            throw in.source.refusal(
                    in.tokens.start(start),
                    "a floating point number of 8 and 24, or 11 and 53 bits",
                    "one of " + exponent + " and " + mantissa);
        }
        return new FloatType(single ? 32 : 64, align > 0 ? align : 8, big);
    }

    void string(TokenCursor in) {
        in.expect("{");
        while (!in.take("}")) {
            String attribute = in.word("an attribute of a string");
            in.expect("=");
            if (attribute.equals("encoding")) {
                encoding(in);
            } else {
                unknown(in, attribute);
            }
            in.expect(";");
        }
    }

    int alignment(TokenCursor in) {
        int place = in.at;
        long align = in.integer("an alignment", 1, MOST_ALIGN);
        if (Long.bitCount(align) != 1) {
            throw in.source.error(in.tokens.start(place), "an alignment that is a power of two", "" + align);
        }
        return (int) align;
    }

    boolean byteOrder(TokenCursor in) {
        int place = in.at;
        String value = in.value();
        return switch (value) {
            case "le" -> false;
            case "be", "network" -> true;
            case "native" -> bigEndian;
            default -> throw in.source.error(in.tokens.start(place), "le, be, network or native", "`" + value + "`");
        };
    }

    private boolean truth(TokenCursor in) {
        int place = in.at;
        String value = in.value();
        return switch (value) {
            case "true", "TRUE", "1" -> true;
            case "false", "FALSE", "0" -> false;
            default -> throw in.source.error(in.tokens.start(place), "true or false", "`" + value + "`");
        };
    }

    private int base(TokenCursor in) {
        int place = in.at;
        String value = in.value();
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "decimal", "dec", "d", "i", "u", "10" -> 10;
            case "hexadecimal", "hex", "x", "p", "16" -> 16;
            case "octal", "oct", "o", "8" -> 8;
            case "binary", "b", "2" -> 2;
            default ->
                throw in.source.error(in.tokens.start(place), "a base: 2, 8, 10, 16 or its name", "`" + value + "`");
        };
    }

    private boolean encoding(TokenCursor in) {
        int place = in.at;
        String value = in.value();
        return switch (value) {
            case "UTF8", "utf8", "UTF-8", "utf-8", "ASCII", "ascii" -> true;
            case "none", "NONE" -> false;
            default ->
                throw in.source.error(in.tokens.start(place), "the encoding UTF8, ASCII or none", "`" + value + "`");
        };
    }

    private String clock(TokenCursor in) {
        int place = in.at;
        String value = in.value();
        boolean known = value.startsWith("clock.") && value.endsWith(".value") && value.length() > 12;
        String name = known ? value.substring(6, value.length() - 6) : "";
        if (!clocks.containsKey(name)) {
            throw in.source.error(
                    in.tokens.start(place), "clock.NAME.value of a clock that is declared", "`" + value + "`");
        }
        return name;
    }

    /** Attributes that nobody knows are passed over, as the specification asks for. */
    void unknown(TokenCursor in, String attribute) {
        int place = in.at;
        in.value();
        tellUnknown(in, attribute, place);
    }

    /** Tells of an attribute whose value stands at a token. */
    void tellUnknown(TokenCursor in, String attribute, int token) {
        int place = in.tokens.start(token);
        warnings.passedOver(
                "unknown-attribute",
                attribute,
                in.source.file() + ": an attribute `" + attribute + "` in line " + in.source.line(place)
                        + " means nothing to this reader; it is passed over",
                in.source.offset(place));
    }
}
