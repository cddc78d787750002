package dev.hindsight.sampletraces.synthetic;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow, with numbers in the traced machine's order. */
public final class FileBytes {

    private ByteBuffer buffer;

    public FileBytes(ByteOrder order) {
        buffer = ByteBuffer.allocate(256).order(order);
    }

    public FileBytes u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    public FileBytes u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    public FileBytes u32(long value) {
        room(4).putInt((int) value);
        return this;
    }

    public FileBytes u64(long value) {
        room(8).putLong(value);
        return this;
    }

    /** The text in UTF-8 and a NUL. */
    public FileBytes cString(String text) {
        return text(text).u8(0);
    }

    /** The text in UTF-8. */
    public FileBytes text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public FileBytes bytes(byte... bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    public FileBytes zeros(int count) {
        return bytes(new byte[count]);
    }

    public int size() {
        return buffer.position();
    }

    public ByteOrder order() {
        return buffer.order();
    }

    public byte[] toArray() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int wanted = Math.max(Math.multiplyExact(buffer.capacity(), 2), Math.addExact(buffer.position(), bytes));
            ByteBuffer larger = ByteBuffer.allocate(wanted).order(buffer.order());
            buffer.flip();
            larger.put(buffer);
            buffer = larger;
        }
        return buffer;
    }
}
