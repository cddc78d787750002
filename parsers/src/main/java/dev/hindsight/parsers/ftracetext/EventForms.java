package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.EventField;
import dev.hindsight.parsers.format.FieldKind;
import dev.hindsight.parsers.recording.InterruptContext;
import java.util.ArrayList;
import java.util.List;

/** The forms in which the events of one name stand in a text: those of the catalogue, and plain ones met so far. */
final class EventForms {

    /** Forms of pairs kept; what reads still otherwise is kept as text. */
    private static final int MOST_PLAIN = 8;

    /** Lines that no form of the catalogue reads, before these are tried on every 64th only. */
    private static final int PATIENCE = 1024;

    private final String system;
    private final String name;
    private final TextSymbols symbols;
    private final List<EventForm> known;
    private final List<EventForm> plain = new ArrayList<>();
    private final InterruptContext.Change change;
    private EventForm text;
    private EventForm lately;
    private int strangers;

    /** {@code system}: as the text tells it, null where it does not. */
    EventForms(EventCatalog catalog, String system, String name, TextSymbols symbols) {
        this.name = name;
        this.symbols = symbols;
        known = catalog.formsOf(system, name, symbols);
        this.system = system != null
                ? system
                : known.isEmpty() ? "unknown" : known.get(0).format().system();
        change = InterruptContext.of(this.system, name);
    }

    /** What these events do to the interrupt state of their CPU. */
    InterruptContext.Change change() {
        return change;
    }

    String system() {
        return system;
    }

    String name() {
        return name;
    }

    /** Whether the catalogue has events of this name. */
    boolean inCatalog() {
        return !known.isEmpty();
    }

    /** The form that reads these bytes, its values filled; never null. */
    EventForm read(byte[] line, int from, int end) {
        if (lately != null && lately.matches(line, from, end)) {
            return lately;
        }
        if (strangers < PATIENCE || strangers % 64 == 0) {
            for (int i = 0; i < known.size(); i++) {
                EventForm form = known.get(i);
                if (form != lately && form.matches(line, from, end)) {
                    lately = form;
                    return form;
                }
            }
        }
        strangers++;
        return plain(line, from, end);
    }

    /** Whether a form is none of the catalogue's. */
    boolean isPlain(EventForm form) {
        return form == text || plain.contains(form);
    }

    /** Whether the fields of plain pairs are numbers and texts where the catalogue has such under the same names. */
    private boolean agrees(EventForm pairs) {
        for (EventForm form : known) {
            for (EventField field : form.format().fields()) {
                EventField had = pairs.format().field(field.name());
                if (had != null && (had.kind() == FieldKind.STRING) != (field.kind() == FieldKind.STRING)) {
                    return false;
                }
            }
        }
        return true;
    }

    private EventForm plain(byte[] line, int from, int end) {
        for (int i = 0; i < plain.size(); i++) {
            if (plain.get(i).matches(line, from, end)) {
                return plain.get(i);
            }
        }
        if (plain.size() < MOST_PLAIN) {
            EventForm pairs = PlainForm.ofPairs(system, name, line, from, end, symbols);
            if (pairs != null && agrees(pairs) && pairs.matches(line, from, end)) {
                plain.add(pairs);
                return pairs;
            }
        }
        if (text == null) {
            text = PlainForm.ofText(system, name, symbols);
        }
        text.matches(line, from, end);
        return text;
    }
}
