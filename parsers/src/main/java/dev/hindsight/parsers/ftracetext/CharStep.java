package dev.hindsight.parsers.ftracetext;

/** One byte as {@code %c} prints it. */
final class CharStep implements Step {

    private final Target target;

    CharStep(Target target) {
        this.target = target;
    }

    @Override
    public int match(byte[] line, int at, int end, long[] notes, int note) {
        if (at >= end) {
            return -1;
        }
        notes[note] = line[at];
        return at + 1;
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        target.take(notes[note], to);
    }
}
