package dev.hindsight.parsers.ctf.tsdl;

import dev.hindsight.parsers.ctf.tsdl.FieldType.StructType;

/**
 * A class of streams; each of its parts is null where the metadata declares none.
 *
 * @param id as packet headers tell it
 * @param packetContext behind the packet's header
 * @param eventHeader before each event
 * @param eventContext behind each event's header
 */
public record StreamDeclaration(long id, StructType packetContext, StructType eventHeader, StructType eventContext) {}
