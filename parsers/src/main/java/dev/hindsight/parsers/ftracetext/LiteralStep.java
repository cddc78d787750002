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
        return to <= end && Arrays.equals(text, 0, text.length, line, at, to) ? to : -1;
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        // says nothing
    }
}
