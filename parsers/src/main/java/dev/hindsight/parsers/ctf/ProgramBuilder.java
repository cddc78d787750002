package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ctf.FieldProgram.Choice;
import dev.hindsight.parsers.ctf.FieldProgram.Loop;
import dev.hindsight.parsers.ctf.FieldScopes.Place;
import dev.hindsight.parsers.ctf.FieldScopes.Scope;
import dev.hindsight.parsers.ctf.tsdl.FieldType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.ArrayType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.EnumType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.FloatType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.IntegerType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.Label;
import dev.hindsight.parsers.ctf.tsdl.FieldType.Member;
import dev.hindsight.parsers.ctf.tsdl.FieldType.SequenceType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.StringType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.StructType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.VariantType;
import dev.hindsight.parsers.ringbuffer.NameCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes the {@link FieldProgram} of a scope: structures are flattened, variants become choices, arrays of structures
 * and the like become loops that make a text.
 */
final class ProgramBuilder {

    private static final int MOST_LOOPS = 16;

    private final FieldScopes scopes;
    private final FieldColumns columns;
    private byte[] kind = new byte[16];
    private int[] flags = new int[16];
    private long[] arg = new long[16];
    private int[] register = new int[16];
    private int[] column = new int[16];
    private int[] plus = new int[16];
    private Object[] extra = new Object[16];
    private int length;

    /** Where the next field begins is {@code offset} modulo {@code modulus} bits; both from what came before. */
    private long modulus;

    private long offset;
    private boolean fixed = true;
    private int loops;
    private int openLoops;
    private boolean optional;

    private ProgramBuilder(FieldScopes scopes, FieldColumns columns) {
        this.scopes = scopes;
        this.columns = columns;
    }

    /**
     * The program of a scope.
     *
     * @param scopes where paths are looked up, and where this scope's fields are entered
     * @param columns that the fields go to, null for none
     * @param name of the scope, for instance {@code event.fields}
     * @param type of the scope, null for one without fields
     */
    static FieldProgram build(FieldScopes scopes, FieldColumns columns, String name, StructType type) {
        ProgramBuilder builder = new ProgramBuilder(scopes, columns);
        StructType struct = type == null ? StructType.of(List.of(), 1) : type;
        builder.modulus = struct.align();
        Scope scope = scopes.begin(name);
        builder.members(struct, scope, "");
        FieldProgram program = new FieldProgram(
                builder.length,
                Arrays.copyOf(builder.kind, builder.length),
                Arrays.copyOf(builder.flags, builder.length),
                Arrays.copyOf(builder.arg, builder.length),
                Arrays.copyOf(builder.register, builder.length),
                Arrays.copyOf(builder.column, builder.length),
                Arrays.copyOf(builder.plus, builder.length),
                Arrays.copyOf(builder.extra, builder.length),
                builder.loops,
                struct.align(),
                builder.fixed ? builder.offset : -1,
                FieldBits.least(struct));
        scopes.end(program, scope);
        return program;
    }

    private int add(byte what, int withFlags, long argument, Object with) {
        if (length == kind.length) {
            int more = 2 * length;
            kind = Arrays.copyOf(kind, more);
            flags = Arrays.copyOf(flags, more);
            arg = Arrays.copyOf(arg, more);
            register = Arrays.copyOf(register, more);
            column = Arrays.copyOf(column, more);
            plus = Arrays.copyOf(plus, more);
            extra = Arrays.copyOf(extra, more);
        }
        scopes.spend(1);
        kind[length] = what;
        flags[length] = withFlags;
        arg[length] = argument;
        extra[length] = with;
        register[length] = FieldProgram.NONE;
        column[length] = FieldProgram.NONE;
        return length++;
    }

    private void align(int bits) {
        if (modulus % bits == 0) {
            long to = offset + bits - 1 & -bits;
            if (to == offset) {
                return;
            }
            offset = to;
        } else {
            modulus = bits;
            offset = 0;
            fixed = false;
        }
        add(FieldProgram.ALIGN, 0, bits, null);
    }

    /** Where the position is known no more, but for a multiple of so many bits. */
    private void lose(long known) {
        modulus = known;
        offset = 0;
        fixed = false;
    }

    private void advance(long bits) {
        offset += bits;
    }

    private void members(StructType struct, Scope scope, String prefix) {
        for (Member member : struct.members()) {
            String name = FieldColumns.plain(member.name());
            field(member.name(), prefix.isEmpty() ? name : prefix + "_" + name, member.type(), scope, false);
        }
    }

    /** A field under its name in the metadata and that of its column. */
    private void field(String raw, String name, FieldType type, Scope scope, boolean toText) {
        scopes.spend(1);
        if (type instanceof IntegerType integer) {
            scope.enter(raw, new Place(integer(name, integer, null, raw, scope, toText), type));
        } else if (type instanceof EnumType enumeration) {
            scope.enter(raw, new Place(integer(name, enumeration.container(), enumeration, raw, scope, toText), type));
        } else if (type instanceof FloatType floating) {
            align(floating.align());
            int op = add(FieldProgram.FLOAT, floating.bigEndian() ? FieldProgram.BIG : 0, floating.size(), null);
            to(op, toText, toText || columns == null ? FieldProgram.NONE : columns.floating(name, optional));
            advance(floating.size());
        } else if (type instanceof StringType) {
            align(8);
            int op = add(FieldProgram.STRING, 0, 0, null);
            to(op, toText, toText || columns == null ? FieldProgram.NONE : columns.text(name, false, optional));
            lose(8);
        } else if (type instanceof StructType struct) {
            align(struct.align());
            if (toText) {
                textMembers(struct, scope.inner(raw, struct), "{", " }");
            } else {
                members(struct, scope.inner(raw, struct), name);
            }
        } else if (type instanceof VariantType variant) {
            variant(name, variant, scope, toText);
        } else if (type instanceof ArrayType array) {
            align(array.align());
            elements(raw, name, array.element(), array.length(), false, scope, toText);
        } else if (type instanceof SequenceType sequence) {
            Place length = scopes.find(sequence.length(), scope);
            if (!(length.type() instanceof IntegerType integer) || integer.signed()) {
                throw scopes.error("the length of a sequence that is an unsigned integer", sequence.length());
            }
            int register = registerOf(length);
            align(sequence.align());
            elements(raw, name, sequence.element(), register, true, scope, toText);
        }
    }

    private void to(int op, boolean toText, int of) {
        column[op] = of;
        if (toText) {
            flags[op] |= FieldProgram.TO_TEXT;
        }
    }

    private int registerOf(Place place) {
        if (place.program() != null) {
            int[] registers = place.program().register;
            if (registers[place.op()] == FieldProgram.NONE) {
                registers[place.op()] = scopes.newRegister();
            }
            return registers[place.op()];
        }
        if (register[place.op()] == FieldProgram.NONE) {
            register[place.op()] = scopes.newRegister();
        }
        return register[place.op()];
    }

    private static int flagsOf(IntegerType type) {
        return (type.signed() ? FieldProgram.SIGNED : 0)
                | (type.bigEndian() ? FieldProgram.BIG : 0)
                | (type.base() == 16 ? FieldProgram.HEX : 0);
    }

    private int integer(String name, IntegerType type, EnumType names, String raw, Scope scope, boolean toText) {
        align(type.align());
        boolean clock = scopes.isClock(scope.root(), raw, type);
        int op = add(FieldProgram.INTEGER, flagsOf(type) | (clock ? FieldProgram.CLOCK : 0), type.size(), names);
        register[op] = PacketRegisters.of(scope.root(), raw);
        if (!toText && columns != null) {
            to(op, false, columns.integer(name, type, optional));
            plus[op] = columns.added(name);
        } else {
            to(op, toText, FieldProgram.NONE);
        }
        advance(type.size());
        return op;
    }

    private void variant(String name, VariantType variant, Scope scope, boolean toText) {
        if (variant.tag() == null) {
            throw scopes.error("a variant with its tag", List.of(name));
        }
        Place tag = scopes.find(variant.tag(), scope);
        if (!(tag.type() instanceof EnumType names)) {
            throw scopes.error("the tag of a variant that is an enumeration", variant.tag());
        }
        int register = registerOf(tag);
        List<long[]> ranges = new ArrayList<>();
        int choose = add(FieldProgram.CHOOSE, 0, register, null);
        List<Integer> jumps = new ArrayList<>();
        boolean outer = optional;
        optional = true;
        long known = modulus;
        long from = offset;
        fixed = false;
        for (Member option : variant.options()) {
            modulus = known;
            offset = from;
            for (Label label : names.labels()) {
                if (FieldColumns.same(label.name(), option.name())) {
                    ranges.add(new long[] {label.from(), label.to(), length});
                }
            }
            String plain = FieldColumns.plain(option.name());
            field(option.name(), name + "_" + plain, option.type(), scope.option(), toText);
            jumps.add(add(FieldProgram.JUMP, 0, 0, null));
        }
        for (int jump : jumps) {
            arg[jump] = length;
        }
        optional = outer;
        lose(1);
        long[] lows = new long[ranges.size()];
        long[] highs = new long[ranges.size()];
        int[] targets = new int[ranges.size()];
        for (int i = 0; i < lows.length; i++) {
            lows[i] = ranges.get(i)[0];
            highs[i] = ranges.get(i)[1];
            targets[i] = (int) ranges.get(i)[2];
        }
        extra[choose] = new Choice(lows, highs, targets, names.container().signed(), name);
    }

    /** Elements of an array ({@code count} how many) or a sequence ({@code count} the register that tells it). */
    private void elements(
            String raw, String name, FieldType element, long count, boolean sequence, Scope scope, boolean toText) {
        int counted = sequence ? FieldProgram.COUNTED : 0;
        if (element instanceof IntegerType integer
                && (integer.size() == 8 && integer.text() || integer.size() % integer.align() == 0)) {
            boolean text = integer.size() == 8 && integer.text();
            if (text || !toText) {
                packed(raw, name, integer, count, counted, text, scope, toText);
                return;
            }
        }
        if (FieldBits.most(element) == 0) {
            return;
        }
        int into = toText || columns == null ? FieldProgram.NONE : columns.text(name, false, optional);
        boolean texts = toText || into != FieldProgram.NONE;
        words("[", texts);
        if (openLoops == MOST_LOOPS) {
            throw scopes.error("at most " + MOST_LOOPS + " nested arrays", List.of(name));
        }
        Loop loop = new Loop(openLoops++, FieldBits.least(element), texts);
        loops = Math.max(loops, openLoops);
        int begin = add(FieldProgram.LOOP, counted, count, loop);
        // nothing is known of where the second element begins but its alignment
        lose(element.align());
        if (element instanceof StructType struct) {
            align(struct.align());
            if (texts) {
                textMembers(struct, scope.element(), "{", " }");
            } else {
                members(struct, scope.element(), name);
            }
        } else {
            field("", name, element, scope.element(), texts);
        }
        align(element.align());
        add(FieldProgram.NEXT, 0, begin, null);
        loop.end = length;
        openLoops--;
        lose(1);
        words(" ]", texts);
        if (into != FieldProgram.NONE) {
            int end = add(FieldProgram.TEXT, 0, 0, null);
            column[end] = into;
        }
    }

    private void packed(
            String raw,
            String name,
            IntegerType integer,
            long count,
            int counted,
            boolean text,
            Scope scope,
            boolean toText) {
        int op;
        if (text) {
            boolean comm = !toText && columns != null && counted == 0 && count == NameCache.NAME_BYTES;
            op = add(FieldProgram.CHARACTERS, flagsOf(integer) | counted, count, comm ? new NameCache() : null);
            to(op, toText, toText || columns == null ? FieldProgram.NONE : columns.text(name, counted == 0, optional));
        } else {
            op = add(FieldProgram.INTEGERS, flagsOf(integer) | counted | integer.size(), count, null);
            boolean uuid = counted == 0 && count == 16 && integer.size() == 8;
            register[op] = uuid ? PacketRegisters.of(scope.root(), raw) : FieldProgram.NONE;
            to(op, false, columns == null ? FieldProgram.NONE : columns.list(name, optional));
        }
        if (counted == 0) {
            advance(count * integer.size());
        } else {
            lose(integer.align());
        }
    }

    private void words(String words, boolean texts) {
        if (texts) {
            add(FieldProgram.WORDS, 0, 0, words);
        }
    }

    private void textMembers(StructType struct, Scope scope, String open, String close) {
        String before = open + " ";
        for (Member member : struct.members()) {
            words(before + FieldColumns.plain(member.name()) + " = ", true);
            field(member.name(), member.name(), member.type(), scope, true);
            before = ", ";
        }
        words(struct.members().isEmpty() ? open + close : close, true);
    }
}
