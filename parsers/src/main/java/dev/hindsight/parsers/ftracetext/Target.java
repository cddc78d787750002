package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.IntType;

/**
 * What a value in the text says about the event's fields: the inverse of the expression that was printed.
 *
 * <p>Fields begin as 0, and what is said of one adds bits to it, so that a field printed in parts comes together.
 */
sealed interface Target {

    /** Takes note of the value that the expression had. */
    void take(long value, FieldValues to);

    /** Of an expression that can't be undone, or says nothing about a field. */
    Target NONE = new Nothing();

    /** Says nothing. */
    record Nothing() implements Target {
        @Override
        public void take(long value, FieldValues to) {
            // nothing follows from it
        }
    }

    /** The field itself. */
    record Whole(int field) implements Target {
        @Override
        public void take(long value, FieldValues to) {
            to.number[field] |= value;
        }
    }

    /** {@code array[index]}. */
    record Item(int field, int index) implements Target {
        @Override
        public void take(long value, FieldValues to) {
            to.setItem(field, index, value);
        }
    }

    /** {@code operand & mask}, or a cast to a narrower type: the bits that were shown. */
    record Masked(Target operand, long mask) implements Target {
        @Override
        public void take(long value, FieldValues to) {
            operand.take(value & mask, to);
        }
    }

    /** {@code operand >> bits} (or, negative, {@code <<}). */
    record Shifted(Target operand, int bits) implements Target {
        @Override
        public void take(long value, FieldValues to) {
            operand.take(bits >= 0 ? value << bits : value >>> -bits, to);
        }
    }

    /** {@code operand + offset}. */
    record Offset(Target operand, long offset) implements Target {
        @Override
        public void take(long value, FieldValues to) {
            operand.take(value - offset, to);
        }
    }

    /** {@code operand / divisor}: what was cut off is lost. */
    record Scaled(Target operand, long divisor) implements Target {
        @Override
        public void take(long value, FieldValues to) {
            operand.take(value * divisor, to);
        }
    }

    /** {@code -field}. */
    record Negative(int field) implements Target {
        @Override
        public void take(long value, FieldValues to) {
            to.number[field] = -value;
        }
    }

    /** {@code constant - operand}. */
    record From(Target operand, long constant) implements Target {
        @Override
        public void take(long value, FieldValues to) {
            operand.take(constant - value, to);
        }
    }

    /** {@code from - field}, where the text has {@code from} before. */
    record Subtracted(int from, int field) implements Target {
        @Override
        public void take(long value, FieldValues to) {
            to.number[field] = to.number[from] - value;
        }
    }

    /** {@code left | right}: both get what they can show of it. */
    record Both(Target left, Target right) implements Target {
        @Override
        public void take(long value, FieldValues to) {
            left.take(value, to);
            right.take(value, to);
        }
    }

    /** {@code condition ? then : otherwise}, the condition as far as the text told before. */
    record Either(Condition condition, Target then, Target otherwise) implements Target {
        @Override
        public void take(long value, FieldValues to) {
            (condition.holds(to) ? then : otherwise).take(value, to);
        }
    }

    /** The bits that a type has. */
    static long maskOf(IntType type) {
        return type.bits(-1L);
    }
}
