package dev.hindsight.parsers.ctf.tsdl;

import java.util.HashMap;
import java.util.Map;

/** Names of types that are known in a block, and in those around it. */
final class TypeScope {

    private final TypeScope outer;
    private final Map<String, FieldType> types = new HashMap<>();

    TypeScope(TypeScope outer) {
        this.outer = outer;
    }

    /** Declares a name; false where this block has declared it before. */
    boolean declare(String name, FieldType type) {
        return types.putIfAbsent(name, type) == null;
    }

    /** The type of a name, null where there is none; {@code const} makes no difference. */
    FieldType find(String name) {
        for (TypeScope scope = this; scope != null; scope = scope.outer) {
            FieldType type = scope.types.get(name);
            if (type != null) {
                return type;
            }
        }
        String plain = name.replace("const ", "");
        return plain.length() == name.length() ? null : find(plain);
    }
}
