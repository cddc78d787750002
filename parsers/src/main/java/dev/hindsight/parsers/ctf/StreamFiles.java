package dev.hindsight.parsers.ctf;

import dev.hindsight.parsers.fault.Damage;
import dev.hindsight.parsers.fault.DamagedTraceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which stream files make one stream: those of a tracer that rotates through them have the same stream id and instance
 * (or, where old LTTng told no instance, the same CPU), and follow one another in time.
 */
final class StreamFiles {

    private static final int HEAD_BYTES = 4096;

    private StreamFiles() {}

    /**
     * A stream.
     *
     * @param stream its class
     * @param cpu of its first packet
     * @param files in order of time
     */
    record Stream(StreamLayout stream, int cpu, List<Path> files) {}

    /** What the first packet of a file tells of it. */
    private record First(Path file, StreamLayout stream, long instance, boolean ofInstance, long begin, int cpu) {}

    /** Groups files; those that are no streams of this trace are left out and told. */
    static List<Stream> group(TraceLayout trace, List<Path> files, boolean lttng, Damage damage) {
        Map<List<Object>, List<First>> groups = new LinkedHashMap<>();
        for (Path file : files) {
            First first;
            try {
                first = first(trace, file);
            } catch (DamagedTraceException e) {
                damage.found("no-stream-file", file.toString(), e, "the file is left out");
                continue;
            }
            if (first == null) {
                continue;
            }
            List<Object> key = first.ofInstance
                    ? List.of(first.stream.id, first.instance)
                    : lttng && first.stream.hasCpu
                            ? List.of(first.stream.id, "cpu", first.cpu)
                            : List.of(first.stream.id, file);
            groups.computeIfAbsent(key, k -> new ArrayList<>()).add(first);
        }
        List<Stream> streams = new ArrayList<>();
        for (List<First> group : groups.values()) {
            group.sort(Comparator.comparingLong(First::begin));
            List<Path> ordered = new ArrayList<>();
            for (First f : group) {
                ordered.add(f.file);
            }
            streams.add(new Stream(group.get(0).stream, group.get(0).cpu, ordered));
        }
        streams.sort(Comparator.comparingInt(Stream::cpu)
                .thenComparing(s -> s.files().get(0)));
        return streams;
    }

    /** Null for an empty file. */
    private static First first(TraceLayout trace, Path file) {
        StreamWindow window = new StreamWindow(file, HEAD_BYTES);
        if (window.size() == 0) {
            return null;
        }
        window.fill(0);
        FieldDecoder decoder = new FieldDecoder(trace.registers, trace.loops);
        long pos = run(decoder, trace.packetHeader, window, 0);
        StreamLayout stream = stream(trace, file, decoder);
        if (trace.hasMagic && (int) decoder.registers[PacketRegisters.MAGIC] != StreamLane.MAGIC) {
            throw new DamagedTraceException(
                    file,
                    0,
                    "the magic 0xc1fc1fc1 of a packet",
                    "0x" + Integer.toHexString((int) decoder.registers[PacketRegisters.MAGIC]));
        }
        run(decoder, stream.packetContext, window, pos);
        if (stream.beginBits > 0) {
            decoder.clock(decoder.registers[PacketRegisters.TIMESTAMP_BEGIN], stream.beginBits);
        }
        return new First(
                file,
                stream,
                decoder.registers[PacketRegisters.STREAM_INSTANCE_ID],
                trace.hasInstanceId,
                stream.clock.ns(decoder.cycles),
                stream.hasCpu ? StreamLane.cpu((int) decoder.registers[PacketRegisters.CPU_ID]) : 0);
    }

    private static long run(FieldDecoder decoder, FieldProgram program, StreamWindow window, long at) {
        while (true) {
            long pos = decoder.run(program, window.bytes, at, window.limit, null, 0);
            if (pos >= 0) {
                return pos;
            }
            if (pos == FieldDecoder.WRONG) {
                throw new DamagedTraceException(window.file(), at >> 3, decoder.expected, decoder.found);
            }
            if (window.isLast() || window.more(0) < 0) {
                throw new DamagedTraceException(
                        window.file(), 0, "a packet's header and context", "only " + (window.limit >> 3) + " bytes");
            }
        }
    }

    private static StreamLayout stream(TraceLayout trace, Path file, FieldDecoder decoder) {
        long id = trace.hasStreamId ? decoder.registers[PacketRegisters.STREAM_ID] : 0;
        StreamLayout stream = trace.streams.get(id);
        if (stream == null && !trace.hasStreamId && trace.streams.size() == 1) {
            stream = trace.streams.values().iterator().next();
        }
        if (stream == null) {
            throw new DamagedTraceException(
                    file, 0, "a stream of " + trace.streams.keySet(), "stream " + Long.toUnsignedString(id));
        }
        return stream;
    }
}
