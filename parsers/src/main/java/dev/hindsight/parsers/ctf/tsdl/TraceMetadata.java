package dev.hindsight.parsers.ctf.tsdl;

import dev.hindsight.parsers.ctf.tsdl.FieldType.StructType;
import java.util.List;
import java.util.Map;

/**
 * What the metadata of a trace declares.
 *
 * @param uuid of the trace, 16 bytes, null where it has none
 * @param bigEndian byte order of fields that don't say theirs
 * @param packetHeader at the start of each packet, null for none
 * @param environment of the recording: texts, and integers as decimal text
 * @param clocks by name
 * @param streams by id
 * @param events of all streams, in order of declaration
 */
public record TraceMetadata(
        byte[] uuid,
        boolean bigEndian,
        StructType packetHeader,
        Map<String, String> environment,
        Map<String, ClockDeclaration> clocks,
        Map<Long, StreamDeclaration> streams,
        List<EventDeclaration> events) {

    /** An entry of the environment, empty where there is none. */
    public String env(String name) {
        return environment.getOrDefault(name, "");
    }
}
