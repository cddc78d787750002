package dev.hindsight.sampletraces.synthetic;

import java.util.ArrayList;
import java.util.List;

/**
 * An event's {@code format} file, given as text or made from a list of fields laid out as a C compiler would.
 *
 * <p>Every made format begins with the four common fields: {@code common_type} u16 at 0, {@code common_flags} u8 at 2,
 * {@code common_preempt_count} u8 at 3, {@code common_pid} s32 at 4.
 */
public final class EventFormat {

    /** How a field's value lies in a record. */
    public enum Placement {
        /** In the fixed part, one value or an array. */
        FIXED,
        /** In the fixed part a u32 {@code length << 16 | offset from the record's start}. */
        DATA_LOC,
        /** In the fixed part a u32 {@code length << 16 | offset from the end of this u32}. */
        REL_LOC
    }

    /**
     * @param elementBytes size of one element of the value
     * @param bytes size in the fixed part
     */
    public record Field(String name, Placement placement, int offset, int bytes, int elementBytes) {}

    private final String system;
    private final String name;
    private final int id;
    private final List<Field> fields;
    private final int fixedBytes;
    private final String text;

    private EventFormat(String system, String name, int id, List<Field> fields, int fixedBytes, String text) {
        if (id < 0 || id > 0xffff) {
            throw new IllegalArgumentException("event id: expected 0 to 65535, got " + id);
        }
        this.system = system;
        this.name = name;
        this.id = id;
        this.fields = List.copyOf(fields);
        this.fixedBytes = fixedBytes;
        this.text = text;
    }

    /** A format as the kernel would print it; its records are given as bytes. */
    public static EventFormat ofText(String system, String name, int id, String text) {
        return new EventFormat(system, name, id, List.of(), 8, text);
    }

    /** A format to be made from fields. */
    public static Builder of(String system, String name, int id) {
        return new Builder(system, name, id);
    }

    public String system() {
        return system;
    }

    public String name() {
        return name;
    }

    public int id() {
        return id;
    }

    /** The event's own fields, without the common ones; empty for a format given as text. */
    public List<Field> fields() {
        return fields;
    }

    /** Bytes of a record before its dynamic part. */
    public int fixedBytes() {
        return fixedBytes;
    }

    /** The format file. */
    public String text() {
        return text;
    }

    Field field(String wanted) {
        for (Field field : fields) {
            if (field.name.equals(wanted)) {
                return field;
            }
        }
        throw new IllegalArgumentException(system + ":" + name + " has no field " + wanted);
    }

    /** Adds fields, each aligned to the size of its elements. */
    public static final class Builder {

        private final String system;
        private final String name;
        private final int id;
        private final List<Field> fields = new ArrayList<>();
        private final StringBuilder lines = new StringBuilder();
        private int offset = 8;

        private Builder(String system, String name, int id) {
            this.system = system;
            this.name = name;
            this.id = id;
        }

        /** One number: {@code field("unsigned int", "vcpu_id", 4, false)}. */
        public Builder field(String type, String field, int bytes, boolean signed) {
            return add(type + " " + field, field, Placement.FIXED, bytes, bytes, bytes, signed);
        }

        /** A fixed array: {@code array("char", "comm", 16, 1, true)}. */
        public Builder array(String type, String field, int count, int elementBytes, boolean signed) {
            String declaration = type + " " + field + "[" + count + "]";
            return add(declaration, field, Placement.FIXED, count * elementBytes, elementBytes, elementBytes, signed);
        }

        /** A dynamic array: {@code dataLoc("char", "name", 1, true)}. */
        public Builder dataLoc(String type, String field, int elementBytes, boolean signed) {
            return add("__data_loc " + type + "[] " + field, field, Placement.DATA_LOC, 4, elementBytes, 4, signed);
        }

        /** A dynamic array with its place relative to the field. */
        public Builder relLoc(String type, String field, int elementBytes, boolean signed) {
            return add("__rel_loc " + type + "[] " + field, field, Placement.REL_LOC, 4, elementBytes, 4, signed);
        }

        /** Bytes that no field names. */
        public Builder hole(int bytes) {
            offset += bytes;
            return this;
        }

        /** Ends the format with this print format, quotes and arguments included. */
        public EventFormat print(String printFmt) {
            String text = "name: " + name + "\nID: " + id + "\nformat:\n"
                    + "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
                    + "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
                    + "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
                    + "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
                    + lines + "\nprint fmt: " + printFmt + "\n";
            return new EventFormat(system, name, id, fields, offset, text);
        }

        private Builder add(
                String declaration,
                String field,
                Placement placement,
                int bytes,
                int elementBytes,
                int alignment,
                boolean signed) {
            offset = (offset + alignment - 1) / alignment * alignment;
            fields.add(new Field(field, placement, offset, bytes, elementBytes));
            lines.append("\tfield:").append(declaration).append(";\toffset:").append(offset);
            lines.append(";\tsize:")
                    .append(bytes)
                    .append(";\tsigned:")
                    .append(signed ? 1 : 0)
                    .append(";\n");
            offset += bytes;
            return this;
        }
    }
}
