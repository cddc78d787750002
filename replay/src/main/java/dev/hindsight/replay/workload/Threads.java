package dev.hindsight.replay.workload;

import java.util.List;

/**
 * The threads of a workload, by index; idle threads are not among them.
 *
 * @param tid thread id
 * @param tgid process id, -1 where unknown
 * @param comm name
 * @param role as in {@code thread}
 * @param vm virtual machine that it serves, or null
 * @param vcpu number of the vCPU it runs, or -1
 * @param priority kernel priority at its begin: below 100 real-time (99 - n), -1 deadline, 100 to 139 fair
 * @param affinity mask of the CPUs it may use: all, or the one it is bound to by its name, or those it kept to although
 *     it had reason to leave
 * @param bound whether the kernel binds it to its CPU (ksoftirqd/N, kworker/N:M, migration/N ...): no policy moves it
 * @param startCpu CPU it is first seen on
 * @param runnableAtNs when it is first runnable: {@code firstNs} of the window for those that run or wait at its begin;
 *     {@code Long.MAX_VALUE} where something of the workload wakes or forks it
 * @param program what it does; for a vCPU the ops before its first entry, and its {@link GuestProgram} takes over at the
 *     first {@link Op#GUEST}
 * @param guest for a vCPU that entered its guest, else null
 * @param preemptDelayNs samples: from the need to reschedule to the switch while this thread runs, in user code or the
 *     kernel
 * @param hungry whether it only ever waits for CPU (a batch load): may be extended beyond its observed demand
 */
public record Threads(
        int[] tid,
        int[] tgid,
        List<String> comm,
        List<String> role,
        List<String> vm,
        int[] vcpu,
        int[] priority,
        long[] affinity,
        boolean[] bound,
        int[] startCpu,
        long[] runnableAtNs,
        Program[] program,
        GuestProgram[] guest,
        long[][] preemptDelayNs,
        boolean[] hungry) {

    /** Whether it is a CPU's stopper thread, the only one of the kernel's stop class. */
    public boolean isStopper(int thread) {
        return bound[thread] && comm.get(thread).startsWith("migration/");
    }

    /** How many. */
    public int size() {
        return tid.length;
    }
}
