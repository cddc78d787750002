package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.table.TableBlock;

/** Takes one event of the type that it was made for. */
@FunctionalInterface
public interface EventHandler {

    /**
     * @param tsNs time of the event
     * @param cpu where
     * @param tid thread that ran there (common_pid)
     * @param block holds the event's fields; columns by {@link dev.hindsight.parsers.recording.EventType#column}
     * @param row of the event in the block
     */
    void handle(long tsNs, int cpu, int tid, TableBlock block, int row);
}
