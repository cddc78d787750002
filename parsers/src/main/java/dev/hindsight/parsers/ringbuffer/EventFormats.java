package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.format.EventFormat;
import dev.hindsight.parsers.format.PrintFormat;

/** Finds an event's format by its id, and how it reads as text. */
public interface EventFormats {

    /** The format, never null: for an id that the recording does not describe one with the record's bytes alone. */
    EventFormat of(int id);

    /** How the events of a format read as text. */
    PrintFormat print(EventFormat format);
}
