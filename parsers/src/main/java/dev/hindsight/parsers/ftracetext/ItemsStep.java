package dev.hindsight.parsers.ftracetext;

/** The items of an array, of {@code __print_hex}, {@code __print_array}, {@code __get_bitmask} and their kin. */
final class ItemsStep implements Step {

    /** How the array stands in the text. */
    enum Shown {
        /** {@code 0f 30 c3} or {@code 0f30c3}. */
        HEX_BYTES,
        /** <code>{0x1,0x2}</code>. */
        BRACED,
        /** {@code ARRAY[0f, 30]}: two digits a byte, bytes of wider items one by one, the lowest first. */
        LISTED,
        /**
         * {@code 00000000,00000002}: bits, most significant first, 32 a group, as the kernel writes masks; or {@code
         * 0-3,7}: bits that are set, as libtraceevent writes masks of CPUs.
         */
        BITS
    }

    private static final int MOST_BITS = 1 << 16;

    private final Shown shown;
    private final int field;
    private final int elementBytes;
    private final Target length;

    /** {@code length}: what learns how many items there are. */
    ItemsStep(Shown shown, int field, int elementBytes, Target length) {
        this.shown = shown;
        this.field = field;
        this.elementBytes = elementBytes;
        this.length = length;
    }

    @Override
    public int match(byte[] line, int at, int end, long[] notes, int note) {
        notes[note] = at;
        int to = switch (shown) {
            case HEX_BYTES -> endOfBytes(line, at, end);
            case BRACED -> closing(line, at, end, '{', '}');
            case LISTED -> {
                boolean named = at + 6 <= end && line[at] == 'A' && line[at + 5] == '[';
                yield named ? closing(line, at + 5, end, '[', ']') : -1;
            }
            case BITS -> {
                int i = at;
                while (i < end && (Digits.hex(line[i]) >= 0 || line[i] == ',' || line[i] == '-')) {
                    i++;
                }
                yield i;
            }
        };
        notes[note + 1] = to;
        return to;
    }

    private static int closing(byte[] line, int at, int end, char open, char close) {
        if (at >= end || line[at] != open) {
            return -1;
        }
        int i = at;
        while (i < end && line[i] != close) {
            i++;
        }
        return i < end ? i + 1 : -1;
    }

    private static int endOfBytes(byte[] line, int at, int end) {
        int to = at;
        int i = at;
        while (i + 1 < end && Digits.hex(line[i]) >= 0 && Digits.hex(line[i + 1]) >= 0) {
            to = i + 2;
            i = to < end && line[to] == ' ' ? to + 1 : to;
        }
        return to;
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        int from = (int) notes[note];
        int end = (int) notes[note + 1];
        to.beginItems(field);
        switch (shown) {
            case HEX_BYTES -> {
                for (int i = from; i + 1 < end; i += 2) {
                    i += line[i] == ' ' ? 1 : 0;
                    to.addItem(field, Digits.hexadecimal(line, i, i + 2));
                }
            }
            case BRACED, LISTED -> {
                int i = from;
                while (i < end && line[i] != '{' && line[i] != '[') {
                    i++;
                }
                addSeparated(line, i, end, to);
            }
            case BITS -> {
                if (isMask(line, from, end)) {
                    addMask(line, from, end, to);
                } else {
                    addRanges(line, from, end, to);
                }
            }
        }
        length.take(to.itemsCount[field] * (long) (shown == Shown.HEX_BYTES ? 1 : elementBytes), to);
    }

    private void addSeparated(byte[] line, int from, int end, FieldValues to) {
        long whole = 0;
        int taken = 0;
        int i = from;
        while (i < end) {
            int digits = Digits.behindPrefix(line, i, end);
            int stop = Digits.endOfHex(line, digits, end);
            if (stop > digits) {
                long item = Digits.hexadecimal(line, digits, stop);
                if (shown == Shown.LISTED && stop - digits == 2 && elementBytes > 1) {
                    whole |= item << 8 * (taken % elementBytes);
                    if (++taken % elementBytes == 0) {
                        to.addItem(field, whole);
                        whole = 0;
                    }
                } else {
                    to.addItem(field, item);
                }
                i = stop;
            } else {
                i++;
            }
        }
    }

    /** Whether all groups have eight digits. */
    private static boolean isMask(byte[] line, int from, int end) {
        int i = from;
        while (i < end) {
            int stop = Digits.endOfHex(line, i, end);
            if (stop - i != 8 || (stop < end && line[stop] != ',')) {
                return false;
            }
            i = stop + 1;
        }
        return end > from;
    }

    private void addMask(byte[] line, int from, int end, FieldValues to) {
        int digits = 0;
        for (int i = from; i < end; i++) {
            digits += line[i] == ',' ? 0 : 1;
        }
        int perItem = 2 * elementBytes;
        int items = Math.max(1, (digits + perItem - 1) / perItem);
        long[] values = new long[items];
        int left = digits;
        for (int i = from; i < end; i++) {
            int hex = Digits.hex(line[i]);
            if (hex >= 0) {
                left--;
                values[left / perItem] |= (long) hex << 4 * (left % perItem);
            }
        }
        for (long value : values) {
            to.addItem(field, value);
        }
    }

    private void addRanges(byte[] line, int from, int end, FieldValues to) {
        int perItem = 8 * elementBytes;
        long[] values = new long[MOST_BITS / perItem];
        int used = 1;
        int i = from;
        while (i < end) {
            int stop = Digits.endOfDecimal(line, i, end);
            if (stop == i) {
                i++;
                continue;
            }
            long first = Digits.decimal(line, i, Math.min(stop, i + 6));
            long last = first;
            if (stop < end && line[stop] == '-') {
                int second = Digits.endOfDecimal(line, stop + 1, end);
                last = Digits.decimal(line, stop + 1, Math.min(second, stop + 7));
                stop = second;
            }
            for (long bit = first; bit <= last && bit < MOST_BITS; bit++) {
                values[(int) bit / perItem] |= 1L << bit % perItem;
                used = Math.max(used, (int) bit / perItem + 1);
            }
            i = stop;
        }
        for (int k = 0; k < used; k++) {
            to.addItem(field, values[k]);
        }
    }
}
