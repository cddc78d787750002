package dev.hindsight.replay.policy;

import dev.hindsight.replay.workload.Workload;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether Linux would take the deadlines of a policy ({@code __sched_setscheduler} in kernel/sched/core.c,
 * {@code sched_dl_overflow} and {@code to_ratio} in kernel/sched/deadline.c): a deadline thread may run on all CPUs of
 * its root domain, and there the sum of runtime/period stays within rt_runtime/rt_period for each CPU.
 *
 * <p>Deadline threads that the recording has already count nothing: their runtimes are not in a trace.
 */
final class DeadlineAdmission {

    private static final int BW_SHIFT = 20;

    /** sysctl kernel.sched_rt_runtime_us of sched_rt_period_us: no Linux distribution changes the defaults. */
    private static final long LIMIT = (950_000L << BW_SHIFT) / 1_000_000L;

    private DeadlineAdmission() {}

    static void require(Workload workload, SelectorMatch match, Placement placement, Classes classes) {
        long[] affinity = placement.affinity();
        Map<Long, Long> totals = new HashMap<>();
        for (int i = 0; i < affinity.length; i++) {
            if (classes.rule[i] == null) {
                continue;
            }
            long most = 0;
            for (SchedParameters p : classes.possible(i)) {
                if (p.policy() == SchedParameters.Policy.DEADLINE) {
                    most = Math.max(most, (p.runtimeNs() << BW_SHIFT) / p.periodNs());
                }
            }
            if (most == 0) {
                continue;
            }
            PolicyRule rule = classes.rule[i];
            long domain = placement.rootDomain(i);
            if ((domain & ~affinity[i]) != 0) {
                throw new PolicyException(RuleFault.flag(rule) + ": " + match.shown(i) + " may run on CPUs "
                        + CpuList.text(affinity[i]) + " of " + CpuList.text(domain)
                        + ", and Linux takes a deadline only for a thread that may run on all of them: "
                        + (workload.threads().bound()[i]
                                ? "the kernel binds it; give it another class"
                                : "add --pin " + ShellWords.quote(rule.selector() + "=" + CpuList.text(domain))
                                        + ", or shield its CPUs for it"));
            }
            long total = totals.merge(domain, most, Long::sum);
            long limit = LIMIT * Long.bitCount(domain);
            if (total > limit) {
                throw new PolicyException(RuleFault.flag(rule) + ": the deadlines on CPUs " + CpuList.text(domain)
                        + " need " + percent(total) + " of a CPU, and Linux admits " + percent(limit)
                        + " (95 % of each): lower the runtimes, lengthen the periods, or select fewer threads");
            }
        }
    }

    private static String percent(long bandwidth) {
        return Math.round(1000.0 * bandwidth / (1L << BW_SHIFT)) / 10.0 + " %";
    }
}
