package dev.hindsight.parsers.ctf.tsdl;

import dev.hindsight.parsers.ctf.tsdl.FieldType.ArrayType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.EnumType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.IntegerType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.Label;
import dev.hindsight.parsers.ctf.tsdl.FieldType.Member;
import dev.hindsight.parsers.ctf.tsdl.FieldType.SequenceType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.StringType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.StructType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.VariantType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads types, and the declarations that give them names (CTF 1.8.3, sections 4 and 7.3). */
final class TypeReader {

    /** Types nested deeper are refused, whether in the text or by names. */
    private static final int MOST_DEEP = 64;

    /** Members of one structure, options of one variant, names of one enumeration. */
    private static final int MOST_MEMBERS = 65_536;

    private static final Set<String> SPECIFIERS = Set.of(
            "char",
            "const",
            "double",
            "float",
            "int",
            "long",
            "short",
            "signed",
            "unsigned",
            "void",
            "_Bool",
            "_Complex",
            "_Imaginary");

    private final TokenCursor in;
    private final IntegerWords words;
    private int deep;

    TypeReader(TokenCursor in, IntegerWords words) {
        this.in = in;
        this.words = words;
    }

    /** Reads {@code typedef}, {@code typealias} or a type on its own, with its semicolon; false where none begins. */
    boolean declaration(TypeScope scope) {
        if (in.is("struct") || in.is("enum") || in.is("variant")) {
            type(scope);
        } else if (!alias(scope)) {
            return false;
        }
        in.expect(";");
        return true;
    }

    /** Reads {@code typedef} or {@code typealias} up to its semicolon; false where none begins. */
    private boolean alias(TypeScope scope) {
        if (in.take("typedef")) {
            FieldType type = type(scope);
            do {
                Declarator d = declarator(type, true);
                declare(scope, d.name, d.type);
            } while (in.take(","));
            return true;
        } else if (in.take("typealias")) {
            FieldType type = declarator(type(scope), false).type;
            in.expect(":=");
            declare(scope, aliasName(), type);
            return true;
        }
        return false;
    }

    private void declare(TypeScope scope, String name, FieldType type) {
        if (!scope.declare(name, type)) {
            throw in.source.error(
                    in.tokens.start(in.at - 1), "a type name that is new in its block", "`" + name + "` again");
        }
    }

    private String aliasName() {
        StringBuilder name = new StringBuilder();
        if (in.is("struct") || in.is("enum") || in.is("variant")) {
            name.append(in.word("a type")).append(' ');
        }
        while (in.kind() == TsdlTokens.WORD) {
            name.append(name.length() == 0 || name.charAt(name.length() - 1) == ' ' ? "" : " ")
                    .append(in.word("a type"));
        }
        if (name.length() == 0) {
            throw in.error("the name of a type");
        }
        while (in.take("*")) {
            name.append(" *");
            while (in.take("const")) {
                // a constant pointer is a pointer
            }
        }
        return name.toString();
    }

    /** A type without declarator. */
    FieldType type(TypeScope scope) {
        if (++deep > MOST_DEEP) {
            throw in.error("types nested at most " + MOST_DEEP + " deep, not");
        }
        try {
            int start = in.at;
            FieldType type = undepthed(scope);
            if (type.depth() > MOST_DEEP) {
                throw in.source.error(
                        in.tokens.start(start),
                        "types nested at most " + MOST_DEEP + " deep",
                        type.depth() + " levels");
            }
            return type;
        } finally {
            deep--;
        }
    }

    private FieldType undepthed(TypeScope scope) {
        if (in.take("struct")) {
            return struct(scope);
        } else if (in.take("variant")) {
            return variant(scope);
        } else if (in.take("enum")) {
            return enumeration(scope);
        } else if (in.take("integer")) {
            return words.integer(in);
        } else if (in.take("floating_point")) {
            return words.floating(in);
        } else if (in.take("string")) {
            if (in.is("{")) {
                words.string(in);
            }
            return new StringType();
        }
        return named(scope);
    }

    private FieldType named(TypeScope scope) {
        int start = in.at;
        StringBuilder name = new StringBuilder();
        boolean whole = false;
        while (in.kind() == TsdlTokens.WORD) {
            boolean specifier = SPECIFIERS.contains(in.tokens.raw(in.at));
            if (!specifier && whole) {
                break;
            }
            whole |= !in.is("const");
            name.append(name.length() == 0 ? "" : " ").append(in.word("a type"));
            if (!specifier) {
                break;
            }
        }
        if (!whole) {
            throw in.error("a type");
        }
        while (in.is("*")) {
            in.at++;
            name.append(" *");
            while (in.take("const")) {
                // a constant pointer is a pointer
            }
        }
        FieldType type = scope.find(name.toString());
        if (type == null) {
            throw in.source.error(in.tokens.start(start), "a type that is declared", "`" + name + "`");
        }
        return type;
    }

    private FieldType known(TypeScope scope, String kind, String name, int place) {
        FieldType type = scope.find(kind + " " + name);
        if (type == null) {
            throw in.source.error(in.tokens.start(place), "a " + kind + " that is declared", "`" + name + "`");
        }
        return type;
    }

    private FieldType struct(TypeScope scope) {
        int start = in.at;
        String name = in.kind() == TsdlTokens.WORD ? in.word("a name") : null;
        if (!in.is("{")) {
            if (name == null) {
                throw in.error("`{` or the name of a struct");
            }
            return known(scope, "struct", name, start);
        }
        List<Member> members = members(scope);
        int align = 1;
        if (in.take("align")) {
            in.expect("(");
            align = words.alignment(in);
            in.expect(")");
        }
        StructType type = StructType.of(members, align);
        if (name != null) {
            declare(scope, "struct " + name, type);
        }
        return type;
    }

    private FieldType variant(TypeScope scope) {
        int start = in.at;
        String name = in.kind() == TsdlTokens.WORD ? in.word("a name") : null;
        List<String> tag = null;
        if (in.take("<")) {
            tag = in.path();
            in.expect(">");
        }
        if (in.is("{")) {
            VariantType type = VariantType.of(tag, members(scope));
            if (type.options().isEmpty()) {
                throw in.source.error(in.tokens.start(start), "a variant with options", "none");
            }
            if (name != null) {
                declare(scope, "variant " + name, type);
            }
            return type;
        }
        if (name == null) {
            throw in.error("`{` or the name of a variant");
        }
        VariantType known = (VariantType) known(scope, "variant", name, start);
        return tag == null ? known : VariantType.of(tag, known.options());
    }

    private List<Member> members(TypeScope outer) {
        TypeScope scope = new TypeScope(outer);
        List<Member> members = new ArrayList<>();
        Set<String> names = new HashSet<>();
        in.expect("{");
        while (!in.take("}")) {
            if (alias(scope)) {
                in.expect(";");
                continue;
            }
            FieldType type = type(scope);
            if (in.take(";")) {
                // a type alone: declared by its name, without a field of it
                continue;
            }
            do {
                Declarator d = declarator(type, true);
                if (!names.add(d.name)) {
                    throw in.source.error(in.tokens.start(in.at - 1), "a new name", "`" + d.name + "` again");
                }
                if (members.size() == MOST_MEMBERS) {
                    throw in.error("at most " + MOST_MEMBERS + " members, not");
                }
                members.add(new Member(d.name, d.type));
            } while (in.take(","));
            in.expect(";");
        }
        return members;
    }

    private record Declarator(String name, FieldType type) {}

    private Declarator declarator(FieldType of, boolean withName) {
        while (in.take("*")) {
            // the star of a declarator behind a comma; a type that points is found with its star
        }
        String name = withName ? in.word("the name of a field") : null;
        if (name != null && SPECIFIERS.contains(name)) {
            in.at--;
            throw in.error("the name of a field");
        }
        List<Object> lengths = new ArrayList<>();
        while (in.take("[")) {
            if (in.kind() == TsdlTokens.WORD) {
                lengths.add(in.path());
            } else {
                lengths.add(in.integer("a length", 0, Integer.MAX_VALUE));
            }
            in.expect("]");
            if (lengths.size() > MOST_DEEP) {
                throw in.error("at most " + MOST_DEEP + " dimensions, not");
            }
        }
        FieldType type = of;
        for (int i = lengths.size() - 1; i >= 0; i--) {
            if (lengths.get(i) instanceof Long length) {
                type = new ArrayType(type, length);
            } else {
                List<String> path = new ArrayList<>();
                for (Object word : (List<?>) lengths.get(i)) {
                    path.add((String) word);
                }
                type = new SequenceType(type, path);
            }
        }
        if (type.depth() > MOST_DEEP) {
            throw in.error("types nested at most " + MOST_DEEP + " deep, not");
        }
        return new Declarator(name, type);
    }

    private FieldType enumeration(TypeScope scope) {
        int start = in.at;
        String name = in.kind() == TsdlTokens.WORD ? in.word("a name") : null;
        FieldType container = null;
        if (in.take(":")) {
            container = type(scope);
        }
        if (!in.is("{")) {
            if (name == null || container != null) {
                throw in.error("`{`");
            }
            return known(scope, "enum", name, start);
        }
        if (container == null) {
            container = scope.find("int");
        }
        IntegerType integer =
                container instanceof EnumType e ? e.container() : container instanceof IntegerType i ? i : null;
        if (integer == null) {
            throw in.source.error(
                    in.tokens.start(start), "an integer as container of the enumeration", "no such type (`int`)");
        }
        EnumType type = new EnumType(integer, labels(integer));
        if (name != null) {
            declare(scope, "enum " + name, type);
        }
        return type;
    }

    private List<Label> labels(IntegerType container) {
        List<Label> labels = new ArrayList<>();
        long next = 0;
        in.expect("{");
        while (!in.take("}")) {
            String label = in.kind() == TsdlTokens.TEXT ? in.value() : in.word("the name of a value");
            long from = next;
            long to = next;
            if (in.take("=")) {
                int place = in.at;
                from = in.integer("a value");
                to = from;
                if (in.take("...")) {
                    to = in.integer("a value");
                    if (container.signed() ? to < from : Long.compareUnsigned(to, from) < 0) {
                        throw in.source.error(in.tokens.start(place), "a range that rises", from + " ... " + to);
                    }
                }
            }
            if (labels.size() == MOST_MEMBERS) {
                throw in.error("at most " + MOST_MEMBERS + " names of values, not");
            }
            labels.add(new Label(label, from, to));
            next = to + 1;
            if (!in.take(",") && !in.is("}")) {
                throw in.error("`,` or `}`");
            }
        }
        return labels;
    }
}
