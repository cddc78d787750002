package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.TimelinePart;

/** Forgets threads that exited, after all other parts have looked: their ids may come again for other threads. */
final class GuestDepartures implements TimelinePart {

    private final GuestDirectory guests;

    GuestDepartures(GuestDirectory guests) {
        this.guests = guests;
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        if (!type.name().equals("sched_process_exit")) {
            return null;
        }
        Field pid = Field.of(type, "pid");
        return (tsNs, cpu, tid, block, row) -> guests.forget(pid.getInt(block, row));
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        // An exit that was lost leaves a thread that does nothing more.
    }

    @Override
    public void end(long lastNs) {
        // Nothing is written here.
    }
}
