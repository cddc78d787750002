package dev.hindsight.parsers.format;

import dev.hindsight.parsers.format.PrintPiece.Conversion;
import dev.hindsight.parsers.format.PrintPiece.Literal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How an event reads as text: the kernel's {@code print fmt}, parsed against the event's fields.
 *
 * <p>Understood are printf conversions with all flags, field access, C operators, casts and literals, and the functions
 * {@code __print_symbolic}, {@code __print_flags}, {@code __print_hex}, {@code __print_hex_str}, {@code __print_array},
 * {@code __print_ns_to_secs}, {@code __get_str}, {@code __get_dynamic_array}, {@code __get_bitmask},
 * {@code __get_cpumask}, {@code __get_sockaddr} with their {@code _rel_}, {@code _u64} and {@code _len} kin. A text that
 * uses more (statement expressions, functions of one driver) is not an error: the event then reads as {@code
 * field=value} pairs, and {@link #problem()} says why.
 *
 * @param event the event's format
 * @param pieces what to print one after another; empty where the text could not be parsed
 * @param problem why {@code field=value} pairs stand in for the text, empty where they do not
 */
public record PrintFormat(EventFormat event, List<PrintPiece> pieces, String problem) {

    private static final int MAX_PIECES = 4096;

    public PrintFormat {
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(problem, "problem");
        pieces = List.copyOf(pieces);
    }

    /** Whether the text was understood. */
    public boolean understood() {
        return problem.isEmpty();
    }

    /** Parses the print format of an event; never fails, see {@link #problem()}. */
    public static PrintFormat parse(EventFormat event) {
        if (event.print().isEmpty()) {
            return new PrintFormat(event, List.of(), "event " + event.name() + " has no print fmt");
        }
        try {
            PrintParser parser = new PrintParser(event);
            String format = parser.formatString();
            return new PrintFormat(event, pieces(format, parser.arguments(), event.wordBytes()), "");
        } catch (FormatException e) {
            return new PrintFormat(event, List.of(), e.getMessage());
        }
    }

    private static List<PrintPiece> pieces(String format, List<PrintExpr> arguments, int wordBytes)
            throws FormatException {
        List<PrintPiece> pieces = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int argument = 0;
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at);
            if (c != '%' || format.startsWith("%%", at)) {
                literal.append(c);
                at += c == '%' ? 2 : 1;
                continue;
            }
            if (literal.length() > 0) {
                pieces.add(new Literal(literal.toString()));
                literal.setLength(0);
            }
            ConversionReader conversion = new ConversionReader(format, at + 1, wordBytes);
            if (arguments.size() - argument < conversion.arguments()) {
                throw new FormatException(
                        "an argument for each conversion in print fmt of event",
                        arguments.size() + " for " + FieldDeclaration.excerpt(format));
            }
            pieces.add(conversion.with(arguments.subList(argument, argument + conversion.arguments())));
            if (pieces.size() > MAX_PIECES) {
                throw new FormatException("at most " + MAX_PIECES + " pieces in print fmt", "more");
            }
            argument += conversion.arguments();
            at = conversion.end();
        }
        if (literal.length() > 0) {
            pieces.add(new Literal(literal.toString()));
        }
        return pieces;
    }

    /** Reads one conversion behind its {@code %}. */
    private static final class ConversionReader {

        private final String format;
        private int at;
        private boolean left;
        private boolean plus;
        private boolean space;
        private boolean alternate;
        private boolean zero;
        private int width;
        private boolean widthArg;
        private int precision = -1;
        private boolean precisionArg;
        private int argBytes = 4;
        private char conversion;
        private String pointer = "";

        ConversionReader(String format, int start, int wordBytes) throws FormatException {
            this.format = format;
            at = start;
            flags();
            widthArg = star();
            if (!widthArg) {
                width = number();
            }
            if (peek() == '.') {
                at++;
                precisionArg = star();
                precision = precisionArg ? -1 : number();
            }
            length(wordBytes);
            conversion = peek();
            if ("diuoxXcsp".indexOf(conversion) < 0 || conversion == 0) {
                throw new FormatException(
                        "a printf conversion in print fmt", FieldDeclaration.excerpt(format.substring(start - 1)));
            }
            at++;
            if (conversion == 'p') {
                int end = pointerEnd(at);
                pointer = format.substring(at, end);
                at = end;
                argBytes = wordBytes;
            }
        }

        private char peek() {
            return at < format.length() ? format.charAt(at) : 0;
        }

        private void flags() {
            while (true) {
                switch (peek()) {
                    case '-' -> left = true;
                    case '+' -> plus = true;
                    case ' ' -> space = true;
                    case '#' -> alternate = true;
                    case '0' -> zero = true;
                    default -> {
                        return;
                    }
                }
                at++;
            }
        }

        private boolean star() {
            if (peek() == '*') {
                at++;
                return true;
            }
            return false;
        }

        private int number() {
            int n = 0;
            while (peek() >= '0' && peek() <= '9') {
                n = Math.min(10 * n + peek() - '0', PrintSpec.MAX_WIDTH);
                at++;
            }
            return n;
        }

        private void length(int wordBytes) {
            while (true) {
                switch (peek()) {
                    case 'h' -> argBytes = argBytes == 2 ? 1 : 2;
                    case 'l' -> argBytes = argBytes == wordBytes && format.charAt(at - 1) == 'l' ? 8 : wordBytes;
                    case 'L', 'j', 'q' -> argBytes = 8;
                    case 'z', 'Z', 't' -> argBytes = wordBytes;
                    default -> {
                        return;
                    }
                }
                at++;
            }
        }

        /** End of what {@code %p} is followed by, as the kernel's vsprintf reads it. */
        private int pointerEnd(int from) {
            int end = from;
            char kind = peek();
            if ("sSfFBxK".indexOf(kind) >= 0 && kind != 0) {
                return from + 1;
            }
            String modifiers = switch (kind) {
                case 'M', 'm' -> "RF";
                case 'U' -> "LlBb";
                case 'h' -> "CDN";
                case 'b' -> "l";
                case 'I', 'i' -> "46Schnlbpfs";
                default -> null;
            };
            if (modifiers == null || (kind == 'b' && !format.startsWith("bl", from))) {
                return from;
            }
            end++;
            int most = kind == 'I' || kind == 'i' ? 8 : 1;
            boolean address = most > 1;
            if (address && (end >= format.length() || "46S".indexOf(format.charAt(end)) < 0)) {
                return from;
            }
            while (end < format.length() && end - from <= most && modifiers.indexOf(format.charAt(end)) >= 0) {
                boolean versionAgain = address && end > from + 1 && "46S".indexOf(format.charAt(end)) >= 0;
                if (versionAgain) {
                    break;
                }
                end++;
            }
            return end;
        }

        int end() {
            return at;
        }

        int arguments() {
            return 1 + (widthArg ? 1 : 0) + (precisionArg ? 1 : 0);
        }

        Conversion with(List<PrintExpr> arguments) {
            PrintSpec spec = new PrintSpec(left, plus, space, alternate, zero, width, precision, argBytes);
            PrintExpr widthFrom = widthArg ? arguments.get(0) : null;
            PrintExpr precisionFrom = precisionArg ? arguments.get(widthArg ? 1 : 0) : null;
            return new Conversion(
                    spec, conversion, pointer, widthFrom, precisionFrom, arguments.get(arguments.size() - 1));
        }
    }
}
