package dev.hindsight.parsers.ctf;

/** Registers of the fields that mean something to the reader (CTF 1.8.3, sections 5 and 6.1), by scope and name. */
final class PacketRegisters {

    static final int MAGIC = 0;
    /** The bit at which the 16 bytes stand. */
    static final int UUID_AT = 1;

    static final int STREAM_ID = 2;
    static final int STREAM_INSTANCE_ID = 3;
    static final int TIMESTAMP_BEGIN = 4;
    static final int CONTENT_SIZE = 5;
    static final int PACKET_SIZE = 6;
    static final int EVENTS_DISCARDED = 7;
    static final int PACKET_SEQ_NUM = 8;
    static final int CPU_ID = 9;
    static final int EVENT_ID = 10;
    static final int TIMESTAMP_END = 11;

    /** Registers from here on are those of lengths and tags. */
    static final int FIRST_FREE = 12;

    private PacketRegisters() {}

    /** The register of a field, {@link FieldProgram#NONE} for one without a meaning. */
    static int of(String scope, String name) {
        return switch (scope) {
            case FieldScopes.PACKET_HEADER ->
                switch (name) {
                    case "magic" -> MAGIC;
                    case "uuid" -> UUID_AT;
                    case "stream_id" -> STREAM_ID;
                    case "stream_instance_id" -> STREAM_INSTANCE_ID;
                    default -> FieldProgram.NONE;
                };
            case FieldScopes.PACKET_CONTEXT ->
                switch (name) {
                    case "timestamp_begin" -> TIMESTAMP_BEGIN;
                    case "timestamp_end" -> TIMESTAMP_END;
                    case "content_size" -> CONTENT_SIZE;
                    case "packet_size" -> PACKET_SIZE;
                    case "events_discarded" -> EVENTS_DISCARDED;
                    case "packet_seq_num" -> PACKET_SEQ_NUM;
                    case "cpu_id" -> CPU_ID;
                    default -> FieldProgram.NONE;
                };
            case FieldScopes.EVENT_HEADER -> name.equals("id") ? EVENT_ID : FieldProgram.NONE;
            default -> FieldProgram.NONE;
        };
    }

    /** The operation of a program that fills a register, or -1. */
    static int find(FieldProgram program, int register) {
        for (int op = 0; op < program.length; op++) {
            if (program.register[op] == register) {
                return op;
            }
        }
        return -1;
    }
}
