package dev.hindsight.queries.dataset;

import static dev.hindsight.queries.dataset.SqlQuotes.literal;

import dev.hindsight.parsers.format.FieldKind;
import dev.hindsight.parsers.format.IntType;
import dev.hindsight.parsers.format.PrintExpr;
import dev.hindsight.parsers.format.PrintExpr.Bitmask;
import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.Conditional;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintExpr.Flags;
import dev.hindsight.parsers.format.PrintExpr.HexBytes;
import dev.hindsight.parsers.format.PrintExpr.IntArray;
import dev.hindsight.parsers.format.PrintExpr.Name;
import dev.hindsight.parsers.format.PrintExpr.Symbolic;
import dev.hindsight.parsers.format.PrintExpr.Text;
import dev.hindsight.parsers.format.PrintPiece.Conversion;
import dev.hindsight.parsers.format.PrintSpec;
import dev.hindsight.queries.dataset.ArgsSql.UntranslatableException;
import java.util.List;

/**
 * Text expressions of print formats as DuckDB expressions of type VARCHAR. The parameters of lambdas begin with {@code
 * hs_}: a column of their name would hide them.
 */
final class TextSql {

    private final ArgsSql.AddressNames names;

    TextSql(ArgsSql.AddressNames names) {
        this.names = names;
    }

    /** A text as its {@code %s} prints it. */
    String text(PrintExpr expr, PrintSpec spec) {
        if (expr instanceof Text text) {
            return literal(padded(text, spec));
        } else if (expr instanceof FieldValue field) {
            return field(field, spec);
        } else if (expr instanceof Conditional c) {
            return "CASE WHEN " + IntegerSql.truth(c.condition()) + " THEN " + text(c.then(), spec) + " ELSE "
                    + text(c.otherwise(), spec) + " END";
        } else if (expr instanceof Symbolic symbolic) {
            return symbolic(symbolic, spec);
        } else if (expr instanceof Flags flags) {
            return flags(flags, spec);
        } else if (expr instanceof HexBytes hex) {
            return hexBytes(hex);
        } else if (expr instanceof IntArray array) {
            return array(array);
        } else if (expr instanceof Bitmask mask) {
            return padded(mask.asList() ? ranges(mask.array()) : bitmask(mask.array()), spec);
        } else if (expr instanceof Cast cast) {
            return text(cast.operand(), spec);
        }
        return padded(IntegerSql.hex(IntegerSql.wrapped(expr, IntType.UINT64)), spec);
    }

    private static String padded(Text text, PrintSpec spec) {
        StringBuilder padded = new StringBuilder();
        spec.appendText(padded, text.text());
        return padded.toString();
    }

    /** An expression of type VARCHAR with the width and precision of its {@code %s}. */
    String padded(String text, PrintSpec spec) {
        if (spec.width() == 0 && spec.precision() < 0) {
            return text;
        }
        String format = "%" + (spec.left() ? "-" : "") + (spec.width() > 0 ? spec.width() : "")
                + (spec.precision() >= 0 ? "." + spec.precision() : "") + "s";
        return "printf('" + format + "', " + text + ")";
    }

    private String field(FieldValue field, PrintSpec spec) {
        String column = IntegerSql.column(field);
        return switch (field.field().kind()) {
            case STRING -> padded(column, spec);
            case BYTES -> padded("split_part(" + column + "::VARCHAR, '\\x00', 1)", spec);
            case INTEGERS -> padded("''", spec);
            case INTEGER, POINTER, BOOL -> IntegerSql.hex(bits(field));
        };
    }

    /** The bits of an integer expression as a number that is not negative. */
    private static String bits(PrintExpr expr) {
        return IntegerSql.wrapped(expr, new IntType(expr.type().bytes(), false));
    }

    private static String symbolic(Symbolic symbolic, PrintSpec spec) {
        StringBuilder cases = new StringBuilder("CASE ").append(IntegerSql.number(symbolic.value()));
        IntType type = symbolic.value().type();
        boolean any = false;
        for (Name name : symbolic.names()) {
            if (type.wrap(name.value()) == name.value()) {
                cases.append(" WHEN ")
                        .append(IntegerSql.constant(name.value(), type))
                        .append(" THEN ");
                cases.append(literal(padded(new Text(name.text()), spec)));
                any = true;
            }
        }
        String number = "'0x' || " + IntegerSql.hex(bits(symbolic.value()));
        return any ? cases + " ELSE " + number + " END" : "(" + number + ")";
    }

    private static String flags(Flags flags, PrintSpec spec) {
        String value = "(" + bits(flags.value()) + ")::UBIGINT";
        String delimiter = literal(flags.delimiter());
        boolean single = true;
        long all = 0;
        String none = null;
        StringBuilder parts = new StringBuilder();
        for (Name name : flags.names()) {
            long mask = name.value();
            String text = literal(padded(new Text(name.text()), spec));
            if (mask == -1) {
                none = none == null ? text : none;
            } else if (mask != 0) {
                single &= Long.bitCount(mask) == 1 && (all & mask) == 0;
                all |= mask;
                parts.append(", {'m': ").append(Long.toUnsignedString(mask)).append("::UBIGINT, 't': ");
                parts.append(text).append('}');
            }
        }
        String text = single ? separateFlags(flags, spec, value, all) : overlappingFlags(parts, value, delimiter);
        return none == null ? text : "CASE " + value + " WHEN 0 THEN " + none + " ELSE " + text + " END";
    }

    /** Names of bits that no two names share: each shows or not, on its own. */
    private static String separateFlags(Flags flags, PrintSpec spec, String value, long all) {
        StringBuilder text = new StringBuilder("concat_ws(").append(literal(flags.delimiter()));
        for (Name name : flags.names()) {
            if (name.value() != 0 && name.value() != -1) {
                text.append(", CASE WHEN ").append(value).append(" & ");
                text.append(Long.toUnsignedString(name.value())).append("::UBIGINT <> 0 THEN ");
                text.append(literal(padded(new Text(name.text()), spec))).append(" END");
            }
        }
        String rest = value + " & " + Long.toUnsignedString(~all) + "::UBIGINT";
        return text + ", CASE WHEN " + rest + " <> 0 THEN '0x' || " + IntegerSql.hex(rest) + " END)";
    }

    /** Names of several bits each: what a name took, a later one does not see. */
    private static String overlappingFlags(StringBuilder parts, String value, String delimiter) {
        String taken = "CASE WHEN hs_s.m & hs_f.m = hs_f.m THEN {'m': xor(hs_s.m, hs_f.m), 't': concat_ws(" + delimiter
                + ", nullif(hs_s.t, ''), hs_f.t)} ELSE hs_s END";
        String state = "list_reduce([{'m': " + value + ", 't': ''}" + parts + "], lambda hs_s, hs_f: " + taken + ")";
        String shown = "concat_ws(" + delimiter + ", nullif(hs_r.t, ''), CASE WHEN hs_r.m <> 0 THEN '0x' || "
                + IntegerSql.hex("hs_r.m") + " END)";
        return "list_transform([" + state + "], lambda hs_r: " + shown + ")[1]";
    }

    /** All bytes of a BLOB in hexadecimal. */
    static String hexBytes(String column, String delimiter) {
        String digits = "lower(hex(" + column + "))";
        if (delimiter.isEmpty()) {
            return digits;
        }
        String spread = "regexp_replace(" + digits + ", '(..)', " + literal("\\1" + delimiter) + ", 'g')";
        return "left(" + spread + ", greatest(0, octet_length(" + column + ") * " + (2 + delimiter.length()) + " - "
                + delimiter.length() + "))";
    }

    private static String hexBytes(HexBytes hex) {
        FieldValue array = hex.array();
        if (array.field().kind() != FieldKind.BYTES) {
            throw new UntranslatableException("__print_hex of what is no bytes");
        }
        String column = IntegerSql.column(array);
        int each = 2 + hex.delimiter().length();
        String shown = "least(greatest(0, " + IntegerSql.number(hex.length()) + "), octet_length(" + column + ")) * "
                + each + " - " + hex.delimiter().length();
        return "left(" + hexBytes(column, hex.delimiter()) + ", greatest(0, " + shown + ")::BIGINT)";
    }

    private static String array(IntArray array) {
        FieldValue field = array.array();
        String count = "greatest(0, least(1000000, " + IntegerSql.number(array.count()) + "))::BIGINT";
        String column = IntegerSql.column(field);
        return switch (field.field().kind()) {
            case INTEGERS ->
                list(
                        "list_slice(" + column + ", 1, " + count + ")",
                        elementHex("hs_x", field.field().elementBytes()));
            case BYTES ->
                list(
                        "range(0, least(" + count + ", octet_length(" + column + ")))",
                        IntegerSql.hex(IntegerSql.octet(column, "hs_x")));
            case STRING, INTEGER, POINTER, BOOL -> throw new UntranslatableException("__print_array of a text");
        };
    }

    /** A list as <code>{0x1,0x2}</code>; {@code element} is the digits of element {@code hs_x}. */
    static String list(String list, String element) {
        return "('{' || array_to_string(list_transform(" + list + ", lambda hs_x: '0x' || " + element
                + "), ',') || '}')";
    }

    /** Hexadecimal digits of an element of a BIGINT[] column. */
    static String elementHex(String element, int bytes) {
        String mask = bytes == 8 ? "18446744073709551615" : Long.toString((1L << 8 * bytes) - 1);
        return IntegerSql.hex(element + "::HUGEINT & " + mask + "::HUGEINT");
    }

    private static String bitmask(FieldValue array) {
        String column = IntegerSql.column(array);
        int bytes = array.field().elementBytes();
        if (array.field().kind() != FieldKind.INTEGERS || bytes < 4) {
            throw new UntranslatableException("a bit mask of narrow elements");
        }
        String low = "printf('%08x', (hs_x::HUGEINT & 4294967295)::UBIGINT)";
        String high = "printf('%08x', ((hs_x::HUGEINT >> 32) & 4294967295)::UBIGINT)";
        return "array_to_string(list_transform(list_reverse(" + column + "), lambda hs_x: "
                + (bytes == 8 ? high + " || ',' || " + low : low) + "), ',')";
    }

    private static String ranges(FieldValue array) {
        String column = IntegerSql.column(array);
        int bits = 8 * array.field().elementBytes();
        if (array.field().kind() != FieldKind.INTEGERS) {
            throw new UntranslatableException("a CPU mask of what are no words");
        }
        String set = "list_filter(range(0, len(" + column + ") * " + bits + "), lambda hs_b: (" + column + "[hs_b // "
                + bits + " + 1]::HUGEINT >> (hs_b % " + bits + ")::INTEGER) & 1 = 1)";
        String firsts = "list_filter(hs_m, lambda hs_b: NOT list_contains(hs_m, hs_b - 1))";
        String lasts = "list_filter(hs_m, lambda hs_b: NOT list_contains(hs_m, hs_b + 1))";
        return "list_transform([" + set + "], lambda hs_m: array_to_string(list_transform(list_zip(" + firsts + ", "
                + lasts
                + "), lambda hs_p: CASE WHEN hs_p[1] = hs_p[2] THEN hs_p[1]::VARCHAR ELSE hs_p[1] || '-' || hs_p[2] END), ','))[1]";
    }

    /** What a {@code %p} with its extension prints. */
    String pointer(Conversion c) {
        String how = c.pointer();
        return switch (how.isEmpty() ? 'p' : how.charAt(0)) {
            case 's', 'S', 'f', 'F', 'B' ->
                names.sql("(" + bits(c.arg()) + ")::UBIGINT", how.equals("S") || how.equals("F") || how.equals("B"));
            case 'M', 'm' -> octets(bytes(c.arg()), 6, macPlaces(how), "INVALIDMAC");
            case 'U' -> uuid(c);
            case 'I', 'i' -> internet(c);
            case 'h' -> throw new UntranslatableException("%*ph");
            case 'b' -> ranges(fieldOf(c.arg()));
            default -> {
                String address = "(" + bits(c.arg()) + ")";
                yield padded(
                        "CASE " + address + " WHEN 0 THEN '(nil)' ELSE '0x' || " + IntegerSql.hex(address) + " END",
                        c.spec());
            }
        };
    }

    private static FieldValue fieldOf(PrintExpr pointer) {
        PrintExpr at = pointer;
        while (at instanceof Cast cast) {
            at = cast.operand();
        }
        if (at instanceof FieldValue field) {
            return field;
        }
        throw new UntranslatableException("a pointer to no field");
    }

    private static String bytes(PrintExpr pointer) {
        FieldValue field = fieldOf(pointer);
        if (field.field().kind() != FieldKind.BYTES) {
            throw new UntranslatableException("an address that is no bytes");
        }
        return IntegerSql.column(field);
    }

    private static List<String> macPlaces(String how) {
        String d = how.startsWith("m") ? "" : how.endsWith("F") ? "-" : ":";
        return how.endsWith("R")
                ? List.of("5", d, "4", d, "3", d, "2", d, "1", d, "0")
                : List.of("0", d, "1", d, "2", d, "3", d, "4", d, "5");
    }

    private static String uuid(Conversion c) {
        String how = c.pointer();
        boolean little = how.endsWith("l") || how.endsWith("L");
        List<String> places = little
                ? List.of(
                        "3", "2", "1", "0", "-", "5", "4", "-", "7", "6", "-", "8", "9", "-", "10", "11", "12", "13",
                        "14", "15")
                : List.of(
                        "0", "1", "2", "3", "-", "4", "5", "-", "6", "7", "-", "8", "9", "-", "10", "11", "12", "13",
                        "14", "15");
        String text = octets(bytes(c.arg()), 16, places, "INVALIDUUID");
        return how.endsWith("B") || how.endsWith("L") ? "upper(" + text + ")" : text;
    }

    /** Bytes of a BLOB in hexadecimal, in the order of the places given, with what stands between them. */
    private static String octets(String column, int size, List<String> places, String invalid) {
        StringBuilder text = new StringBuilder("CASE octet_length(" + column + ") WHEN " + size + " THEN concat(''");
        for (String place : places) {
            boolean digits = !place.isEmpty() && Character.isDigit(place.charAt(0));
            if (digits) {
                text.append(", substr(lower(hex(").append(column).append(")), ");
                text.append(2 * Integer.parseInt(place) + 1).append(", 2)");
            } else if (!place.isEmpty()) {
                text.append(", ").append(literal(place));
            }
        }
        return text.append(") ELSE ").append(literal(invalid)).append(" END").toString();
    }

    private static String internet(Conversion c) {
        String how = c.pointer();
        String column = bytes(c.arg());
        boolean plain = how.startsWith("I");
        if (how.equals("I4") || how.equals("i4")) {
            String format = plain ? "%d.%d.%d.%d" : "%03d.%03d.%03d.%03d";
            StringBuilder text =
                    new StringBuilder("CASE octet_length(" + column + ") WHEN 4 THEN printf('" + format + "'");
            for (int i = 0; i < 4; i++) {
                text.append(", ").append(IntegerSql.octet(column, Integer.toString(i)));
            }
            return text.append(") ELSE 'INVALIDIPv4' END").toString();
        }
        if (how.equals("i6")) {
            return "CASE octet_length(" + column + ") WHEN 16 THEN lower(hex(" + column + ")) ELSE 'INVALIDIPv6' END";
        }
        if (how.equals("I6")) {
            List<String> places = List.of(
                    "0", "1", ":", "2", "3", ":", "4", "5", ":", "6", "7", ":", "8", "9", ":", "10", "11", ":", "12",
                    "13", ":", "14", "15");
            return octets(column, 16, places, "INVALIDIPv6");
        }
        throw new UntranslatableException("%p" + how);
    }
}
