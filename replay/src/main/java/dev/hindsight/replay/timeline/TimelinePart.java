package dev.hindsight.replay.timeline;

import dev.hindsight.parsers.recording.EventType;

/**
 * One builder of spans. All parts see the same events in time order; at one event, in the order in which
 * {@link TimelineBuilder} lists them. Implementations: {@code ThreadEvents}, {@code ThreadSpans}, {@code IrqSpans},
 * {@code CpuGaps}, {@code TimerExpiries} and the parts of package {@code kvm}.
 */
public interface TimelinePart {

    /** A CPU that shows no event for so long is silent. */
    long SILENCE_NS = 1_000_000;

    /**
     * Takes the events of one type.
     *
     * @return null where this part has no use for the type
     */
    EventHandler handlerFor(EventType type);

    /**
     * A CPU shows its first event, or its first one after a loss; comes before the event is handled, after
     * {@link #lost}.
     *
     * @param tsNs time of that event
     * @param tid thread that runs there at that time; at a {@code sched_switch}, the one that is switched out
     */
    default void resumed(long tsNs, int cpu, int tid) {}

    /**
     * A CPU showed no event in [startNs, endNs), {@link #SILENCE_NS} or more; comes before the event at {@code endNs} is
     * handled. Events may have been lost there.
     */
    default void silent(int cpu, long startNs, long endNs) {}

    /**
     * Events of a CPU were lost in [startNs, endNs): called in time order, before the CPU's first event after the loss.
     * What was open on that CPU ends at {@code startNs} or carries a mark; nothing is computed across it silently.
     * Events of other CPUs from within the loss were handled before.
     */
    void lost(int cpu, long startNs, long endNs);

    /** The recording ends; whatever is open ends here. Nothing is called afterwards. */
    void end(long lastNs);
}
