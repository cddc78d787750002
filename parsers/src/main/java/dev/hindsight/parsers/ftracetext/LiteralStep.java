package dev.hindsight.parsers.ftracetext;

import java.util.Arrays;

/** Text that is always the same. */
final class LiteralStep implements Step {

    private final byte[] text;

    LiteralStep(byte[] text) {
        this.text = text.clone();
    }

    byte[] text() {
        return text;
    }

    @Override
    public int match(byte[] line, int at, int end, long[] notes, int note) {
        int to = at + text.length;
        if (to > end) {
            return matchesBut(line, at, end) ? end : -1;
        }
        return Arrays.equals(text, 0, text.length, line, at, to) ? to : -1;
    }

    /** Whether only blanks are missing at the line's end, which may have been cut there. */
    private boolean matchesBut(byte[] line, int at, int end) {
        for (int i = end - at; i < text.length; i++) {
            if (text[i] != ' ') {
                return false;
            }
        }
        return Arrays.equals(text, 0, end - at, line, at, end);
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        // says nothing
    }
}
