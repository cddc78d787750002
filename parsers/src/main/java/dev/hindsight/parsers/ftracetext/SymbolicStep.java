package dev.hindsight.parsers.ftracetext;

/** The name of a value, or {@code 0x...} where it has none. */
final class SymbolicStep implements Step {

    private final NameTable names;
    private final Target target;

    SymbolicStep(NameTable names, Target target) {
        this.names = names;
        this.target = target;
    }

    @Override
    public int match(byte[] line, int at, int end, long[] notes, int note) {
        int name = names.find(line, at, end);
        if (name >= 0) {
            notes[note] = names.value(name);
            return at + names.length(name);
        }
        int digits = Digits.behindPrefix(line, at, end);
        if (digits == at) {
            return -1;
        }
        int to = Digits.endOfHex(line, digits, end);
        notes[note] = Digits.hexadecimal(line, digits, to);
        return to;
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        target.take(notes[note], to);
    }
}
