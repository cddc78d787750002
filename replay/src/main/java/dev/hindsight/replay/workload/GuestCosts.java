package dev.hindsight.replay.workload;

/**
 * What KVM's own paths took on the recorded host: CPU time without interrupts and without time off the CPU. Each array
 * holds recorded samples in the order of the recording, never empty; the engine goes round them, so that spread and order
 * stay and the same input gives the same output.
 *
 * @param resume switched in while preempted in KVM, to entry
 * @param wakeNs switched in after a halt, to entry, with its injection
 * @param interruptNs exit for a host interrupt (without the interrupt's own time), to entry or to the switch out
 * @param injectNs what an injection adds before the entry
 * @param windowGuestNs guest time from an entry with an interrupt held off to the exit for the interrupt window
 * @param windowNs exit for the interrupt window, to the entry that injects
 * @param kickNs from an edge raised on another CPU to the end of the interrupt that takes the guest out for it
 * @param edgeToWakingNs by line: from an edge to the wakeup of its vCPU, if that halts
 * @param wakingToQueueNs by line: from that wakeup to the vCPU's being queued
 * @param haltPollNs longest poll that KVM may grow to; 0 where the recording shows no polling
 */
public record GuestCosts(
        ResumeCosts resume,
        long[] wakeNs,
        long[] interruptNs,
        long[] injectNs,
        long[] windowGuestNs,
        long[] windowNs,
        long[] kickNs,
        long[][] edgeToWakingNs,
        long[][] wakingToQueueNs,
        long haltPollNs) {}
