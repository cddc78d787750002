package dev.hindsight.queries.tally;

/**
 * Jobs of one marker, as {@code jobs.sql} has them; times null where there is none.
 *
 * @param vcpu null for any
 * @param late null without an SLO
 */
public record JobTally(
        String marker,
        String vm,
        Long vcpu,
        long count,
        Long p50Ns,
        Long p90Ns,
        Long p99Ns,
        Long maxNs,
        Long late,
        long overruns) {}
