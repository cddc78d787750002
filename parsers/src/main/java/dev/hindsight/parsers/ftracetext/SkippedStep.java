package dev.hindsight.parsers.ftracetext;

/** Text that says nothing about a field: all up to where what follows it stands. */
final class SkippedStep implements Step {

    private final byte[] until;

    SkippedStep(byte[] until) {
        this.until = until.clone();
    }

    @Override
    public int match(byte[] line, int at, int end, long[] notes, int note) {
        return TextStep.endOf(line, at, end, until);
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        // says nothing
    }
}
