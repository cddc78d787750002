package dev.hindsight.parsers.ctf.tsdl;

import dev.hindsight.parsers.ctf.tsdl.FieldType.StructType;
import dev.hindsight.parsers.fault.DamagedTraceException;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.fault.Warnings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the metadata of a trace (TSDL, CTF 1.8.3 section 7 and annex C).
 *
 * <p>The blocks are read by kind, not in the order they stand in: the trace's byte order and the clocks first, since
 * integers depend on them, then types, then what is made of them.
 */
public final class TsdlParser {

    private static final int MOST_EVENTS = 1 << 17;

    private final MetadataText source;
    private final TsdlTokens tokens;
    private final Warnings warnings;
    private final Map<String, List<Integer>> blocks = new HashMap<>();
    private final List<Integer> declarations = new ArrayList<>();
    private final TypeScope root = new TypeScope(null);
    private final Map<String, ClockDeclaration> clocks = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Map<Long, StreamDeclaration> streams = new TreeMap<>();
    private final List<EventDeclaration> events = new ArrayList<>();
    private final Set<List<Long>> eventIds = new HashSet<>();
    private IntegerWords words;
    private boolean bigEndian;
    private byte[] uuid;
    private StructType packetHeader;

    private TsdlParser(MetadataText source, Warnings warnings) {
        this.source = source;
        this.warnings = warnings;
        tokens = TsdlLexer.split(source);
        for (String kind : List.of("trace", "env", "clock", "stream", "event", "callsite")) {
            blocks.put(kind, new ArrayList<>());
        }
    }

    /**
     * Reads the file {@code metadata} of a trace.
     *
     * @throws DamagedTraceException where it is no metadata of CTF 1.8, with the place and its line
     * @throws UnsupportedTraceException where it is of a version or in a form that is refused
     */
    public static TraceMetadata read(Path file, Warnings warnings) {
        return new TsdlParser(MetadataText.read(file), warnings).parse();
    }

    /** Reads metadata that is at hand; {@code file} is for messages. */
    public static TraceMetadata parse(Path file, byte[] bytes, Warnings warnings) {
        return new TsdlParser(MetadataText.of(file, bytes), warnings).parse();
    }

    private TraceMetadata parse() {
        split();
        bigEndian = byteOrder();
        words = new IntegerWords(bigEndian, clocks, warnings);
        for (int block : blocks.get("clock")) {
            clock(cursor(block));
        }
        for (int block : blocks.get("env")) {
            environment(cursor(block));
        }
        for (int start : declarations) {
            TokenCursor in = cursor(start);
            if (!new TypeReader(in, words).declaration(root)) {
                throw in.error("a declaration");
            }
        }
        trace(cursor(blocks.get("trace").get(0)));
        for (int block : blocks.get("stream")) {
            stream(cursor(block));
        }
        if (streams.isEmpty() && !blocks.get("event").isEmpty()) {
            streams.put(0L, new StreamDeclaration(0, null, null, null));
        }
        for (int block : blocks.get("event")) {
            event(cursor(block));
        }
        return new TraceMetadata(
                uuid,
                bigEndian,
                packetHeader,
                Map.copyOf(environment),
                Map.copyOf(clocks),
                Map.copyOf(streams),
                List.copyOf(events));
    }

    private TokenCursor cursor(int token) {
        TokenCursor in = new TokenCursor(source, tokens);
        in.at = token;
        return in;
    }

    /** Finds the blocks and declarations of the outermost level. */
    private void split() {
        int at = 0;
        while (tokens.kind(at) != TsdlTokens.END) {
            List<Integer> kind =
                    tokens.kind(at) == TsdlTokens.WORD && tokens.is(at + 1, "{") ? blocks.get(tokens.raw(at)) : null;
            if (kind != null) {
                kind.add(at + 1);
            } else if (tokens.is(at, ";")) {
                at++;
                continue;
            } else if (tokens.kind(at) == TsdlTokens.WORD) {
                declarations.add(at);
            } else {
                throw cursor(at).error("trace, env, clock, stream, event, callsite or a declaration of a type");
            }
            at = behind(at);
        }
        if (blocks.get("trace").size() != 1) {
            throw source.error(0, "one block `trace`", blocks.get("trace").size() + " of them");
        }
    }

    /** The token behind the semicolon that ends what begins here. */
    private int behind(int start) {
        StringBuilder open = new StringBuilder();
        for (int at = start; tokens.kind(at) != TsdlTokens.END; at++) {
            if (tokens.kind(at) != TsdlTokens.SIGN) {
                continue;
            }
            String sign = tokens.raw(at);
            if (sign.equals("{") || sign.equals("[") || sign.equals("(")) {
                open.append(sign);
            } else if (sign.equals("}") || sign.equals("]") || sign.equals(")")) {
                char opened = open.length() == 0 ? ' ' : open.charAt(open.length() - 1);
                if ("{}[]()".indexOf(opened + sign) < 0) {
                    throw cursor(at).error(opened == ' ' ? "something to be open" : "the end of `" + opened + "`");
                }
                open.setLength(open.length() - 1);
            } else if (sign.equals(";") && open.length() == 0) {
                return at + 1;
            }
        }
        throw source.error(tokens.start(start), "a declaration that ends with `;`", "no end of it");
    }

    /** The trace's byte order, wherever in its block it stands. */
    private boolean byteOrder() {
        int depth = 0;
        for (int at = blocks.get("trace").get(0); tokens.kind(at) != TsdlTokens.END; at++) {
            depth += tokens.is(at, "{") ? 1 : tokens.is(at, "}") ? -1 : 0;
            if (depth == 0) {
                break;
            }
            if (depth == 1 && tokens.is(at, "byte_order") && tokens.is(at + 1, "=")) {
                TokenCursor in = cursor(at + 2);
                if (in.is("native")) {
                    throw in.error("le or be");
                }
                return new IntegerWords(false, clocks, warnings).byteOrder(in);
            }
        }
        throw source.error(tokens.start(blocks.get("trace").get(0)), "byte_order = le or be", "none");
    }

    /** Reads an attribute's value, or a type where {@code :=} stands. */
    private interface Attribute {
        void read(String name, boolean type, TypeScope scope, TypeReader types);
    }

    private void block(TokenCursor in, Attribute attribute) {
        TypeScope scope = new TypeScope(root);
        TypeReader types = new TypeReader(in, words);
        Set<String> seen = new HashSet<>();
        in.expect("{");
        while (!in.take("}")) {
            if (types.declaration(scope)) {
                continue;
            }
            int start = in.at;
            String name = String.join(".", in.path());
            boolean type = in.is(":=");
            if (!in.take(":=")) {
                in.expect("=");
            }
            if (!seen.add(name)) {
                throw source.error(tokens.start(start), "each attribute once", "`" + name + "` again");
            }
            attribute.read(name, type, scope, types);
            in.expect(";");
        }
        in.expect(";");
    }

    private void unknown(TokenCursor in, String name, boolean type, TypeScope scope, TypeReader types) {
        if (type) {
            int start = in.at;
            types.type(scope);
            words.tellUnknown(in, name, start);
        } else {
            words.unknown(in, name);
        }
    }

    private StructType struct(TokenCursor in, TypeScope scope, TypeReader types) {
        int start = in.at;
        if (types.type(scope) instanceof StructType struct) {
            return struct;
        }
        throw source.error(tokens.start(start), "a struct", tokens.shown(start));
    }

    private void clock(TokenCursor in) {
        int start = in.at;
        Map<String, String> texts = new HashMap<>();
        long[] numbers = {1_000_000_000L, 0, 0};
        block(in, (name, type, scope, types) -> {
            switch (name) {
                case "freq" -> numbers[0] = in.integer("a frequency in Hz", 1, Long.MAX_VALUE);
                case "offset_s" -> numbers[1] = in.integer("an offset in seconds");
                case "offset" -> numbers[2] = in.integer("an offset in values of the clock");
                case "name", "uuid", "description", "absolute" -> texts.put(name, in.value());
                case "precision" -> in.value();
                default -> unknown(in, name, type, scope, types);
            }
        });
        String name = texts.getOrDefault("name", "");
        if (name.isEmpty()) {
            throw source.error(tokens.start(start), "a clock with a name", "none");
        }
        String absolute = texts.getOrDefault("absolute", "false");
        ClockDeclaration clock = new ClockDeclaration(
                name,
                texts.getOrDefault("uuid", ""),
                texts.getOrDefault("description", ""),
                numbers[0],
                numbers[1],
                numbers[2],
                absolute.equalsIgnoreCase("true") || absolute.equals("1"));
        if (clocks.put(name, clock) != null) {
            throw source.error(tokens.start(start), "each clock once", "`" + name + "` again");
        }
    }

    private void environment(TokenCursor in) {
        block(in, (name, type, scope, types) -> environment.put(name, in.value()));
    }

    private void trace(TokenCursor in) {
        int start = in.at;
        long[] version = {-1, -1};
        block(in, (name, type, scope, types) -> {
            switch (name) {
                case "major" -> version[0] = in.integer("a version");
                case "minor" -> version[1] = in.integer("a version");
                case "uuid" -> uuid = uuid(in);
                case "byte_order" -> words.byteOrder(in);
                case "packet.header" -> packetHeader = struct(in, scope, types);
                default -> unknown(in, name, type, scope, types);
            }
        });
        if (version[0] != 1 || version[1] != 8) {
            throw source.refusal(
                    tokens.start(start),
                    "a trace of CTF 1.8 (major = 1, minor = 8)",
                    version[0] < 0 || version[1] < 0 ? "none of them" : "version " + version[0] + "." + version[1]);
        }
    }

    private byte[] uuid(TokenCursor in) {
        int place = in.at;
        String text = in.value();
        String hex = text.replace("-", "");
        if (hex.length() != 32 || !hex.matches("[0-9a-fA-F]*")) {
            throw source.error(tokens.start(place), "a UUID", "`" + text + "`");
        }
        byte[] bytes = new byte[16];
        for (int i = 0; i < 16; i++) {
            bytes[i] = (byte) Integer.parseInt(hex, 2 * i, 2 * i + 2, 16);
        }
        return bytes;
    }

    private void stream(TokenCursor in) {
        int start = in.at;
        long[] id = {0};
        StructType[] parts = new StructType[3];
        block(in, (name, type, scope, types) -> {
            switch (name) {
                case "id" -> id[0] = in.integer("the id of a stream");
                case "packet.context" -> parts[0] = struct(in, scope, types);
                case "event.header" -> parts[1] = struct(in, scope, types);
                case "event.context" -> parts[2] = struct(in, scope, types);
                default -> unknown(in, name, type, scope, types);
            }
        });
        if (streams.put(id[0], new StreamDeclaration(id[0], parts[0], parts[1], parts[2])) != null) {
            throw source.error(tokens.start(start), "each stream id once", id[0] + " again");
        }
    }

    private void event(TokenCursor in) {
        int start = in.at;
        String[] texts = {null};
        long[] numbers = {0, -1, -1};
        StructType[] parts = new StructType[2];
        block(in, (name, type, scope, types) -> {
            switch (name) {
                case "name" -> texts[0] = in.value();
                case "id" -> numbers[0] = in.integer("the id of an event");
                case "stream_id" -> numbers[1] = in.integer("the id of a stream");
                case "loglevel" -> numbers[2] = in.integer("a log level");
                case "context" -> parts[0] = struct(in, scope, types);
                case "fields" -> parts[1] = struct(in, scope, types);
                case "model.emf.uri" -> in.value();
                default -> unknown(in, name, type, scope, types);
            }
        });
        long stream = numbers[1];
        if (stream == -1 && streams.size() == 1) {
            stream = streams.keySet().iterator().next();
        }
        if (!streams.containsKey(stream)) {
            throw source.error(
                    tokens.start(start),
                    "an event of one of the streams " + streams.keySet(),
                    stream == -1 ? "none named" : "stream " + stream);
        }
        if (!eventIds.add(List.of(stream, numbers[0]))) {
            throw source.error(
                    tokens.start(start),
                    "each event id of a stream once",
                    numbers[0] + " of stream " + stream + " again");
        }
        if (events.size() == MOST_EVENTS) {
            throw source.refusal(tokens.start(start), "at most " + MOST_EVENTS + " events", "more");
        }
        String named = texts[0] == null || texts[0].isEmpty() ? "event_" + numbers[0] : texts[0];
        events.add(new EventDeclaration(numbers[0], stream, named, numbers[2], parts[0], parts[1]));
    }
}
