package dev.hindsight.parsers.recording;

import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;

/** What a reading of all events gives, as {@link ChosenTables} take it: their tables' blocks, without slices and losses. */
public final class ChosenOfAll implements TableSinks, RecordingSink {

    private static final BlockSink DROPPED = block -> {};

    private final ChosenTables chosen;

    public ChosenOfAll(ChosenTables chosen) {
        this.chosen = chosen;
    }

    @Override
    public BlockSink open(TableSchema table) {
        return chosen.chooses(table) ? chosen.open(table) : DROPPED;
    }

    @Override
    public void type(EventType type) {
        chosen.met(type);
    }

    @Override
    public void slice(EventSlice slice) {
        // The blocks have the events.
    }

    @Override
    public void lost(int cpu, int instance, long startNs, long endNs, long events) {
        // No row of an event's table.
    }
}
