package dev.hindsight.parsers.ftracetext;

import java.util.List;

/** How the text of an event is taken apart: pieces one after another, to the end of the line. */
final class EventPattern {

    /** Deeper nesting of choices would cost more than any kernel's texts are worth. */
    private static final int MOST_TRIES = 4096;

    private final Step[] steps;
    private final long[] notes;
    private final boolean addresses;
    private int tries;

    EventPattern(List<Step> steps) {
        this.steps = steps.toArray(new Step[0]);
        notes = new long[Step.NOTES * (steps.size() + 1)];
        boolean any = false;
        for (Step step : steps) {
            any |= step instanceof AddressStep || step instanceof ChoiceStep choice && choice.hasAddress();
        }
        addresses = any;
    }

    /** Whether addresses are among what it reads. */
    boolean hasAddresses() {
        return addresses;
    }

    /**
     * Whether the bytes read so.
     *
     * @param to is cleared and told what they say; null where nobody asks
     */
    boolean matches(byte[] line, int from, int end, FieldValues to) {
        int start = from;
        while (start < end && line[start] <= ' ' && line[start] >= 0) {
            start++;
        }
        tries = 0;
        if (!run(0, line, start, end)) {
            return false;
        }
        if (to == null) {
            return true;
        }
        to.clear();
        for (int i = 0; i < steps.length; i++) {
            steps[i].apply(line, notes, Step.NOTES * i, to);
        }
        return true;
    }

    private boolean run(int first, byte[] line, int from, int end) {
        int at = from;
        for (int i = first; i < steps.length; i++) {
            if (steps[i] instanceof ChoiceStep choice) {
                return choose(choice, i, line, at, end);
            } else if (steps[i] instanceof TextStep text && text.mayGoOn()) {
                return stretch(text, i, line, at, end);
            }
            at = steps[i].match(line, at, end, notes, Step.NOTES * i);
            if (at < 0) {
                return false;
            }
        }
        return blank(line, at, end);
    }

    private boolean choose(ChoiceStep choice, int index, byte[] line, int at, int end) {
        int first = choice.lately();
        for (int k = -1; k < choice.alternatives(); k++) {
            int alternative = k < 0 ? first : k;
            if (alternative < 0 || (k >= 0 && alternative == first)) {
                continue;
            }
            if (++tries > MOST_TRIES) {
                return false;
            }
            int to = choice.match(alternative, line, at, end, notes, Step.NOTES * index);
            if (to >= 0 && run(index + 1, line, to, end)) {
                choice.chosen(alternative);
                return true;
            }
        }
        return false;
    }

    /** A text may hold what follows it: it goes on until the rest fits. */
    private boolean stretch(TextStep text, int index, byte[] line, int at, int end) {
        int to = text.match(line, at, end, notes, Step.NOTES * index);
        while (to >= 0 && ++tries <= MOST_TRIES) {
            if (run(index + 1, line, to, end)) {
                return true;
            }
            to = text.longer(line, at, to, end, notes, Step.NOTES * index);
        }
        return false;
    }

    private static boolean blank(byte[] line, int from, int end) {
        for (int i = from; i < end; i++) {
            if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
                return false;
            }
        }
        return true;
    }
}
