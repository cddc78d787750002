package dev.hindsight.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.replay.policy.Decisions.Cosched;
import dev.hindsight.replay.policy.Decisions.Detector;
import dev.hindsight.replay.workload.Workload;
import org.junit.jupiter.api.Test;

/** The policies that the shared x86 recordings were made under, as flags over a workload like theirs. */
class SharedPoliciesTest {

    private static final SchedParameters OTHER = new SchedParameters(SchedParameters.Policy.OTHER, 0, 0, 0, 0);
    private static final SchedParameters FIFO_80 = fifo(80);

    /** Indices in the target's threads. */
    private static final int VCPU = 1;

    private static final int PIT = 2;
    private static final int LOAD_KEPT_TO_1 = 4;
    private static final int SOFTIRQ_1 = 6;
    private static final int WORKER = 7;
    private static final int BOUND_WORKER = 8;

    private final Workload target = WorkloadByHand.target(false, true).build();

    private static SchedParameters fifo(int n) {
        return new SchedParameters(SchedParameters.Policy.FIFO, n, 0, 0, 0);
    }

    private static Decisions resolve(String flags, Workload workload) {
        return PolicyResolution.resolve(PolicyFlags.parse("p", flags), workload);
    }

    @Test
    void base_is_what_was_recorded() {
        Decisions base = Decisions.recorded(target);
        assertThat(base.name()).isEqualTo("modelled");
        assertThat(base.parameters()).containsOnly(OTHER);
        assertThat(base.decided()).containsOnly(false);
        assertThat(base.affinity()).containsExactly(3, 3, 3, 3, 2, 1, 2, 3, 2);
        assertThat(base.irqAffinity()).containsExactly(0, 0);
        assertThat(base.tickless()).isZero();
        assertThat(base.coscheduled()).isEmpty();
        assertThat(base.paravirtual()).isEmpty();
    }

    @Test
    void shield_gives_the_vcpu_cpu_1_and_all_that_may_leave_leaves() {
        Decisions shield = resolve("--shield 1=vcpu@rtvmm", target);
        assertThat(shield.affinity()).containsExactly(1, 2, 1, 1, 1, 1, 2, 1, 2);
        assertThat(shield.affinity()[SOFTIRQ_1]).isEqualTo(2);
        assertThat(shield.affinity()[WORKER]).isEqualTo(1);
        assertThat(shield.affinity()[BOUND_WORKER]).isEqualTo(2);
        assertThat(shield.affinity()[LOAD_KEPT_TO_1]).isEqualTo(1);
        assertThat(shield.irqAffinity()).as("the timer's can't move").containsExactly(1, 0);
        assertThat(shield.decided()).containsOnly(false);
        assertThat(shield.tickless()).isZero();
        assertThat(resolve("--shield 1=vcpu@rtvmm,tickless", target).tickless()).isEqualTo(2);
    }

    @Test
    void prio_raises_the_vcpu_alone_and_moves_nobody() {
        Decisions prio = resolve("--prio vcpu@rtvmm=fifo:80", target);
        assertThat(prio.parameters()).containsExactly(OTHER, FIFO_80, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER);
        assertThat(prio.decided()).containsExactly(false, true, false, false, false, false, false, false, false);
        assertThat(prio.affinity()).isEqualTo(target.threads().affinity());
        assertThat(prio.irqAffinity()).containsOnly(0);
    }

    @Test
    void prioall_raises_the_timer_s_thread_above_it() {
        Decisions prioall = resolve("--prio vcpu@rtvmm=fifo:80 --prio kvm-pit=fifo:85", target);
        assertThat(prioall.parameters()[VCPU]).isEqualTo(FIFO_80);
        assertThat(prioall.parameters()[PIT]).isEqualTo(fifo(85));
    }

    @Test
    void shieldprio_does_both() {
        Decisions both = resolve("--shield 1=vcpu@rtvmm --prio vcpu@rtvmm=fifo:80 --prio kvm-pit=fifo:85", target);
        assertThat(both.affinity()).containsExactly(1, 2, 1, 1, 1, 1, 2, 1, 2);
        assertThat(both.parameters()[VCPU]).isEqualTo(FIFO_80);
        assertThat(both.parameters()[PIT]).isEqualTo(fifo(85));
    }

    @Test
    void cosched_begins_low_and_listens_to_the_job_s_marker() {
        Decisions cosched =
                resolve("--cosched vcpu@rtvmm=fifo:80/other,detect=marker:job --prio kvm-pit=fifo:85", target);
        assertThat(cosched.parameters()[VCPU]).isEqualTo(OTHER);
        assertThat(cosched.decided()[VCPU]).isTrue();
        assertThat(cosched.parameters()[PIT]).isEqualTo(fifo(85));
        Cosched only = cosched.coscheduled().get(0);
        assertThat(cosched.coscheduled()).hasSize(1);
        assertThat(only.threads()).containsExactly(VCPU);
        assertThat(only.high()).isEqualTo(FIFO_80);
        assertThat(only.low()).isEqualTo(OTHER);
        assertThat(only.detector()).isEqualTo(Detector.MARKER);
        assertThat(only.marker()).isZero();
        assertThat(only.boost()).isFalse();
        assertThat(only.graceNs()).isZero();
    }

    @Test
    void coschedboost_is_for_a_guest_whose_timer_is_a_thread() {
        Workload exthlt = WorkloadByHand.target(true, false).build();
        Decisions boost = resolve("--cosched vcpu@rtvmm=fifo:80/other,detect=marker:job,boost", exthlt);
        assertThat(boost.coscheduled().get(0).boost()).isTrue();
        assertThat(boost.parameters()[PIT]).as("rt-timer keeps its own FIFO 90").isEqualTo(fifo(90));
        assertThatThrownBy(() -> resolve("--prio kvm-pit=fifo:85", exthlt))
                .isInstanceOf(PolicyException.class)
                .hasMessage("--prio kvm-pit=fifo:85: 'kvm-pit' matches nobody: in the recording there are"
                        + " ksoftirqd (2 threads), kworker (2 threads), user (2 threads), vcpu, vmm (2 threads), but no"
                        + " kvm-pit; leave the rule out");
    }

    @Test
    void deadline_reserves_half_of_a_cpu() {
        Decisions deadline = resolve("--prio vcpu@rtvmm=deadline:4ms/8ms", target);
        assertThat(deadline.parameters()[VCPU])
                .isEqualTo(new SchedParameters(SchedParameters.Policy.DEADLINE, 0, 0, 4_000_000, 8_000_000));
    }
}
