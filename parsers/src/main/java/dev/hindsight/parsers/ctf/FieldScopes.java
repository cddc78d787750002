package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ctf.tsdl.FieldType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.IntegerType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.StructType;
import dev.hindsight.parsers.fault.DamagedTraceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The dynamic scopes of CTF (1.8.3, section 7.3.2), in the order of their bits: where the length of a sequence or the
 * tag of a variant is looked up by its path. Counts what is built for a trace, so that metadata of a few lines can't
 * ask for more than there is memory.
 */
final class FieldScopes {

    static final String PACKET_HEADER = "trace.packet.header";
    static final String PACKET_CONTEXT = "stream.packet.context";
    static final String EVENT_HEADER = "stream.event.header";
    static final String STREAM_EVENT_CONTEXT = "stream.event.context";
    static final String EVENT_CONTEXT = "event.context";
    static final String EVENT_FIELDS = "event.fields";

    /** Operations of all programs of a trace. */
    private static final int MOST_OPERATIONS = 2_000_000;

    /** Shared by the scopes of a trace. */
    static final class Budget {
        private int operations;
        private int registers = PacketRegisters.FIRST_FREE;

        int registers() {
            return registers;
        }
    }

    private final Path metadata;
    private final Budget budget;
    private final String clock;
    private final boolean clockByName;
    private final List<Scope> scopes = new ArrayList<>();

    /**
     * Of a trace.
     *
     * @param metadata for messages
     * @param budget shared by all scopes of the trace
     * @param clock whose values the event headers carry, null for none
     * @param clockByName whether a field {@code timestamp} of an event's header is one without saying so
     */
    FieldScopes(Path metadata, Budget budget, String clock, boolean clockByName) {
        this.metadata = metadata;
        this.budget = budget;
        this.clock = clock;
        this.clockByName = clockByName;
    }

    /** As {@code outer}, to which further scopes can be added. */
    FieldScopes(FieldScopes outer, String clock, boolean clockByName) {
        this(outer.metadata, outer.budget, clock, clockByName);
        scopes.addAll(outer.scopes);
    }

    /**
     * A field that was built.
     *
     * @param program that reads it, null for the one that is being built
     */
    record Place(FieldProgram program, int op, FieldType type) {
        Place(int op, FieldType type) {
            this(null, op, type);
        }
    }

    /** The fields of a structure that were built so far, and those around them. */
    static final class Scope {
        private final String root;
        private final Scope outer;
        private final Map<String, Object> fields = new HashMap<>();
        private FieldProgram program;

        private Scope(String root, Scope outer) {
            this.root = root;
            this.outer = outer;
        }

        /** Name of the dynamic scope. */
        String root() {
            return root;
        }

        void enter(String name, Place place) {
            fields.put(name, place);
        }

        /** The scope of a member that is a structure. */
        Scope inner(String name, StructType type) {
            Scope inner = new Scope(root, this);
            fields.put(name, inner);
            return inner;
        }

        /** The scope of an option of a variant, which is not to be found from outside. */
        Scope option() {
            return new Scope(root, this);
        }

        /** The scope of an element of an array. */
        Scope element() {
            return new Scope(root, this);
        }
    }

    Scope begin(String name) {
        Scope scope = new Scope(name, null);
        scopes.add(scope);
        return scope;
    }

    void end(FieldProgram program, Scope scope) {
        scope.program = program;
    }

    void spend(int operations) {
        budget.operations += operations;
        if (budget.operations > MOST_OPERATIONS) {
            throw new DamagedTraceException(
                    metadata, -1, "types of at most " + MOST_OPERATIONS + " fields, all events together", "more");
        }
    }

    int newRegister() {
        return budget.registers++;
    }

    /** Whether an integer of a scope carries the clock. */
    boolean isClock(String root, String name, IntegerType type) {
        if (!root.equals(EVENT_HEADER)) {
            return false;
        }
        return type.clock() == null
                ? clockByName && name.equals("timestamp")
                : type.clock().equals(clock);
    }

    DamagedTraceException error(String expected, List<String> path) {
        return new DamagedTraceException(metadata, -1, expected, "`" + String.join(".", path) + "`");
    }

    /** The field of a path, seen from {@code from}: absolute, or of the structures around, or of the scopes before. */
    Place find(List<String> path, Scope from) {
        for (int i = scopes.size() - 1; i >= 0; i--) {
            String[] root = scopes.get(i).root.split("\\.", 0);
            if (path.size() > root.length && path.subList(0, root.length).equals(List.of(root))) {
                return within(scopes.get(i), path, root.length);
            }
        }
        for (Scope scope = from; scope != null; scope = scope.outer) {
            if (scope.fields.containsKey(path.get(0))) {
                return within(scope, path, 0);
            }
        }
        for (int i = scopes.size() - 2; i >= 0; i--) {
            if (scopes.get(i).fields.containsKey(path.get(0))) {
                return within(scopes.get(i), path, 0);
            }
        }
        throw error("a field that stands before the one that depends on it", path);
    }

    private Place within(Scope scope, List<String> path, int start) {
        Object at = scope;
        for (String name : path.subList(start, path.size())) {
            at = at instanceof Scope s ? s.fields.get(name) : null;
        }
        if (at instanceof Place place) {
            return new Place(program(scope), place.op, place.type);
        } else if (at instanceof Scope) {
            throw error("a field that is a number", path);
        }
        throw error("a field that stands before the one that depends on it", path);
    }

    private static FieldProgram program(Scope scope) {
        Scope root = scope;
        while (root.outer != null) {
            root = root.outer;
        }
        return root.program;
    }
}
