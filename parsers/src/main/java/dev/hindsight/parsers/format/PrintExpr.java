package dev.hindsight.parsers.format;

import java.util.List;

/**
 * An expression in an event's print format: what an argument of its format string says, as a tree.
 *
 * <p>Integers: {@link Number}, {@link FieldValue}, {@link Element}, {@link DynamicLength}, {@link KernelAddress},
 * {@link Unary}, {@link Binary}, {@link Cast} and a {@link Conditional} of integers. Texts: {@link Text}, {@link
 * Symbolic}, {@link Flags}, {@link HexBytes}, {@link IntArray}, {@link Bitmask} and a {@link Conditional} of texts. A
 * {@link FieldValue} of an array stands for its contents.
 */
public sealed interface PrintExpr {

    /** C type of an integer expression; {@code int} for texts. */
    IntType type();

    /** A constant. */
    record Number(long value, IntType type) implements PrintExpr {}

    /** A string literal, escapes resolved. */
    record Text(String text) implements PrintExpr {
        @Override
        public IntType type() {
            return IntType.INT;
        }
    }

    /**
     * {@code REC->field}, {@code __get_str(field)}, {@code __get_dynamic_array(field)} and their kin: a field's value.
     *
     * @param column its place in the event's table
     */
    record FieldValue(EventField field, int column, IntType type) implements PrintExpr {}

    /** {@code REC->array[index]}; 0 beyond the array's end. */
    record Element(FieldValue array, PrintExpr index, IntType type) implements PrintExpr {}

    /** {@code __get_dynamic_array_len(field)}: bytes of a dynamic array. */
    record DynamicLength(FieldValue array, IntType type) implements PrintExpr {}

    /** A name that the kernel left in the text, taken as a symbol's address where one is known; else 0. */
    record KernelAddress(String name, IntType type) implements PrintExpr {}

    /** What {@link Unary} does. */
    enum UnaryOp {
        MINUS,
        COMPLEMENT,
        NOT
    }

    /** One operand. */
    record Unary(UnaryOp op, PrintExpr operand, IntType type) implements PrintExpr {}

    /** What {@link Binary} does. */
    enum BinaryOp {
        MULTIPLY("*"),
        DIVIDE("/"),
        REMAINDER("%"),
        ADD("+"),
        SUBTRACT("-"),
        SHIFT_LEFT("<<"),
        SHIFT_RIGHT(">>"),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        EQUAL("=="),
        NOT_EQUAL("!="),
        BIT_AND("&"),
        BIT_XOR("^"),
        BIT_OR("|"),
        AND("&&"),
        OR("||");

        private final String sign;

        BinaryOp(String sign) {
            this.sign = sign;
        }

        /** As C writes it. */
        public String sign() {
            return sign;
        }

        /** Whether the result is 0 or 1, an {@code int}. */
        public boolean isTruth() {
            return switch (this) {
                case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, EQUAL, NOT_EQUAL, AND, OR -> true;
                case MULTIPLY, DIVIDE, REMAINDER, ADD, SUBTRACT, SHIFT_LEFT, SHIFT_RIGHT, BIT_AND, BIT_XOR, BIT_OR ->
                    false;
            };
        }
    }

    /**
     * Two operands.
     *
     * @param operandType what both are converted to before; of a shift, the type of the left one
     */
    record Binary(BinaryOp op, PrintExpr left, PrintExpr right, IntType operandType, IntType type)
            implements PrintExpr {}

    /** {@code condition ? then : otherwise}. */
    record Conditional(PrintExpr condition, PrintExpr then, PrintExpr otherwise, IntType type) implements PrintExpr {}

    /** {@code (type) operand}. */
    record Cast(PrintExpr operand, IntType type) implements PrintExpr {}

    /** A value and its name in {@link Symbolic} and {@link Flags}. */
    record Name(long value, String text) {}

    /** {@code __print_symbolic}: the name of a value, or the value as {@code 0x...}. */
    record Symbolic(PrintExpr value, List<Name> names) implements PrintExpr {
        public Symbolic {
            names = List.copyOf(names);
        }

        @Override
        public IntType type() {
            return IntType.INT;
        }
    }

    /** {@code __print_flags}: the names of the bits that are set, and what remains as {@code 0x...}. */
    record Flags(PrintExpr value, String delimiter, List<Name> names) implements PrintExpr {
        public Flags {
            names = List.copyOf(names);
        }

        @Override
        public IntType type() {
            return IntType.INT;
        }
    }

    /** {@code __print_hex} (a space between bytes) and {@code __print_hex_str} (none). */
    record HexBytes(FieldValue array, PrintExpr length, String delimiter) implements PrintExpr {
        @Override
        public IntType type() {
            return IntType.INT;
        }
    }

    /** {@code __print_array}: <code>{0x1,0x2}</code>. */
    record IntArray(FieldValue array, PrintExpr count, PrintExpr elementBytes) implements PrintExpr {
        @Override
        public IntType type() {
            return IntType.INT;
        }
    }

    /** {@code __get_bitmask} (hexadecimal, a comma after each 32 bits) and {@code __get_cpumask} (a list of ranges). */
    record Bitmask(FieldValue array, boolean asList) implements PrintExpr {
        @Override
        public IntType type() {
            return IntType.INT;
        }
    }
}
