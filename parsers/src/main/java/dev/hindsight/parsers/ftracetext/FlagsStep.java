package dev.hindsight.parsers.ftracetext;

import java.nio.charset.StandardCharsets;

/** The names of the bits that are set, one after another, with what has no name as {@code 0x...} at the end. */
final class FlagsStep implements Step {

    private final NameTable names;
    private final byte[] delimiter;
    private final Target target;
    private final boolean mayBeEmpty;

    /** {@code mayBeEmpty}: whether no flag at all reads as nothing; not where that is another alternative's text. */
    FlagsStep(NameTable names, String delimiter, Target target, boolean mayBeEmpty) {
        this.mayBeEmpty = mayBeEmpty;
        this.names = names;
        this.delimiter = delimiter.getBytes(StandardCharsets.UTF_8);
        this.target = target;
    }

    @Override
    public int match(byte[] line, int at, int end, long[] notes, int note) {
        long bits = 0;
        int to = at;
        int next = at;
        while (true) {
            int name = names.find(line, next, end);
            if (name >= 0) {
                bits |= names.value(name);
                to = next + names.length(name);
            } else {
                int digits = Digits.behindPrefix(line, next, end);
                if (digits > next) {
                    to = Digits.endOfHex(line, digits, end);
                    bits |= Digits.hexadecimal(line, digits, to);
                }
                break;
            }
            if (!delimits(line, to, end)) {
                break;
            }
            next = to + delimiter.length;
        }
        notes[note] = bits;
        return to > at || mayBeEmpty ? to : -1;
    }

    private boolean delimits(byte[] line, int at, int end) {
        if (at + delimiter.length >= end) {
            return false;
        }
        for (int i = 0; i < delimiter.length; i++) {
            if (line[at + i] != delimiter[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        target.take(notes[note], to);
    }
}
