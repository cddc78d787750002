package dev.hindsight.parsers.ftracetext;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The forms of events by their names in the text, found without making a String of each. */
final class EventNames {

    /** Names that the catalogue does not know, before all others become one event. */
    private static final int MOST_UNKNOWN = 1000;

    private final EventCatalog catalog;
    private final TextSymbols symbols;
    private byte[][] names = new byte[64][];
    private EventForms[] forms = new EventForms[64];
    private int[] slots = filled(256);
    private int size;
    private int unknown;
    private EventForms others;

    EventNames(EventCatalog catalog, TextSymbols symbols) {
        this.catalog = catalog;
        this.symbols = symbols;
    }

    private static int[] filled(int n) {
        int[] slots = new int[n];
        Arrays.fill(slots, -1);
        return slots;
    }

    /** The forms of an event named in the line; with the system before it, where {@code systemTo > systemFrom}. */
    EventForms of(byte[] line, int systemFrom, int systemTo, int from, int to) {
        int start = systemTo > systemFrom ? systemFrom : from;
        int hash = 0;
        for (int i = start; i < to; i++) {
            hash = 31 * hash + line[i];
        }
        int mask = slots.length - 1;
        int slot = (hash ^ hash >>> 15) & mask;
        while (slots[slot] >= 0) {
            byte[] had = names[slots[slot]];
            if (Arrays.equals(had, 0, had.length, line, start, to)) {
                return forms[slots[slot]];
            }
            slot = slot + 1 & mask;
        }
        if (unknown >= MOST_UNKNOWN) {
            return others();
        }
        String system = systemTo > systemFrom
                ? new String(line, systemFrom, systemTo - systemFrom, StandardCharsets.UTF_8)
                : null;
        String name = new String(line, from, to - from, StandardCharsets.UTF_8);
        return added(slot, Arrays.copyOfRange(line, start, to), new EventForms(catalog, system, name, symbols));
    }

    /** The forms of an event that the line does not name. */
    EventForms of(String system, String name) {
        byte[] key = ("\0" + name).getBytes(StandardCharsets.UTF_8);
        int hash = 0;
        for (byte b : key) {
            hash = 31 * hash + b;
        }
        int mask = slots.length - 1;
        int slot = (hash ^ hash >>> 15) & mask;
        while (slots[slot] >= 0) {
            if (Arrays.equals(names[slots[slot]], key)) {
                return forms[slots[slot]];
            }
            slot = slot + 1 & mask;
        }
        return unknown >= MOST_UNKNOWN ? others() : added(slot, key, new EventForms(catalog, system, name, symbols));
    }

    private EventForms others() {
        if (others == null) {
            others = new EventForms(catalog, "unknown", "other", symbols);
        }
        return others;
    }

    private EventForms added(int slot, byte[] key, EventForms of) {
        if (!of.inCatalog()) {
            unknown++;
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
            forms = Arrays.copyOf(forms, 2 * size);
        }
        names[size] = key;
        forms[size] = of;
        slots[slot] = size++;
        if (2 * size > slots.length) {
            rehash();
        }
        return of;
    }

    private void rehash() {
        slots = filled(2 * slots.length);
        int mask = slots.length - 1;
        for (int i = 0; i < size; i++) {
            int hash = 0;
            for (byte b : names[i]) {
                hash = 31 * hash + b;
            }
            int slot = (hash ^ hash >>> 15) & mask;
            while (slots[slot] >= 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = i;
        }
    }
}
