package dev.hindsight.parsers.recording;

import dev.hindsight.parsers.fault.Warnings;
import dev.hindsight.parsers.format.SymbolResolver;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import java.io.Closeable;
import java.util.function.Predicate;

/** An open recording of any format. Not safe for use by several threads. */
public interface Recording extends Closeable {

    /** What the recording says of itself. */
    RecordingInfo info();

    /** What a guest's recording says of its host's clock; null where it says nothing, or is no guest's. */
    default PeerClock peerClock() {
        return null;
    }

    /** What was passed over so far; grows while events are read. */
    Warnings warnings();

    /**
     * Reads all events in time order, once or again. Memory stays bounded whatever the recording's size.
     *
     * @param tables where full event blocks go; {@code schema -> block -> {}} drops them
     * @param sink takes the slices, each before any of its blocks goes to {@code tables}
     */
    default void read(TableSinks tables, RecordingSink sink) {
        read(tables, sink, table -> true);
    }

    /**
     * Reads all events as {@link #read(TableSinks, RecordingSink)} does, with the same warnings, where the rows of some tables
     * alone are wanted: readers may leave out the others, in blocks and slices, which is faster.
     *
     * @param chosen whether a table's rows are wanted; always answered alike
     */
    void read(TableSinks tables, RecordingSink sink, Predicate<TableSchema> chosen);

    /** Reads all events for the rows of some tables alone. */
    default void readChosen(ChosenTables tables) {
        ChosenOfAll all = new ChosenOfAll(tables);
        read(all, all, tables::chooses);
    }

    /** Counts all events, much faster and in less memory than {@link #read}. */
    EventCounts count();

    /** How far the present or last {@link #read} or {@link #count} came, 0 to 1; may be asked from any thread. */
    double progress();

    /** The traced kernel's symbols, {@link SymbolResolver#NONE} where the recording saved none. */
    SymbolResolver symbols();

    /** Renders the {@code args} of an event as its print format does (values as {@code trace-cmd report -R}). */
    EventText text();
}
