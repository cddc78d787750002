package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.table.TableBlock;
import java.util.List;

/** Several handlers of one type, in order; {@link TimelineBuilder} calls them itself, which spares a call an event. */
public record EventHandlers(List<EventHandler> inOrder) implements EventHandler {

    public EventHandlers {
        inOrder = List.copyOf(inOrder);
    }

    @Override
    public void handle(long tsNs, int cpu, int tid, TableBlock block, int row) {
        for (EventHandler handler : inOrder) {
            handler.handle(tsNs, cpu, tid, block, row);
        }
    }
}
