package dev.hindsight.replay.engine;

/**
 * What a replay did, and how much of it the recording could not tell.
 *
 * @param spanNs length of the window
 * @param truncatedNs time, over all threads, from the point where a thread's observed demand was used up to the window's
 *     end: it would have wanted more, nobody knows how much
 * @param truncatedThreads threads that ran out so
 * @param deliveries of virtual interrupts
 * @param truncatedDeliveries those beyond what the recording shows of a line: they took the line's responses again from
 *     its first one
 * @param unansweredVcpus vCPUs whose interrupts the recording shows, but no entry into the guest with any of them: what it
 *     does for one is not known, and modelled deliveries tell nothing of the guest
 * @param steps simulated events
 * @param switches context switches
 * @param migrations threads that changed their CPU
 */
public record ReplayTotals(
        long spanNs,
        long truncatedNs,
        int truncatedThreads,
        long deliveries,
        long truncatedDeliveries,
        int unansweredVcpus,
        long steps,
        long switches,
        long migrations) {}
