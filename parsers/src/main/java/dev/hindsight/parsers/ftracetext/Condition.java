package dev.hindsight.parsers.ftracetext;

/** A condition of a print format: which of two texts the kernel chose tells whether it held. */
sealed interface Condition {

    /** Takes note that it held, or did not. */
    void assume(boolean held, FieldValues to);

    /** Whether it holds for what is known of the fields. */
    boolean holds(FieldValues of);

    /** Says nothing, and does not hold. */
    Condition UNKNOWN = new Unknown();

    /** Of an expression from which nothing follows. */
    record Unknown() implements Condition {
        @Override
        public void assume(boolean held, FieldValues to) {
            // nothing follows from it
        }

        @Override
        public boolean holds(FieldValues of) {
            return false;
        }
    }

    /** {@code field & mask}; a mask of all ones for {@code field} alone, which was 1 then. */
    record Bits(int field, long mask) implements Condition {
        @Override
        public void assume(boolean held, FieldValues to) {
            if (held) {
                if (mask == -1) {
                    if (to.number[field] == 0) {
                        to.number[field] = 1;
                    }
                } else if (Long.bitCount(mask) == 1) {
                    to.number[field] |= mask;
                }
            }
        }

        @Override
        public boolean holds(FieldValues of) {
            return (of.number[field] & mask) != 0;
        }
    }

    /** {@code !condition}. */
    record Not(Condition condition) implements Condition {
        @Override
        public void assume(boolean held, FieldValues to) {
            condition.assume(!held, to);
        }

        @Override
        public boolean holds(FieldValues of) {
            return !condition.holds(of);
        }
    }

    /** {@code field == value}. */
    record Equal(int field, long value) implements Condition {
        @Override
        public void assume(boolean held, FieldValues to) {
            if (held) {
                to.number[field] = value;
            }
        }

        @Override
        public boolean holds(FieldValues of) {
            return of.number[field] == value;
        }
    }

    /** {@code field < 0}. */
    record Below(int field) implements Condition {
        @Override
        public void assume(boolean held, FieldValues to) {
            if (held && to.number[field] >= 0) {
                to.number[field] = -1;
            }
        }

        @Override
        public boolean holds(FieldValues of) {
            return of.number[field] < 0;
        }
    }

    /** {@code left && right}. */
    record And(Condition left, Condition right) implements Condition {
        @Override
        public void assume(boolean held, FieldValues to) {
            if (held) {
                left.assume(true, to);
                right.assume(true, to);
            }
        }

        @Override
        public boolean holds(FieldValues of) {
            return left.holds(of) && right.holds(of);
        }
    }
}
