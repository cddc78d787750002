package dev.hindsight.parsers.recording;

import dev.hindsight.parsers.table.TableBlock;

/** Renders the fields of an event as text. */
@FunctionalInterface
public interface EventText {

    /** Appends the {@code args} of the event at {@code row} of a block of its type. */
    void append(EventType type, TableBlock block, int row, StringBuilder to);
}
