package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.PrintExpr.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The names that a print format has for values, found in a line by the longest that stands there. */
final class NameTable {

    private final byte[][] names;
    private final long[] values;

    /** Places in {@link #names} by hash of the whole name, -1 for none. */
    private final int[] slots;

    /** By first byte: places of the names that begin with it, longest first. */
    private final int[][] byFirst = new int[256][];

    /** Whether a longer name begins with this one, so that more than the word decides. */
    private final boolean[] extended;

    /** The name found last, which often comes again. */
    private int lately;

    NameTable(List<Name> from) {
        List<byte[]> texts = new ArrayList<>();
        List<Long> of = new ArrayList<>();
        for (Name name : from) {
            byte[] text = name.text().getBytes(StandardCharsets.UTF_8);
            if (text.length > 0) {
                texts.add(text);
                of.add(name.value());
            }
        }
        names = texts.toArray(new byte[0][]);
        values = new long[names.length];
        extended = new boolean[names.length];
        for (int i = 0; i < names.length; i++) {
            for (byte[] longer : names) {
                extended[i] |= longer.length > names[i].length && is(names[i], longer, 0, names[i].length);
            }
        }
        slots = new int[Integer.highestOneBit(4 * names.length + 4)];
        Arrays.fill(slots, -1);
        for (int i = names.length - 1; i >= 0; i--) {
            values[i] = of.get(i);
            put(i);
            int first = names[i][0] & 0xFF;
            int[] had = byFirst[first] == null ? new int[0] : byFirst[first];
            byFirst[first] = inserted(had, i);
        }
    }

    private void put(int name) {
        int slot = slotOf(names[name], 0, names[name].length);
        slots[slot] = name;
    }

    private int[] inserted(int[] had, int name) {
        int at = 0;
        while (at < had.length && names[had[at]].length > names[name].length) {
            at++;
        }
        int[] with = new int[had.length + 1];
        System.arraycopy(had, 0, with, 0, at);
        with[at] = name;
        System.arraycopy(had, at, with, at + 1, had.length - at);
        return with;
    }

    /** The slot that has this text, or the free one where it would be. */
    private int slotOf(byte[] text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + text[i];
        }
        int mask = slots.length - 1;
        int slot = (hash ^ hash >>> 15) & mask;
        while (slots[slot] >= 0 && !Arrays.equals(names[slots[slot]], 0, names[slots[slot]].length, text, from, to)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Place of the longest name that stands in the line at {@code at}, or -1. */
    int find(byte[] line, int at, int end) {
        if (at >= end) {
            return -1;
        }
        int word = at;
        while (word < end && isWord(line[word])) {
            word++;
        }
        if (lately < names.length && !extended[lately] && is(names[lately], line, at, word)) {
            return lately;
        }
        if (word > at) {
            int found = slots[slotOf(line, at, word)];
            if (found >= 0 && !extended[found]) {
                lately = found;
                return found;
            }
        }
        int[] candidates = byFirst[line[at] & 0xFF];
        if (candidates != null) {
            for (int candidate : candidates) {
                int to = at + names[candidate].length;
                if (to <= end && is(names[candidate], line, at, to)) {
                    return candidate;
                }
            }
        }
        return -1;
    }

    private static boolean is(byte[] name, byte[] line, int from, int to) {
        return Arrays.equals(name, 0, name.length, line, from, to);
    }

    private static boolean isWord(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_';
    }

    int length(int name) {
        return names[name].length;
    }

    long value(int name) {
        return values[name];
    }
}
