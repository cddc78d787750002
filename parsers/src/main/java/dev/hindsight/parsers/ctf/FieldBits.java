package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ctf.tsdl.FieldType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.ArrayType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.EnumType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.FloatType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.IntegerType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.Member;
import dev.hindsight.parsers.ctf.tsdl.FieldType.SequenceType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.StringType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.StructType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.VariantType;
import java.util.IdentityHashMap;
import java.util.Map;

/** Bounds of how many bits the values of a type take, alignment left out; huge ones are cut. */
final class FieldBits {

    private static final long HUGE = Long.MAX_VALUE / 4;

    private FieldBits() {}

    /** Bits of the shortest value. */
    static long least(FieldType type) {
        return bits(type, false, new IdentityHashMap<>());
    }

    /** Bits of the longest value, 0 only where no value takes any. */
    static long most(FieldType type) {
        return bits(type, true, new IdentityHashMap<>());
    }

    private static long bits(FieldType type, boolean most, Map<FieldType, Long> known) {
        if (type instanceof IntegerType integer) {
            return integer.size();
        } else if (type instanceof EnumType enumeration) {
            return enumeration.container().size();
        } else if (type instanceof FloatType floating) {
            return floating.size();
        } else if (type instanceof StringType) {
            return most ? HUGE : 8;
        }
        Long had = known.get(type);
        if (had != null) {
            return had;
        }
        long sum = 0;
        if (type instanceof StructType struct) {
            for (Member m : struct.members()) {
                sum = Math.min(HUGE, sum + bits(m.type(), most, known));
            }
        } else if (type instanceof VariantType variant) {
            sum = most ? 0 : HUGE;
            for (Member m : variant.options()) {
                long bits = bits(m.type(), most, known);
                sum = most ? Math.max(sum, bits) : Math.min(sum, bits);
            }
        } else if (type instanceof ArrayType array) {
            long one = bits(array.element(), most, known);
            sum = array.length() > 0 && one > HUGE / array.length() ? HUGE : array.length() * one;
        } else if (type instanceof SequenceType sequence) {
            sum = !most || bits(sequence.element(), true, known) == 0 ? 0 : HUGE;
        }
        known.put(type, sum);
        return sum;
    }
}
