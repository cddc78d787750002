package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.recording.EventType;

/**
 * One builder of spans. All parts see the same events in time order; at one event, in the order in which
 * {@link TimelineBuilder} lists them. Implementations: {@code ThreadSpans}, {@code IrqSpans} and the parts of package
 * {@code kvm}.
 */
public interface TimelinePart {

    /**
     * Takes the events of one type.
     *
     * @return null where this part has no use for the type
     */
    EventHandler handlerFor(EventType type);

    /**
     * Events of a CPU were lost in [startNs, endNs): called in time order, before the CPU's first event after the loss.
     * What was open on that CPU ends at {@code startNs} or carries a mark; nothing is computed across it silently.
     */
    void lost(int cpu, long startNs, long endNs);

    /** The recording ends; whatever is open ends here. Nothing is called afterwards. */
    void end(long lastNs);
}
