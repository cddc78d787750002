package dev.hindsight.replay.workload;

import java.util.Arrays;

/**
 * How a host runs the softirqs that interrupts raise (Linux, kernel/softirq.c).
 *
 * @param threadOfCpu by CPU: index of its ksoftirqd, -1 where the recording shows none
 * @param usual by CPU: the softirq, by number, that its ksoftirqd mostly ran
 * @param where an interrupt's softirqs run
 */
public record Softirqs(int[] threadOfCpu, int[] usual, Where where) {

    /** Of enum in include/linux/interrupt.h: HI to RCU. */
    private static final int SOFTIRQS = 10;

    /** Where an interrupt's softirqs run; beyond the budget there, in ksoftirqd in any case. */
    public enum Where {
        /** Behind the interrupt: before 4.9, and again from 6.5 on. */
        BEHIND,
        /** Behind the interrupt, unless ksoftirqd is runnable already: 4.9 to 6.4. */
        BEHIND_UNLESS_WOKEN,
        /** In ksoftirqd: PREEMPT_RT. */
        IN_THREAD
    }

    /** Of CPUs without any ksoftirqd. */
    public static Softirqs behind(int cpus) {
        int[] none = new int[cpus];
        Arrays.fill(none, -1);
        return new Softirqs(none, new int[cpus], Where.BEHIND);
    }

    static Softirqs of(Recorded of, String kernel) {
        Affinities affinities = new Affinities(of);
        int[] threadOfCpu = new int[of.cpus];
        Arrays.fill(threadOfCpu, -1);
        for (int thread = 0; thread < of.threads.size(); thread++) {
            int cpu = of.threads.isKsoftirqd(thread) ? affinities.boundTo(thread) : -1;
            if (cpu >= 0) {
                threadOfCpu[cpu] = thread;
            }
        }
        return new Softirqs(threadOfCpu, usual(of), where(kernel));
    }

    private static int[] usual(Recorded of) {
        int[][] counts = new int[of.cpus][SOFTIRQS];
        int[] usual = new int[of.cpus];
        for (int row = 0; row < of.irqs.cpu.length; row++) {
            int cpu = of.irqs.cpu[row];
            int softirq = of.irqs.irq[row];
            boolean inThread = !of.irqs.isHard(row) && of.threads.isKsoftirqd(of.irqs.thread[row]);
            if (cpu >= 0 && inThread && softirq >= 0 && softirq < SOFTIRQS) {
                counts[cpu][softirq]++;
                usual[cpu] = counts[cpu][softirq] > counts[cpu][usual[cpu]] ? softirq : usual[cpu];
            }
        }
        return usual;
    }

    /** By the kernel's release; of one that does not tell its version, as current ones. */
    static Where where(String release) {
        if (isRealtime(release)) {
            return Where.IN_THREAD;
        }
        String[] parts = release == null ? new String[0] : release.split("[^0-9]+", 3);
        if (parts.length < 2 || parts[0].isEmpty() || parts[0].length() > 4 || parts[1].length() > 4) {
            return Where.BEHIND;
        }
        int version = Integer.parseInt(parts[0]) * 10_000 + (parts[1].isEmpty() ? 0 : Integer.parseInt(parts[1]));
        return version >= 4_0009 && version < 6_0005 ? Where.BEHIND_UNLESS_WOKEN : Where.BEHIND;
    }

    /** Whether threads run all softirqs: the release of a PREEMPT_RT kernel has {@code -rt} in it. */
    static boolean isRealtime(String release) {
        return release != null && release.contains("-rt");
    }
}
