package dev.hindsight.queries.tally;

/**
 * Interrupt response of one line, as {@code irq_latency.sql} has it; times null where nothing was measured.
 *
 * @param overSlo null without an SLO
 */
public record LineTally(
        String vm,
        long vcpu,
        String source,
        long irq,
        long count,
        long coalesced,
        long unhandled,
        long lost,
        Long p50Ns,
        Long p90Ns,
        Long p99Ns,
        Long p999Ns,
        Long maxNs,
        Long overSlo) {}
