package dev.hindsight.replay.workload;

/**
 * What a timeline's tables do not say about the machine.
 *
 * @param kernel release of the recorded kernel, or null
 * @param cpus host CPUs, numbered from 0
 * @param firstNs begin of the recording
 * @param lastNs last event of the recording
 */
public record MachineFacts(String kernel, int cpus, long firstNs, long lastNs) {}
