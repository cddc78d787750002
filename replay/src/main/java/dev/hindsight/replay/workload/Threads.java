package dev.hindsight.replay.workload;

import java.util.List;
import java.util.Set;

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
 * @param hungry whether it only ever waits for CPU (a batch load, the vCPU of a guest that computes): may be extended
 *     beyond its observed demand
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

    /** In place of a process: a thread of the kernel, which has no memory of its own. */
    public static final int KERNEL = -1;

    private static final Set<String> KERNEL_ROLES =
            Set.of("kernel", "kworker", "ksoftirqd", "rcu", "kvm-pit", "vhost", "irq", "idle");

    /** Whether it is a CPU's stopper thread, the only one of the kernel's stop class. */
    public boolean isStopper(int thread) {
        return bound[thread] && comm.get(thread).startsWith("migration/");
    }

    /** How many. */
    public int size() {
        return tid.length;
    }

    /** The process of each thread: its id, {@link #KERNEL}, or a number below that for one whose process is unknown. */
    public int[] processes() {
        return processes(tgid, role);
    }

    static int[] processes(int[] tgid, List<String> role) {
        int[] processes = new int[tgid.length];
        for (int i = 0; i < processes.length; i++) {
            boolean kernel = KERNEL_ROLES.contains(role.get(i));
            processes[i] = kernel ? KERNEL : tgid[i] >= 0 ? tgid[i] : KERNEL - 1 - i;
        }
        return processes;
    }
}
