package dev.hindsight.replay.workload;

/**
 * What the host kernel's own paths took, samples as in {@link GuestCosts}.
 *
 * @param tickNs length of the tick's period
 * @param tickCostNs a tick: its interrupt and the softirqs right behind it
 * @param switchOutNs from the end of the interrupt (or the wakeup) that preempts, to the switch, where that is quick
 * @param switchInNs from the switch to the thread's own work
 * @param wakeNs from sched_waking to sched_wakeup, CPU time of the waker
 * @param idleExitNs from the queueing of a thread by another CPU on an idle one, to the switch to it
 * @param reschedNs from the queueing of a thread by another CPU on a busy one, to the end of the interrupt that tells it
 * @param migrateNs what a thread's first burst on another CPU took more; 0 where the recording can't tell
 * @param sharedTimerNs what a timer takes less that expires in the interrupt of another one or of a tick
 */
public record HostCosts(
        long tickNs,
        long[] tickCostNs,
        long[] switchOutNs,
        long[] switchInNs,
        long[] wakeNs,
        long[] idleExitNs,
        long[] reschedNs,
        long migrateNs,
        long sharedTimerNs) {}
