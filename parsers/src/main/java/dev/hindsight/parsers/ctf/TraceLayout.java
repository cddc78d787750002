package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.ctf.EventNaming.KernelEvent;
import dev.hindsight.parsers.ctf.tsdl.ClockDeclaration;
import dev.hindsight.parsers.ctf.tsdl.EventDeclaration;
import dev.hindsight.parsers.ctf.tsdl.FieldType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.ArrayType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.IntegerType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.Member;
import dev.hindsight.parsers.ctf.tsdl.FieldType.SequenceType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.StructType;
import dev.hindsight.parsers.ctf.tsdl.FieldType.VariantType;
import dev.hindsight.parsers.ctf.tsdl.StreamDeclaration;
import dev.hindsight.parsers.ctf.tsdl.TraceMetadata;
import dev.hindsight.parsers.fault.UnsupportedTraceException;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How all of a trace is read: made once of its metadata. */
final class TraceLayout {

    /** Columns of all event classes together; a block of each takes memory. */
    private static final int MOST_COLUMNS = 60_000;

    final TraceMetadata metadata;
    final FieldProgram packetHeader;
    final boolean hasMagic;
    final boolean hasUuid;
    final boolean hasStreamId;
    final boolean hasInstanceId;
    final Map<Long, StreamLayout> streams = new HashMap<>();
    final List<EventLayout> events = new ArrayList<>();
    final int registers;
    final int loops;

    private final Path file;
    private final Set<String> tables = new HashSet<>();
    private final EventNaming naming;
    private final boolean user;
    private int columns;
    private int align = 8;

    TraceLayout(Path file, TraceMetadata metadata) {
        this.file = file;
        this.metadata = metadata;
        naming = EventNaming.of(metadata);
        user = !metadata.env("domain").equals("kernel");
        FieldScopes.Budget budget = new FieldScopes.Budget();
        FieldScopes outer = new FieldScopes(file, budget, null, false);
        packetHeader = ProgramBuilder.build(outer, null, FieldScopes.PACKET_HEADER, metadata.packetHeader());
        hasMagic = PacketRegisters.find(packetHeader, PacketRegisters.MAGIC) >= 0;
        hasUuid = PacketRegisters.find(packetHeader, PacketRegisters.UUID_AT) >= 0;
        hasStreamId = PacketRegisters.find(packetHeader, PacketRegisters.STREAM_ID) >= 0;
        hasInstanceId = PacketRegisters.find(packetHeader, PacketRegisters.STREAM_INSTANCE_ID) >= 0;
        align = Math.max(align, packetHeader.mostAlign());
        int most = packetHeader.loops;
        Map<Long, List<EventDeclaration>> byStream = new HashMap<>();
        for (EventDeclaration event : metadata.events()) {
            byStream.computeIfAbsent(event.streamId(), id -> new ArrayList<>()).add(event);
        }
        for (StreamDeclaration stream : metadata.streams().values()) {
            most = Math.max(most, stream(outer, stream, byStream.getOrDefault(stream.id(), List.of())));
        }
        registers = budget.registers();
        loops = most;
    }

    /** Bits that all alignments divide. */
    int align() {
        return align;
    }

    private int stream(FieldScopes outer, StreamDeclaration stream, List<EventDeclaration> declared) {
        ClockDeclaration clock = clockOf(stream);
        boolean byName = metadata.clocks().size() <= 1;
        FieldScopes scopes = new FieldScopes(outer, clock.name(), byName);
        FieldProgram context = ProgramBuilder.build(scopes, null, FieldScopes.PACKET_CONTEXT, stream.packetContext());
        FieldProgram header = ProgramBuilder.build(scopes, null, FieldScopes.EVENT_HEADER, stream.eventHeader());
        StreamLayout layout = new StreamLayout(stream.id(), context, header, new ClockScale(file, clock));
        int most = Math.max(context.loops, header.loops);
        align = Math.max(align, Math.max(context.mostAlign(), header.mostAlign()));
        for (EventDeclaration event : declared) {
            KernelEvent names = naming.of(event);
            FieldColumns fields = new FieldColumns(file, names, user);
            FieldScopes own = new FieldScopes(scopes, clock.name(), byName);
            fields.context(true);
            FieldProgram[] programs = new FieldProgram[3];
            programs[0] = ProgramBuilder.build(own, fields, FieldScopes.STREAM_EVENT_CONTEXT, stream.eventContext());
            programs[1] = ProgramBuilder.build(own, fields, FieldScopes.EVENT_CONTEXT, event.context());
            fields.context(false);
            programs[2] = ProgramBuilder.build(own, fields, FieldScopes.EVENT_FIELDS, event.fields());
            for (FieldProgram p : programs) {
                most = Math.max(most, p.loops);
                align = Math.max(align, p.mostAlign());
            }
            EventLayout eventLayout = new EventLayout(type(names, event, fields), programs, fields);
            events.add(eventLayout);
            layout.add(event.id(), eventLayout);
        }
        streams.put(stream.id(), layout);
        return most;
    }

    private EventType type(KernelEvent names, EventDeclaration event, FieldColumns fields) {
        columns += fields.columns().size();
        if (columns > MOST_COLUMNS) {
            throw new UnsupportedTraceException(
                    file, -1, "at most " + MOST_COLUMNS + " fields of all events together", "more");
        }
        String table = EventTables.tableName(names.system(), names.name());
        while (!tables.add(table.toLowerCase(Locale.ROOT))) {
            table = table + "_" + event.id();
        }
        return new EventType(events.size(), names.system(), names.name(), new TableSchema(table, "", fields.columns()));
    }

    /** The clock that the headers of a stream's events are mapped to, or the trace's only one. */
    private ClockDeclaration clockOf(StreamDeclaration stream) {
        String name = stream.eventHeader() == null
                ? null
                : mapped(stream.eventHeader(), Collections.newSetFromMap(new IdentityHashMap<>()));
        if (name == null && metadata.clocks().size() == 1) {
            return metadata.clocks().values().iterator().next();
        }
        return name == null ? ClockDeclaration.DEFAULT : metadata.clocks().get(name);
    }

    private static String mapped(FieldType type, Set<FieldType> seen) {
        if (type instanceof IntegerType integer) {
            return integer.clock();
        } else if (!seen.add(type)) {
            return null;
        } else if (type instanceof StructType struct) {
            return mapped(struct.members(), seen);
        } else if (type instanceof VariantType variant) {
            return mapped(variant.options(), seen);
        } else if (type instanceof ArrayType array) {
            return mapped(array.element(), seen);
        } else if (type instanceof SequenceType sequence) {
            return mapped(sequence.element(), seen);
        }
        return null;
    }

    private static String mapped(List<Member> members, Set<FieldType> seen) {
        for (Member member : members) {
            String clock = mapped(member.type(), seen);
            if (clock != null) {
                return clock;
            }
        }
        return null;
    }
}
