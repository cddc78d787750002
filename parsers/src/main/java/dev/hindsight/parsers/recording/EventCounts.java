package dev.hindsight.parsers.recording;

import java.util.List;

/**
 * How many events a recording has, without their fields.
 *
 * @param types kinds of event that occur, in order of discovery
 * @param byType events of each of {@code types}
 * @param byCpu events of each CPU, by its number
 * @param events all of them
 * @param firstNs time of the earliest, 0 where there is none
 * @param lastNs time of the latest, 0 where there is none
 * @param losses how often events were lost
 * @param lostEvents how many were lost, as far as the recording tells
 * @param lostIsKnown whether it tells for every loss
 */
public record EventCounts(
        List<Kind> types,
        long[] byType,
        long[] byCpu,
        long events,
        long firstNs,
        long lastNs,
        long losses,
        long lostEvents,
        boolean lostIsKnown) {

    /**
     * A kind of event.
     *
     * @param system for instance {@code kvm}
     * @param name for instance {@code kvm_exit}
     */
    public record Kind(String system, String name) {}
}
