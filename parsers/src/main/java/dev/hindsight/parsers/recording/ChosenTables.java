package dev.hindsight.parsers.recording;

import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableSchema;

/**
 * Takes the rows of the event tables that it chooses, in the order of time, from one thread; of a recording's other events it
 * hears no more than that there are some of their kind. Whatever it throws ends the reading and comes out of it.
 */
public interface ChosenTables {

    /** A kind of event is met for the first time, whether its table is chosen or not; before any block of the table. */
    void met(EventType type);

    /** Whether rows are made of the events of a table; asked before it has any, always answered alike. */
    boolean chooses(TableSchema table);

    /** Opens the sink of a chosen table, once, when its first block is ready. */
    BlockSink open(TableSchema table);
}
