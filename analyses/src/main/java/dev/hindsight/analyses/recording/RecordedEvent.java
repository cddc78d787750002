package dev.hindsight.analyses.recording;

/**
 * An event, or a whole system of events, that a recording should hold.
 *
 * @param event as {@code trace-cmd record -e} takes it: {@code system} or {@code system:event}
 * @param buys what figures lose without it
 */
public record RecordedEvent(String event, String buys) {}
