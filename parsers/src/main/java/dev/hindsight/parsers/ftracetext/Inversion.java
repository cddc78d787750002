package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.FieldKind;
import dev.hindsight.parsers.format.PrintExpr;
import dev.hindsight.parsers.format.PrintExpr.Binary;
import dev.hindsight.parsers.format.PrintExpr.BinaryOp;
import dev.hindsight.parsers.format.PrintExpr.Cast;
import dev.hindsight.parsers.format.PrintExpr.Conditional;
import dev.hindsight.parsers.format.PrintExpr.Element;
import dev.hindsight.parsers.format.PrintExpr.FieldValue;
import dev.hindsight.parsers.format.PrintExpr.Unary;
import dev.hindsight.parsers.format.PrintExpr.UnaryOp;

/** Undoes the integer expressions and conditions of an event's print format. */
final class Inversion {

    private final EventFormat format;

    Inversion(EventFormat format) {
        this.format = format;
    }

    /** Place of a field among the event's own, -1 for common ones. */
    int place(EventField field) {
        return format.fields().indexOf(field);
    }

    /** Place of the integer field that an expression is, through casts; -1 where it is none. */
    private int integerField(PrintExpr expr) {
        PrintExpr at = expr;
        while (at instanceof Cast cast) {
            at = cast.operand();
        }
        return at instanceof FieldValue value && !value.field().array() ? place(value.field()) : -1;
    }

    private static boolean isNumber(PrintExpr expr) {
        return expr instanceof PrintExpr.Number;
    }

    private static long number(PrintExpr expr) {
        return expr instanceof PrintExpr.Number n ? n.value() : 0;
    }

    /** What follows from the value of an integer expression. */
    Target target(PrintExpr expr) {
        if (expr instanceof FieldValue value) {
            int place = place(value.field());
            return place < 0 || value.field().array() ? Target.NONE : new Target.Whole(place);
        } else if (expr instanceof Cast cast) {
            Target operand = target(cast.operand());
            boolean narrower = cast.type().bytes() < cast.operand().type().bytes();
            return narrower && operand != Target.NONE
                    ? new Target.Masked(operand, Target.maskOf(cast.type()))
                    : operand;
        } else if (expr instanceof Element element) {
            int place = place(element.array().field());
            boolean items = element.array().field().kind() == FieldKind.INTEGERS
                    || element.array().field().kind() == FieldKind.BYTES;
            return place >= 0 && items && isNumber(element.index())
                    ? new Target.Item(place, (int) Math.min(64, number(element.index())))
                    : Target.NONE;
        } else if (expr instanceof Unary unary) {
            int field = integerField(unary.operand());
            return unary.op() == UnaryOp.MINUS && field >= 0 ? new Target.Negative(field) : Target.NONE;
        } else if (expr instanceof Conditional c) {
            return new Target.Either(condition(c.condition()), target(c.then()), target(c.otherwise()));
        } else if (expr instanceof Binary binary) {
            return binary(binary);
        }
        return Target.NONE;
    }

    private Target binary(Binary binary) {
        Target left = target(binary.left());
        boolean constant = isNumber(binary.right());
        long by = number(binary.right());
        return switch (binary.op()) {
            case BIT_AND -> constant && left != Target.NONE ? new Target.Masked(left, by) : Target.NONE;
            case BIT_OR -> new Target.Both(left, target(binary.right()));
            case SHIFT_RIGHT -> constant && left != Target.NONE ? new Target.Shifted(left, (int) by & 63) : Target.NONE;
            case SHIFT_LEFT ->
                constant && left != Target.NONE ? new Target.Shifted(left, -((int) by & 63)) : Target.NONE;
            case ADD -> constant ? new Target.Offset(left, by) : Target.NONE;
            case DIVIDE -> constant ? new Target.Scaled(left, by) : Target.NONE;
            case SUBTRACT -> subtraction(binary, left);
            case MULTIPLY,
                    REMAINDER,
                    LESS,
                    LESS_OR_EQUAL,
                    GREATER,
                    GREATER_OR_EQUAL,
                    EQUAL,
                    NOT_EQUAL,
                    BIT_XOR,
                    AND,
                    OR -> Target.NONE;
        };
    }

    private Target subtraction(Binary binary, Target left) {
        if (isNumber(binary.right())) {
            return new Target.Offset(left, -number(binary.right()));
        }
        if (isNumber(binary.left())) {
            return new Target.From(target(binary.right()), number(binary.left()));
        }
        int from = integerField(binary.left());
        int field = integerField(binary.right());
        return from >= 0 && field >= 0 && from != field ? new Target.Subtracted(from, field) : Target.NONE;
    }

    /** What follows where an expression is taken for true or false. */
    Condition condition(PrintExpr expr) {
        int field = integerField(expr);
        if (field >= 0) {
            return new Condition.Bits(field, -1);
        }
        if (expr instanceof Unary unary && unary.op() == UnaryOp.NOT) {
            return new Condition.Not(condition(unary.operand()));
        }
        if (!(expr instanceof Binary binary)) {
            return Condition.UNKNOWN;
        }
        int left = integerField(binary.left());
        boolean constant = isNumber(binary.right());
        long value = number(binary.right());
        if (binary.op() == BinaryOp.AND) {
            return new Condition.And(condition(binary.left()), condition(binary.right()));
        } else if (binary.op() == BinaryOp.BIT_AND && left >= 0 && constant) {
            return new Condition.Bits(left, value);
        } else if (binary.op() == BinaryOp.EQUAL && left >= 0 && constant) {
            return new Condition.Equal(left, value);
        } else if (binary.op() == BinaryOp.NOT_EQUAL && left >= 0 && constant) {
            return new Condition.Not(new Condition.Equal(left, value));
        } else if (binary.op() == BinaryOp.LESS && left >= 0 && constant && value == 0) {
            return new Condition.Below(left);
        }
        return Condition.UNKNOWN;
    }
}
