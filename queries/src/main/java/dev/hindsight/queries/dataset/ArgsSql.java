package dev.hindsight.queries.dataset;

import static dev.hindsight.queries.dataset.SqlQuotes.literal;
import static dev.hindsight.queries.dataset.SqlQuotes.quoted;

import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.FieldKind;
import dev.hindsight.parsers.format.IntType;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintFormat;
import dev.hindsight.parsers.format.PrintPiece;
import dev.hindsight.parsers.format.PrintPiece.Conversion;
import dev.hindsight.parsers.format.PrintPiece.Literal;
import dev.hindsight.parsers.format.PrintSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Translates an event's print format to a DuckDB expression over the columns of the event's table, which gives the text
 * that {@link dev.hindsight.parsers.format.FormatEventText} gives, as VARCHAR.
 *
 * <p>Addresses read as hexadecimal numbers, unless the caller knows how to name them; so do those of constant texts
 * ({@code %s} of a pointer), which nobody names. What SQL can't do in reason
 * (compressed IPv6 addresses, socket addresses) makes the event read as {@code field=value} pairs, as does a print
 * format that was not understood.
 */
public final class ArgsSql {

    /** Addresses as {@code 0x...}. */
    static final AddressNames HEX = (address, withOffset) -> "('0x' || " + IntegerSql.hex(address) + ")";

    private final TextSql texts;

    /** What stands for {@code %ps} and {@code %pS}. */
    @FunctionalInterface
    public interface AddressNames {

        /**
         * An expression of type VARCHAR.
         *
         * @param address an expression of type UBIGINT
         * @param withOffset whether the address's distance from the symbol's start shows ({@code name+0x1f})
         */
        String sql(String address, boolean withOffset);
    }

    private ArgsSql(AddressNames names) {
        texts = new TextSql(names);
    }

    /** The expression, with addresses as {@code 0x...}. */
    public static String of(PrintFormat print) {
        return of(print, HEX);
    }

    /**
     * The expression.
     *
     * @param names how addresses of functions and data of the kernel read
     */
    public static String of(PrintFormat print, AddressNames names) {
        ArgsSql args = new ArgsSql(names);
        if (print.understood()) {
            try {
                return args.formatted(print);
            } catch (UntranslatableException e) {
                return args.fields(print.event());
            }
        }
        return args.fields(print.event());
    }

    private String formatted(PrintFormat print) {
        StringBuilder format = new StringBuilder();
        List<String> values = new ArrayList<>();
        for (PrintPiece piece : print.pieces()) {
            if (piece instanceof Literal literal) {
                format.append(literal.text().replace("%", "%%"));
            } else if (piece instanceof Conversion conversion) {
                add(conversion, format, values);
            }
        }
        if (values.isEmpty()) {
            return literal(format.toString().replace("%%", "%").stripTrailing());
        }
        boolean endsLine = format.charAt(format.length() - 1) == '\n'
                || (!print.pieces().isEmpty()
                        && print.pieces().get(print.pieces().size() - 1) instanceof Conversion last
                        && last.conversion() == 's');
        String text = "printf(" + literal(format.toString()) + ", " + String.join(", ", values) + ")";
        return endsLine ? "rtrim(" + text + ", chr(10))" : text;
    }

    private void add(Conversion c, StringBuilder format, List<String> values) {
        PrintSpec spec = c.spec();
        boolean text = c.conversion() == 's' || c.conversion() == 'p';
        if (text) {
            // the padding of a text is its own, since not all texts take it
            if (c.widthArg() != null && c.conversion() != 'p') {
                throw new UntranslatableException("a width from an argument of a text");
            }
            if (c.precisionArg() != null) {
                throw new UntranslatableException("a precision from an argument of a text");
            }
            format.append("%s");
            values.add(c.conversion() == 's' ? texts.text(c.arg(), spec) : texts.pointer(c));
            return;
        }
        if (c.precisionArg() != null) {
            throw new UntranslatableException("a precision from an argument");
        }
        if (c.conversion() == 'c') {
            format.append("%s");
            String code = IntegerSql.wrapped(c.arg(), new IntType(1, false));
            values.add(texts.padded("CASE " + code + " WHEN 0 THEN '' ELSE chr((" + code + ")::INTEGER) END", spec));
            return;
        }
        format.append('%').append(flags(spec, c.conversion()));
        if (c.widthArg() != null) {
            format.append('*');
            values.add("(" + IntegerSql.wrapped(c.widthArg(), IntType.INT) + ")::INTEGER");
        } else if (spec.width() > 0) {
            format.append(spec.width());
        }
        if (spec.precision() >= 0) {
            format.append('.').append(spec.precision());
        }
        boolean signed = c.conversion() == 'd' || c.conversion() == 'i';
        format.append(c.conversion() == 'i' || c.conversion() == 'u' ? 'd' : c.conversion());
        values.add("(" + IntegerSql.wrapped(c.arg(), new IntType(spec.argBytes(), signed))
                + (signed ? ")::BIGINT" : ")::UBIGINT"));
    }

    private static String flags(PrintSpec spec, char conversion) {
        boolean signed = conversion == 'd' || conversion == 'i';
        return (spec.left() ? "-" : "")
                + (spec.plus() && signed ? "+" : "")
                + (spec.space() && !spec.plus() && signed ? " " : "")
                + (spec.alternate() && !signed && conversion != 'u' ? "#" : "")
                + (spec.zero() && !spec.left() && spec.precision() < 0 ? "0" : "");
    }

    private String fields(EventFormat event) {
        StringBuilder all = new StringBuilder();
        for (EventField field : event.fields()) {
            if (!field.name().startsWith("common_")) {
                all.append(all.length() == 0 ? "concat(" : ", ' ', ")
                        .append(literal(field.name() + "="))
                        .append(", ")
                        .append(fieldText(field));
            }
        }
        return all.length() == 0 ? "''" : all.append(')').toString();
    }

    private static String fieldText(EventField field) {
        IntType type = new IntType(field.elementBytes(), field.signed() && field.kind() == FieldKind.INTEGER);
        String column = quoted(field.column());
        return switch (field.kind()) {
            case STRING -> column;
            case BOOL -> column + "::INTEGER::VARCHAR";
            case POINTER -> "'0x' || " + IntegerSql.hex(column);
            case INTEGER -> {
                FieldValue value = new FieldValue(field, 0, type);
                yield field.type().contains("long")
                        ? "'0x' || " + IntegerSql.hex(IntegerSql.wrapped(value, new IntType(type.bytes(), false)))
                        : column + "::VARCHAR";
            }
            case INTEGERS -> TextSql.list(column, TextSql.elementHex("hs_x", field.elementBytes()));
            case BYTES -> "'ARRAY[' || " + TextSql.hexBytes(column, ", ") + " || ']'";
        };
    }

    /** Says which part of a print format has no translation. */
    static final class UntranslatableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UntranslatableException(String what) {
            super(what + " has no translation to SQL");
        }
    }
}
