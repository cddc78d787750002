package dev.hindsight.parsers.ftracetext;

/** A text of a field: all up to where what follows it stands first, or to the line's end. */
final class TextStep implements Step {

    private final int field;
    private final byte[] until;

    /** {@code until}: what stands behind it; empty for nothing. */
    TextStep(int field, byte[] until) {
        this.field = field;
        this.until = until.clone();
    }

    @Override
    public int match(byte[] line, int at, int end, long[] notes, int note) {
        int to = endOf(line, at, end, until);
        if (to >= 0) {
            notes[note] = at;
            notes[note + 1] = to - at;
        }
        return to;
    }

    /** Whether there may be several ends. */
    boolean mayGoOn() {
        return until.length > 0;
    }

    /** As {@link #match}, for the next end behind {@code had}. */
    int longer(byte[] line, int at, int had, int end, long[] notes, int note) {
        int to = endOf(line, had + 1, end, until);
        notes[note + 1] = to - at;
        return to;
    }

    /** Where {@code until} first stands, the line's end where it is empty, -1 where it does not stand. */
    static int endOf(byte[] line, int at, int end, byte[] until) {
        if (until.length == 0) {
            return end;
        }
        byte first = until[0];
        int last = end - until.length;
        for (int i = at; i <= last; i++) {
            if (line[i] == first && stands(line, i, until)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean stands(byte[] line, int at, byte[] text) {
        for (int i = 1; i < text.length; i++) {
            if (line[at + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        to.textStart[field] = (int) notes[note];
        to.textLength[field] = (int) notes[note + 1];
    }
}
