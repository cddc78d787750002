package dev.hindsight.parsers.ftracetext;

import java.util.ArrayList;
import java.util.List;

/** One of several pieces, by the fields' values: which one stands there tells about these. */
final class ChoiceStep implements Step {

    private final List<Step> pieces = new ArrayList<>();
    private final List<List<Assumption>> assumptions = new ArrayList<>();
    private int lately = -1;

    /** That a condition held, or did not. */
    record Assumption(Condition condition, boolean held) {}

    /** Adds an alternative; those that come first are tried first. */
    void add(Step piece, List<Assumption> from) {
        pieces.add(piece);
        assumptions.add(List.copyOf(from));
    }

    /**
     * The alternative to try first, -1 for none: the one chosen last, where it is a name of a value. A value without a
     * name reads alike in all of them.
     */
    int lately() {
        return lately;
    }

    /** That this alternative stood there. */
    void chosen(int alternative) {
        lately = pieces.get(alternative) instanceof SymbolicStep ? alternative : -1;
    }

    /** Whether an address may stand there. */
    boolean hasAddress() {
        for (Step piece : pieces) {
            if (piece instanceof AddressStep || piece instanceof ChoiceStep choice && choice.hasAddress()) {
                return true;
            }
        }
        return false;
    }

    int alternatives() {
        return pieces.size();
    }

    /** As {@link #match}, for one of the alternatives. */
    int match(int alternative, byte[] line, int at, int end, long[] notes, int note) {
        int to = pieces.get(alternative).match(line, at, end, notes, note + 1);
        notes[note] = alternative;
        return to;
    }

    @Override
    public int match(byte[] line, int at, int end, long[] notes, int note) {
        for (int i = 0; i < pieces.size(); i++) {
            int to = match(i, line, at, end, notes, note);
            if (to >= 0) {
                return to;
            }
        }
        return -1;
    }

    @Override
    public void apply(byte[] line, long[] notes, int note, FieldValues to) {
        int chosen = (int) notes[note];
        List<Assumption> follows = assumptions.get(chosen);
        for (int i = 0; i < follows.size(); i++) {
            follows.get(i).condition().assume(follows.get(i).held(), to);
        }
        pieces.get(chosen).apply(line, notes, note + 1, to);
    }
}
