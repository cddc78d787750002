package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.format.FieldKind;
import dev.hindsight.parsers.format.IntType;
import dev.hindsight.parsers.format.PrintExpr;
import dev.hindsight.parsers.format.PrintExpr.Binary;
import dev.hindsight.parsers.format.PrintExpr.BinaryOp;
import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.Conditional;
import dev.hindsight.parsers.format.PrintExpr.DynamicLength;
import dev.hindsight.parsers.format.PrintExpr.Element;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintExpr.Unary;
import dev.hindsight.parsers.format.PrintExpr.UnaryOp;
import dev.hindsight.queries.dataset.ArgsSql.UntranslatableException;
import java.math.BigInteger;

/**
 * C integer expressions as DuckDB expressions. Each is within the range of its C type; arithmetic goes through HUGEINT,
 * which holds sums and products of 64-bit numbers, and is cut to its type after each step. Nothing in it raises an error,
 * whatever the values: a division by zero gives 0.
 */
final class IntegerSql {

    private IntegerSql() {}

    /** The expression within the range of its own type. */
    static String number(PrintExpr expr) {
        if (expr instanceof PrintExpr.Number n) {
            return constant(n.value(), n.type());
        } else if (expr instanceof FieldValue field) {
            return field(field);
        } else if (expr instanceof Cast cast) {
            return wrapped(cast.operand(), cast.type());
        } else if (expr instanceof Unary unary) {
            return unary(unary);
        } else if (expr instanceof Binary binary) {
            return binary(binary);
        } else if (expr instanceof Conditional c) {
            return "(CASE WHEN " + truth(c.condition()) + " THEN " + huge(wrapped(c.then(), c.type())) + " ELSE "
                    + huge(wrapped(c.otherwise(), c.type())) + " END)";
        } else if (expr instanceof Element element) {
            return element(element);
        } else if (expr instanceof DynamicLength length) {
            return length(length.array());
        }
        throw new UntranslatableException(expr.getClass().getSimpleName());
    }

    /** Whether the expression is other than 0, as BOOLEAN. */
    static String truth(PrintExpr expr) {
        if (expr instanceof Binary binary && binary.op().isTruth()) {
            return comparison(binary);
        }
        if (expr instanceof Unary unary && unary.op() == UnaryOp.NOT) {
            return "(NOT " + truth(unary.operand()) + ")";
        }
        return "(" + number(expr) + " <> 0)";
    }

    /** The expression cast to a type, as C does it. */
    static String wrapped(PrintExpr expr, IntType to) {
        if (expr instanceof PrintExpr.Number n) {
            return constant(to.wrap(n.value()), to);
        }
        String value = number(expr);
        return holds(to, expr.type()) ? value : wrap(value, to);
    }

    private static boolean holds(IntType wide, IntType narrow) {
        return wide.signed() == narrow.signed()
                ? wide.bytes() >= narrow.bytes()
                : wide.signed() && wide.bytes() > narrow.bytes();
    }

    /** Cuts a number of any size to a type. */
    private static String wrap(String value, IntType to) {
        String mask = mask(8 * to.bytes());
        if (!to.signed()) {
            return "(" + huge(value) + " & " + mask + ")";
        }
        String half = BigInteger.ONE.shiftLeft(8 * to.bytes() - 1) + "::HUGEINT";
        return "(((" + huge(value) + " + " + half + ") & " + mask + ") - " + half + ")";
    }

    private static String mask(int bits) {
        return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE) + "::HUGEINT";
    }

    private static String huge(String value) {
        return value + "::HUGEINT";
    }

    static String constant(long value, IntType type) {
        String digits = type.signed() ? Long.toString(value) : Long.toUnsignedString(value);
        return digits.startsWith("-") ? "(" + digits + ")" : digits;
    }

    /** Hexadecimal digits of a number that is not negative. */
    static String hex(String value) {
        return "printf('%x', (" + value + ")::UBIGINT)";
    }

    private static String field(FieldValue value) {
        EventField field = value.field();
        if (field.array() || field.kind() == FieldKind.BYTES) {
            return "0";
        }
        String column = column(value);
        return field.kind() == FieldKind.BOOL ? column + "::INTEGER" : column;
    }

    /** The column of a field, the common ones under their names in the tables. */
    static String column(FieldValue value) {
        String name = switch (value.field().name()) {
            case "common_pid" -> "tid";
            case "common_flags" -> "flags";
            case "common_preempt_count" -> "preempt_count";
            default -> value.field().column();
        };
        return SqlQuotes.quoted(name);
    }

    private static String unary(Unary unary) {
        String operand = wrapped(
                unary.operand(), unary.op() == UnaryOp.NOT ? unary.operand().type() : unary.type());
        return switch (unary.op()) {
            case NOT -> truth(unary) + "::INTEGER";
            case MINUS -> wrap("(0::HUGEINT - " + huge(operand) + ")", unary.type());
            case COMPLEMENT -> wrap("(-1::HUGEINT - " + huge(operand) + ")", unary.type());
        };
    }

    private static String binary(Binary binary) {
        if (binary.op().isTruth()) {
            return comparison(binary) + "::INTEGER";
        }
        IntType type = binary.type();
        String left = huge(wrapped(binary.left(), type));
        return switch (binary.op()) {
            case ADD -> wrap("(" + left + " + " + right(binary) + ")", type);
            case SUBTRACT -> wrap("(" + left + " - " + right(binary) + ")", type);
            case MULTIPLY -> product(binary, left);
            case DIVIDE -> wrap("coalesce(" + left + " // nullif(" + right(binary) + ", 0), 0)", type);
            case REMAINDER -> wrap("coalesce(" + left + " % nullif(" + right(binary) + ", 0), 0)", type);
            case BIT_AND -> "(" + left + " & " + right(binary) + ")";
            case BIT_OR -> "(" + left + " | " + right(binary) + ")";
            case BIT_XOR -> "xor(" + left + ", " + right(binary) + ")";
            case SHIFT_LEFT -> shiftLeft(binary);
            case SHIFT_RIGHT -> "(" + left + " >> " + shift(binary) + ")";
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, EQUAL, NOT_EQUAL, AND, OR ->
                throw new IllegalStateException(binary.toString());
        };
    }

    private static String right(Binary binary) {
        return huge(wrapped(binary.right(), binary.operandType()));
    }

    /** A product of two 64-bit numbers may not fit HUGEINT: then the right one counts by halves. */
    private static String product(Binary binary, String left) {
        IntType type = binary.type();
        String right = right(binary);
        if (type.bytes() <= 4) {
            return wrap("(" + left + " * " + right + ")", type);
        }
        String bits = "(" + left + " & " + mask(64) + ")";
        String low = "(" + right + " & " + mask(32) + ")";
        String high = "((" + right + " >> 32) & " + mask(32) + ")";
        return wrap(
                "(" + bits + " * " + low + " + (" + bits + " * " + high + " & " + mask(32) + ") * 4294967296)", type);
    }

    private static String shift(Binary binary) {
        int most = 8 * binary.type().bytes() - 1;
        if (binary.right() instanceof PrintExpr.Number n) {
            return Long.toString(n.value() & most);
        }
        return "(" + huge(number(binary.right())) + " & " + most + ")::INTEGER";
    }

    private static String shiftLeft(Binary binary) {
        IntType type = binary.type();
        int bits = 8 * type.bytes();
        String by = shift(binary);
        String left = huge(wrapped(binary.left(), type));
        String kept = binary.right() instanceof PrintExpr.Number n
                ? mask(bits - (int) (n.value() & (bits - 1)))
                : "((1::HUGEINT << (" + bits + " - " + by + ")) - 1)";
        return wrap("((" + left + " & " + kept + ") << " + by + ")", type);
    }

    private static String comparison(Binary binary) {
        if (binary.op() == BinaryOp.AND || binary.op() == BinaryOp.OR) {
            return "(" + truth(binary.left()) + (binary.op() == BinaryOp.AND ? " AND " : " OR ") + truth(binary.right())
                    + ")";
        }
        String sign = switch (binary.op()) {
            case EQUAL -> " = ";
            case NOT_EQUAL -> " <> ";
            default -> " " + binary.op().sign() + " ";
        };
        return "(" + huge(wrapped(binary.left(), binary.operandType())) + sign
                + huge(wrapped(binary.right(), binary.operandType())) + ")";
    }

    private static String element(Element element) {
        FieldValue array = element.array();
        String column = column(array);
        String index = number(element.index());
        return switch (array.field().kind()) {
            case INTEGERS -> {
                String at = "list_extract(" + column + ", (CASE WHEN " + index + " < 0 THEN 0 ELSE least(" + index
                        + ", 1000000000) + 1 END)::BIGINT)";
                yield wrap("coalesce(" + at + ", 0)", element.type());
            }
            case BYTES ->
                octet(
                        column,
                        "(CASE WHEN " + index + " < 0 THEN 1000000000 ELSE least(" + index
                                + ", 1000000000) END)::BIGINT");
            case STRING, INTEGER, POINTER, BOOL -> throw new UntranslatableException("an element of a text");
        };
    }

    /** The byte at a place of a BLOB, 0 beyond its end. */
    static String octet(String column, String place) {
        return "coalesce(try_cast('0x' || nullif(substr(hex(" + column + "), 2 * " + place
                + " + 1, 2), '') AS UTINYINT), 0)";
    }

    private static String length(FieldValue array) {
        String column = column(array);
        return switch (array.field().kind()) {
            case INTEGERS -> "(len(" + column + ") * " + array.field().elementBytes() + ")";
            case BYTES -> "octet_length(" + column + ")";
            case STRING -> "(strlen(" + column + ") + 1)";
            case INTEGER, POINTER, BOOL -> Integer.toString(array.field().size());
        };
    }
}
