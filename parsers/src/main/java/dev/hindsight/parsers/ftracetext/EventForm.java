package dev.hindsight.parsers.ftracetext;

import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.PrintFormat;

/** One way in which the text of an event reads, and the fields it shows. */
final class EventForm {

    final PrintFormat print;
    final EventPattern pattern;
    final FieldValues values;

    /** Whether it is one of hrtimers, whose addresses a text may hide: looked at once, not at each event. */
    final boolean ofHrtimer;

    /** {@link dev.hindsight.parsers.recording.EventType#index()}, -1 while none of this form was met. */
    int type = -1;

    EventForm(PrintFormat print, EventPattern pattern) {
        this.print = print;
        this.pattern = pattern;
        values = new FieldValues(print.event().fields().size());
        ofHrtimer =
                print.event().system().equals("timer") && print.event().name().startsWith("hrtimer_");
    }

    EventFormat format() {
        return print.event();
    }

    boolean matches(byte[] line, int from, int end) {
        return pattern.matches(line, from, end, values);
    }
}
