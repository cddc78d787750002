package dev.hindsight.parsers.format;

/**
 * An integer type of the traced machine. Values of it are held in a {@code long}: sign-extended where signed,
 * zero-extended where not.
 *
 * @param bytes 1, 2, 4 or 8
 * @param signed whether values may be negative
 */
public record IntType(int bytes, boolean signed) {

    /** C's {@code int}. */
    public static final IntType INT = new IntType(4, true);

    /** C's {@code unsigned int}. */
    public static final IntType UNSIGNED = new IntType(4, false);

    /** {@code long long}. */
    public static final IntType INT64 = new IntType(8, true);

    /** {@code unsigned long long}. */
    public static final IntType UINT64 = new IntType(8, false);

    public IntType {
        if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8) {
            throw new IllegalArgumentException("an integer of " + bytes + " bytes");
        }
    }

    /** A value cut to this type, as a C cast does. */
    public long wrap(long value) {
        int spare = 64 - 8 * bytes;
        return signed ? value << spare >> spare : value << spare >>> spare;
    }

    /** The bits of a value of this type, as an unsigned number. */
    public long bits(long value) {
        int spare = 64 - 8 * bytes;
        return value << spare >>> spare;
    }

    /** What C computes with: types narrower than {@code int} become {@code int}. */
    public IntType promoted() {
        return bytes < 4 ? INT : this;
    }

    /** C's usual arithmetic conversions. */
    public static IntType common(IntType a, IntType b) {
        IntType left = a.promoted();
        IntType right = b.promoted();
        if (left.bytes != right.bytes) {
            return left.bytes > right.bytes ? left : right;
        }
        return left.signed ? right : left;
    }
}
