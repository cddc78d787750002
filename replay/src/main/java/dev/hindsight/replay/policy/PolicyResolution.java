package dev.hindsight.replay.policy;

import dev.hindsight.replay.workload.Workload;

/** Puts a policy as decisions over one workload, or refuses it. */
public final class PolicyResolution {

    private PolicyResolution() {}

    /**
     * What each thread and interrupt of the workload gets. Whom no rule selects keeps what the recording shows, but
     * leaves shielded CPUs.
     *
     * @throws PolicyException where a rule matches nobody, names a CPU or marker that is not there, needs what the
     *     recording does not show, is not admitted by Linux, or contradicts another
     */
    public static Decisions resolve(Policy policy, Workload workload) {
        SelectorMatch match = new SelectorMatch(workload);
        Placement placement = new Placement(workload, match, policy.rules());
        Classes classes = new Classes(workload, match, policy.rules());
        DeadlineAdmission.require(workload, match, placement, classes);
        return new Decisions(
                policy.name(),
                classes.parameters,
                classes.decided(),
                placement.affinity(),
                placement.irqAffinity(),
                placement.tickless(),
                classes.coscheduled,
                classes.paravirtual);
    }
}
