package dev.hindsight.sampletraces.synthetic;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bits of a CTF packet, put one field after another as CTF 1.8.3, section 4.1.5, orders them. Slow and plain. */
public final class CtfBits {

    private byte[] bytes = new byte[64];
    private int at;

    /** Moves to a multiple of {@code bits} from the packet's begin, over zeros. */
    public CtfBits align(int bits) {
        at = (at + bits - 1) / bits * bits;
        return this;
    }

    /** Puts the low {@code size} bits of a value, 1 to 64. */
    public CtfBits put(long value, int size, boolean bigEndian) {
        while ((at + size + 7) / 8 > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        for (int i = 0; i < size; i++) {
            int bit = at + i;
            boolean set = (value >>> (bigEndian ? size - 1 - i : i) & 1) != 0;
            int in = bigEndian ? 7 - bit % 8 : bit % 8;
            bytes[bit / 8] |= (byte) (set ? 1 << in : 0);
        }
        at += size;
        return this;
    }

    /** Puts a little-endian integer of whole bytes on a byte's begin. */
    public CtfBits le(long value, int size) {
        return align(8).put(value, size, false);
    }

    /** Puts a big-endian integer of whole bytes on a byte's begin. */
    public CtfBits be(long value, int size) {
        return align(8).put(value, size, true);
    }

    /** Puts a text and a zero byte. */
    public CtfBits text(String text) {
        align(8);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            put(b, 8, false);
        }
        return put(0, 8, false);
    }

    /** Puts a text, cut or filled up with zeros. */
    public CtfBits chars(String text, int length) {
        align(8);
        byte[] utf8 = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), length);
        for (byte b : utf8) {
            put(b, 8, false);
        }
        return this;
    }

    /** Overwrites what was put at a bit. */
    public CtfBits set(int bit, long value, int size, boolean bigEndian) {
        int kept = at;
        at = bit;
        for (int i = 0; i < size; i++) {
            int in = bigEndian ? 7 - (bit + i) % 8 : (bit + i) % 8;
            bytes[(bit + i) / 8] &= (byte) ~(1 << in);
        }
        put(value, size, bigEndian);
        at = kept;
        return this;
    }

    /** Bits so far. */
    public int size() {
        return at;
    }

    /** The bytes, the last one filled up with zeros. */
    public byte[] bytes() {
        return Arrays.copyOf(bytes, (at + 7) / 8);
    }

    /** The bytes, filled up with zeros to a packet's size. */
    public byte[] packet(int length) {
        return Arrays.copyOf(bytes(), length);
    }
}
