package dev.hindsight.analyses;

/**
 * How long one stage of an interrupt's way took, over many deliveries. Times in ns, null where nothing was measured.
 *
 * @param count deliveries measured
 * @param hidden deliveries where the stage cannot be seen in this recording
 * @param overSlo measured deliveries over the SLO, null without one
 * @param overSloPct the same in percent of count
 */
public record StageLatency(
        long count,
        long hidden,
        Long minNs,
        Long avgNs,
        Long p50Ns,
        Long p90Ns,
        Long p99Ns,
        Long p999Ns,
        Long maxNs,
        Long overSlo,
        Double overSloPct) {}
