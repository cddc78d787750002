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

    /** Whether what a text says of its fields is not kept. */
    private boolean passing;

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

    /**
     * Nobody asks for its fields any more. They are kept all the same where others depend on them: on timers, and on the
     * addresses of names, which are numbered as they come.
     */
    void letPass() {
        passing = !ofHrtimer && pattern != null && !pattern.hasAddresses();
    }

    boolean matches(byte[] line, int from, int end) {
        return pattern.matches(line, from, end, passing ? null : values);
    }
}
