package dev.hindsight.parsers.table;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Distinct texts of a block and their codes, dense from 0. Looked up by bytes, so that a task's name costs no String.
 *
 * <p>Not safe for use by several threads, but codes already given may be read by others after a safe hand-over.
 */
public final class SymbolTable {

    private static final int LATELY = 64;

    private static final String[] NONE = new String[LATELY];

    private byte[][] utf8 = new byte[16][];
    private String[] texts = new String[16];
    private int[] slots = filled(64);
    private int size;
    private long heapBytes;

    /** Strings asked for lately and their codes, direct-mapped by hash; without codes until a String is asked for. */
    private String[] lately = NONE;

    private int[] latelyCode = {};

    private static int[] filled(int n) {
        int[] slots = new int[n];
        Arrays.fill(slots, -1);
        return slots;
    }

    /** Distinct texts so far. */
    public int size() {
        return size;
    }

    /** The text of a code. */
    public String text(int code) {
        String text = texts[code];
        if (text == null) {
            text = new String(utf8[code], StandardCharsets.UTF_8);
            texts[code] = text;
        }
        return text;
    }

    /** The bytes of a code; not to be changed. */
    public byte[] bytes(int code) {
        return utf8[code];
    }

    /** The code of a text, given anew where it has none. */
    public int code(String text) {
        int hash = text.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (LATELY - 1);
        return lately[slot] == text ? latelyCode[slot] : code(text, slot);
    }

    private int code(String text, int slot) {
        if (text.equals(lately[slot])) {
            lately[slot] = text;
            return latelyCode[slot];
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int code = code(bytes, 0, bytes.length);
        if (latelyCode.length == 0) {
            lately = new String[LATELY];
            latelyCode = new int[LATELY];
        }
        lately[slot] = text;
        latelyCode[slot] = code;
        return code;
    }

    /** The code of a text given as UTF-8 bytes. */
    public int code(byte[] from, int offset, int length) {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + from[i];
        }
        int mask = slots.length - 1;
        int slot = (hash ^ (hash >>> 15)) & mask;
        while (slots[slot] >= 0) {
            byte[] had = utf8[slots[slot]];
            if (Arrays.equals(had, 0, had.length, from, offset, offset + length)) {
                return slots[slot];
            }
            slot = (slot + 1) & mask;
        }
        if (size == utf8.length) {
            utf8 = Arrays.copyOf(utf8, 2 * size);
            texts = Arrays.copyOf(texts, 2 * size);
        }
        utf8[size] = Arrays.copyOfRange(from, offset, offset + length);
        heapBytes += 24L + length;
        slots[slot] = size++;
        if (2 * size > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = filled(2 * slots.length);
        int mask = slots.length - 1;
        for (int code = 0; code < size; code++) {
            int hash = Arrays.hashCode(utf8[code]);
            int slot = (hash ^ (hash >>> 15)) & mask;
            while (slots[slot] >= 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = code;
        }
    }

    /** Estimated heap that the texts take. */
    public long heapBytes() {
        return heapBytes + 4L * slots.length;
    }
}
