package dev.hindsight.parsers.ftracetext;

/** Nothing at all. */
record EmptyStep() implements Step {

    @Override
    public int match(byte[] line, int at, int end, long[] notes, int note) {
        return at;
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        // nothing stood there
    }
}
