package dev.hindsight.parsers.ftracetext;

/**
 * An address: a number ({@code %p}, hashed by the kernel or not), or the name of what stands there ({@code %ps}, {@code
 * %pS}, {@code %s} of a constant text), which is given an address of {@link TextSymbols}.
 *
 * <p>A function's module ({@code [kvm]}) is left out, as in the kernel's own table of names; {@code name+0x12/0x34} is
 * the place 0x12 behind {@code name}. What the kernel hides
 * ({@code (ptrval)}) is a number of its own each time, since the text does not tell which of them are the same ({@link HiddenTimers}
 * pairs timers); {@code (null)} is 0.
 */
final class AddressStep implements Step {

    /** How the text shows the address. */
    enum Shown {
        NUMBER,
        FUNCTION,
        TEXT
    }

    private final Shown shown;
    private final Target target;
    private final byte[] until;
    private final TextSymbols symbols;

    AddressStep(Shown shown, Target target, byte[] until, TextSymbols symbols) {
        this.shown = shown;
        this.target = target;
        this.until = until.clone();
        this.symbols = symbols;
    }

    @Override
    public int match(byte[] line, int at, int end, long[] notes, int note) {
        notes[note] = at;
        int from = at;
        while (shown == Shown.NUMBER && from < end && line[from] == ' ') {
            from++;
        }
        int to;
        if (shown == Shown.NUMBER) {
            if (from < end && line[from] == '(') {
                to = from;
                while (to < end && line[to] != ')') {
                    to++;
                }
                to = to < end ? to + 1 : -1;
            } else {
                int digits = Digits.behindPrefix(line, from, end);
                to = Digits.endOfHex(line, digits, end);
                to = to == digits ? -1 : to;
            }
            notes[note] = from;
        } else {
            to = TextStep.endOf(line, at, end, until);
        }
        notes[note + 1] = to;
        return to;
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        int from = (int) notes[note];
        int end = (int) notes[note + 1];
        boolean text = shown == Shown.TEXT && Digits.behindPrefix(line, from, end) == from;
        target.take(text ? symbols.address(line, from, end - from) : address(line, from, end), to);
    }

    private long address(byte[] line, int from, int end) {
        int digits = Digits.behindPrefix(line, from, end);
        if (from < end && line[from] == '(') {
            boolean none = from + 2 < end && line[from + 1] == 'n';
            return none ? 0 : symbols.hidden();
        }
        if ((digits > from || shown == Shown.NUMBER) && Digits.endOfHex(line, digits, end) == end) {
            return Digits.hexadecimal(line, digits, end);
        }
        // functions of 64-bit big-endian POWER begin with a dot, their descriptors do not
        int start = from + 1 < end && line[from] == '.' ? from + 1 : from;
        int name = start;
        while (name < end && line[name] != '+' && line[name] != '/' && line[name] != ' ' && line[name] != '[') {
            name++;
        }
        long address = symbols.address(line, start, name - start);
        if (name + 3 < end && line[name] == '+') {
            int offset = Digits.behindPrefix(line, name + 1, end);
            return TextSymbols.behind(address, Digits.hexadecimal(line, offset, Digits.endOfHex(line, offset, end)));
        }
        return address;
    }
}
