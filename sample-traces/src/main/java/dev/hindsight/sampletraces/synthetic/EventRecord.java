package dev.hindsight.sampletraces.synthetic;

import dev.hindsight.sampletraces.synthetic.EventFormat.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One event's bytes as they lie in a ring buffer, set field by field. Fields not set are zero. */
public final class EventRecord {

    private static final int COMMON_FLAGS = 2;
    private static final int COMMON_PREEMPT_COUNT = 3;
    private static final int COMMON_PID = 4;

    private final EventFormat format;
    private ByteBuffer bytes;

    /** A record of {@code format} by the thread {@code tid}. */
    public EventRecord(EventFormat format, ByteOrder order, int tid) {
        this.format = format;
        bytes = ByteBuffer.allocate(format.fixedBytes()).order(order);
        bytes.putShort(0, (short) format.id());
        bytes.putInt(COMMON_PID, tid);
    }

    public EventRecord flags(int flags) {
        bytes.put(COMMON_FLAGS, (byte) flags);
        return this;
    }

    public EventRecord preemptCount(int count) {
        bytes.put(COMMON_PREEMPT_COUNT, (byte) count);
        return this;
    }

    /** Sets the elements of a number or array field, dynamic arrays included. */
    public EventRecord with(String field, long... values) {
        Field at = format.field(field);
        ByteBuffer out = place(at, Math.multiplyExact(values.length, at.elementBytes()));
        for (long value : values) {
            switch (at.elementBytes()) {
                case 1 -> out.put((byte) value);
                case 2 -> out.putShort((short) value);
                case 4 -> out.putInt((int) value);
                case 8 -> out.putLong(value);
                default -> throw new IllegalArgumentException(field + ": elements of " + at.elementBytes() + " bytes");
            }
        }
        return this;
    }

    /** Sets a text field: NUL-terminated where dynamic; where fixed, cut so that a NUL is left. */
    public EventRecord with(String field, String text) {
        Field at = format.field(field);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return switch (at.placement()) {
            case FIXED -> withBytes(field, Arrays.copyOf(utf8, Math.min(utf8.length, at.bytes() - 1)));
            case DATA_LOC, REL_LOC -> withBytes(field, Arrays.copyOf(utf8, utf8.length + 1));
        };
    }

    /** Sets a field's bytes as they are. */
    public EventRecord withBytes(String field, byte... value) {
        place(format.field(field), value.length).put(value);
        return this;
    }

    /** The record. */
    public byte[] toArray() {
        return Arrays.copyOf(bytes.array(), bytes.capacity());
    }

    private ByteBuffer place(Field field, int length) {
        return switch (field.placement()) {
            case FIXED -> {
                if (length > field.bytes()) {
                    throw new IllegalArgumentException(
                            field.name() + ": " + length + " bytes do not fit in " + field.bytes());
                }
                yield bytes.duplicate().order(bytes.order()).position(field.offset());
            }
            case DATA_LOC -> dynamic(field, length, 0);
            case REL_LOC -> dynamic(field, length, field.offset() + 4);
        };
    }

    private ByteBuffer dynamic(Field field, int length, int origin) {
        int at = bytes.capacity();
        ByteBuffer larger = ByteBuffer.allocate(at + length).order(bytes.order());
        larger.put(0, bytes, 0, at);
        larger.putInt(field.offset(), length << 16 | at - origin);
        bytes = larger;
        return bytes.duplicate().order(bytes.order()).position(at);
    }
}
