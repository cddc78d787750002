package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ctf.tsdl.FieldType.EnumType;

/**
 * How the bits of a scope (a packet's header, an event's fields, ...) are read: operations in arrays, in the order of
 * the bits. Made by {@link ProgramBuilder}, run by {@link FieldDecoder}.
 */
final class FieldProgram {

    /** Moves to the next multiple of {@code arg} bits. */
    static final byte ALIGN = 0;
    /** An integer: {@code arg} its size in bits. */
    static final byte INTEGER = 1;
    /** A floating-point number: {@code arg} its size in bits. */
    static final byte FLOAT = 2;
    /** Bytes up to a zero byte. */
    static final byte STRING = 3;
    /** Characters of a byte each: {@code arg} how many, or which register tells it. */
    static final byte CHARACTERS = 4;
    /** Integers of {@code flags}' size: {@code arg} how many, or which register tells it. */
    static final byte INTEGERS = 5;
    /** Goes on at the option that the register {@code arg} chooses, by the table {@code extra}. */
    static final byte CHOOSE = 6;
    /** Goes on at the operation {@code arg}. */
    static final byte JUMP = 7;
    /** Begins a loop: {@code arg} how many rounds, or which register tells it; {@code extra} its number and end. */
    static final byte LOOP = 8;
    /** Ends a round of the loop whose begin is the operation {@code arg}. */
    static final byte NEXT = 9;
    /** Adds the words {@code extra} to the text that is being made. */
    static final byte WORDS = 10;
    /** Puts the text that was made into its column. */
    static final byte TEXT = 11;

    /** Bits of {@code flags}: the size of an element. */
    static final int SIZE = 0xFF;

    static final int SIGNED = 1 << 8;
    static final int BIG = 1 << 9;
    /** The value goes through the clock. */
    static final int CLOCK = 1 << 10;
    /** {@code arg} is the register that tells a number. */
    static final int COUNTED = 1 << 11;
    /** The value goes to the text that is being made. */
    static final int TO_TEXT = 1 << 12;

    static final int HEX = 1 << 13;

    /** No column, no register. */
    static final int NONE = -1;

    final int length;
    final byte[] kind;
    final int[] flags;
    final long[] arg;
    final int[] register;
    final int[] column;
    /** What is added to a value before it goes to its column. */
    final int[] plus;

    final Object[] extra;

    /** Loops that may be open at once. */
    final int loops;

    /** Bits that the scope is aligned to. */
    final int align;

    /** Bits behind that alignment, where they are the same for all values; else -1. */
    final long fixedBits;

    /** Bits that any value takes at least. */
    final long leastBits;

    FieldProgram(
            int length,
            byte[] kind,
            int[] flags,
            long[] arg,
            int[] register,
            int[] column,
            int[] plus,
            Object[] extra,
            int loops,
            int align,
            long fixedBits,
            long leastBits) {
        this.length = length;
        this.kind = kind;
        this.flags = flags;
        this.arg = arg;
        this.register = register;
        this.column = column;
        this.plus = plus;
        this.extra = extra;
        this.loops = loops;
        this.align = align;
        this.fixedBits = fixedBits;
        this.leastBits = leastBits;
    }

    /** Whether it needs no run to know where it ends: no register is set, the length is fixed. */
    boolean isSkippable() {
        if (fixedBits < 0) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (register[i] != NONE) {
                return false;
            }
        }
        return true;
    }

    /** Whether it goes by values that its own operations before may not have set: of scopes around, or of a choice. */
    boolean takesOuter() {
        boolean branches = false;
        boolean takes = false;
        boolean takesAnother = false;
        for (int op = 0; op < length; op++) {
            branches |= kind[op] == CHOOSE || kind[op] == LOOP;
            boolean reads = kind[op] == CHOOSE || (flags[op] & COUNTED) != 0;
            takes |= reads;
            takesAnother |= reads && !sets((int) arg[op], op);
        }
        return branches ? takes : takesAnother;
    }

    private boolean sets(int of, int before) {
        for (int op = 0; op < before; op++) {
            if (register[op] == of) {
                return true;
            }
        }
        return false;
    }

    /** The largest alignment of any of its fields, bits. */
    int mostAlign() {
        int most = align;
        for (int i = 0; i < length; i++) {
            most = kind[i] == ALIGN ? Math.max(most, (int) arg[i]) : most;
        }
        return most;
    }

    /** Of a {@link #LOOP}. */
    static final class Loop {
        final int number;
        /** Bits that a round takes at least. */
        final long roundBits;
        /** The operation behind its {@link #NEXT}. */
        int end;
        /** Whether rounds are told apart in a text. */
        final boolean toText;

        Loop(int number, long roundBits, boolean toText) {
            this.number = number;
            this.roundBits = roundBits;
            this.toText = toText;
        }
    }

    /** Of a {@link #CHOOSE}: the operation at which each value goes on. */
    static final class Choice {
        private final long[] from;
        private final long[] to;
        private final int[] target;
        private final boolean signed;
        private final String name;

        Choice(long[] from, long[] to, int[] target, boolean signed, String name) {
            this.from = from;
            this.to = to;
            this.target = target;
            this.signed = signed;
            this.name = name;
        }

        /** The operation, or -1 where no option belongs to the value. */
        int of(long value) {
            for (int i = 0; i < from.length; i++) {
                boolean in = signed
                        ? from[i] <= value && value <= to[i]
                        : Long.compareUnsigned(from[i], value) <= 0 && Long.compareUnsigned(value, to[i]) <= 0;
                if (in) {
                    return target[i];
                }
            }
            return -1;
        }

        /** How many ranges of values have an option. */
        int ranges() {
            return from.length;
        }

        long from(int range) {
            return from[range];
        }

        long to(int range) {
            return to[range];
        }

        /** The operation of a range's option. */
        int target(int range) {
            return target[range];
        }

        /** Whether no range before this one has any of its values. */
        boolean isFirst(int range) {
            for (int i = 0; i < range; i++) {
                if (from[i] <= to[range] && from[range] <= to[i]) {
                    return false;
                }
            }
            return !signed;
        }

        /** Of the variant, for messages. */
        String name() {
            return name;
        }
    }

    /** The enumeration of an integer operation in a text, null for none. */
    EnumType enumeration(int op) {
        return extra[op] instanceof EnumType type ? type : null;
    }
}
