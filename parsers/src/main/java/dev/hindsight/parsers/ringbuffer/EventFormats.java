package dev.hindsight.parsers.ringbuffer;

import dev.hindsight.parsers.format.EventFormat;

/** Finds an event's format by its id. */
@FunctionalInterface
public interface EventFormats {

    /** The format, never null: for an id that the recording does not describe one with the record's bytes alone. */
    EventFormat of(int id);
}
