package dev.hindsight.parsers.format;

import dev.hindsight.parsers.format.PrintExpr.Binary;
import dev.hindsight.parsers.format.PrintExpr.Unary;

/** C's integer arithmetic on values held as {@link IntType} says. Dividing by zero gives 0. */
final class Arithmetic {

    private Arithmetic() {}

    static long of(Unary unary, long operand) {
        IntType type = unary.type();
        return switch (unary.op()) {
            case MINUS -> type.wrap(-operand);
            case COMPLEMENT -> type.wrap(~operand);
            case NOT -> operand == 0 ? 1 : 0;
        };
    }

    static long of(Binary binary, long left, long right) {
        IntType type = binary.operandType();
        long a = type.wrap(left);
        long b = type.wrap(right);
        boolean signed = type.signed();
        int order = signed ? Long.compare(a, b) : Long.compareUnsigned(a, b);
        return switch (binary.op()) {
            case MULTIPLY -> type.wrap(a * b);
            case DIVIDE -> b == 0 ? 0 : type.wrap(signed ? a / b : Long.divideUnsigned(a, b));
            case REMAINDER -> b == 0 ? 0 : type.wrap(signed ? a % b : Long.remainderUnsigned(a, b));
            case ADD -> type.wrap(a + b);
            case SUBTRACT -> type.wrap(a - b);
            case SHIFT_LEFT -> type.wrap(a << shift(right, type));
            case SHIFT_RIGHT -> type.wrap(signed ? a >> shift(right, type) : a >>> shift(right, type));
            case LESS -> truth(order < 0);
            case LESS_OR_EQUAL -> truth(order <= 0);
            case GREATER -> truth(order > 0);
            case GREATER_OR_EQUAL -> truth(order >= 0);
            case EQUAL -> truth(a == b);
            case NOT_EQUAL -> truth(a != b);
            case BIT_AND -> type.wrap(a & b);
            case BIT_XOR -> type.wrap(a ^ b);
            case BIT_OR -> type.wrap(a | b);
            case AND -> truth(left != 0 && right != 0);
            case OR -> truth(left != 0 || right != 0);
        };
    }

    /** Bits to shift by, as the usual machines take it: modulo the width. */
    private static int shift(long by, IntType type) {
        return (int) by & (8 * type.bytes() - 1);
    }

    private static long truth(boolean is) {
        return is ? 1 : 0;
    }
}
