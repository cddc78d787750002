package dev.hindsight.parsers.ctf.tsdl;

import java.util.List;

/**
 * The type of a field as the metadata declares it: {@link IntegerType}, {@link FloatType}, {@link EnumType}, {@link
 * StringType}, {@link StructType}, {@link VariantType}, {@link ArrayType} or {@link SequenceType}.
 */
public sealed interface FieldType {

    /** Bits that a field of this type begins at a multiple of, counted from the packet's start; a power of two. */
    int align();

    /** How deep types are nested in it, 0 for one without parts. */
    default int depth() {
        return 0;
    }

    /**
     * An integer.
     *
     * @param size bits, 1 to 64
     * @param align bits
     * @param signed two's complement
     * @param bigEndian byte order; bits of a byte are then counted from the most significant one
     * @param base that its author wants to see it in: 2, 8, 10 or 16
     * @param text whether it is a character (encoding UTF8 or ASCII)
     * @param clock name of the clock that it is a value of, null for none
     */
    record IntegerType(int size, int align, boolean signed, boolean bigEndian, int base, boolean text, String clock)
            implements FieldType {}

    /**
     * A binary floating-point number of IEEE 754.
     *
     * @param size bits: 32 or 64
     */
    record FloatType(int size, int align, boolean bigEndian) implements FieldType {}

    /** An integer whose values have names. */
    record EnumType(IntegerType container, List<Label> labels) implements FieldType {

        public EnumType {
            labels = List.copyOf(labels);
        }

        @Override
        public int align() {
            return container.align();
        }

        /** The name of a value, null where it has none; the first one where it has several. */
        public String labelOf(long value) {
            for (Label label : labels) {
                if (label.holds(value, container.signed())) {
                    return label.name();
                }
            }
            return null;
        }
    }

    /** A name for the values {@code from} to {@code to}, both included. */
    record Label(String name, long from, long to) {

        /** Whether it names a value of a container of that signedness. */
        public boolean holds(long value, boolean signed) {
            return signed
                    ? from <= value && value <= to
                    : Long.compareUnsigned(from, value) <= 0 && Long.compareUnsigned(value, to) <= 0;
        }
    }

    /** Bytes up to a zero byte, on a byte boundary. */
    record StringType() implements FieldType {
        @Override
        public int align() {
            return 8;
        }
    }

    /** A member of a structure or an option of a variant, under the name of the metadata. */
    record Member(String name, FieldType type) {}

    /** Members one after another. */
    record StructType(List<Member> members, int align, int depth) implements FieldType {

        /** {@code minAlign}: what the structure itself asks for; its members may ask for more. */
        public static StructType of(List<Member> members, int minAlign) {
            int align = minAlign;
            int depth = 0;
            for (Member m : members) {
                align = Math.max(align, m.type().align());
                depth = Math.max(depth, m.type().depth());
            }
            return new StructType(List.copyOf(members), align, depth + 1);
        }
    }

    /**
     * One of several options, told by the value of an enumeration.
     *
     * @param tag path of that enumeration, null in a variant that is declared to be tagged where it is used
     */
    record VariantType(List<String> tag, List<Member> options, int depth) implements FieldType {

        /** The depth is that of the options. */
        public static VariantType of(List<String> tag, List<Member> options) {
            int depth = 0;
            for (Member m : options) {
                depth = Math.max(depth, m.type().depth());
            }
            return new VariantType(tag == null ? null : List.copyOf(tag), List.copyOf(options), depth + 1);
        }

        @Override
        public int align() {
            return 1;
        }
    }

    /** A fixed number of elements. */
    record ArrayType(FieldType element, long length) implements FieldType {
        @Override
        public int align() {
            return element.align();
        }

        @Override
        public int depth() {
            return element.depth() + 1;
        }
    }

    /**
     * As many elements as another field says.
     *
     * @param length path of that field
     */
    record SequenceType(FieldType element, List<String> length) implements FieldType {

        public SequenceType {
            length = List.copyOf(length);
        }

        @Override
        public int align() {
            return element.align();
        }

        @Override
        public int depth() {
            return element.depth() + 1;
        }
    }
}
