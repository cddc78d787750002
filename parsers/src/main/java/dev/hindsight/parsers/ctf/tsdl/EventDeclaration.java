package dev.hindsight.parsers.ctf.tsdl;

import dev.hindsight.parsers.ctf.tsdl.FieldType.StructType;

/**
 * A class of events of a stream.
 *
 * @param id as event headers tell it
 * @param streamId {@link StreamDeclaration#id()}
 * @param name as in the metadata, for instance {@code sched_switch} or {@code kvm:kvm_exit}
 * @param logLevel as declared, -1 where it is not
 * @param context of this event alone, null for none
 * @param fields its payload, null for none
 */
public record EventDeclaration(
        long id, long streamId, String name, long logLevel, StructType context, StructType fields) {}
