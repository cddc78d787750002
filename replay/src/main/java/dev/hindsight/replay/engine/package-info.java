/**
 * Runs a workload again under a policy: a discrete-event simulation of the host's CPUs, its scheduler, its interrupts and
 * KVM, in the order (time, sequence), without randomness.
 */
package dev.hindsight.replay.engine;
