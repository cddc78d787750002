package dev.hindsight.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.replay.policy.Decisions.Detector;
import dev.hindsight.replay.workload.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which threads a policy reaches, and the policies that do not fit a recording. */
class PolicyResolutionTest {

    /** Four CPUs, two machines of the same monitor and a third one, threaded and plain interrupts. */
    private static final Workload FOUR = new WorkloadByHand(4)
            .marker("job")
            .thread(100, 100, "CPU 0/KVM", "vcpu")
            .serving("rtvmm")
            .vcpu(0, false, 0x1000, 0x1010)
            .thread(101, -1, "kvm-pit/100", "kvm-pit")
            .serving("rtvmm")
            .thread(200, 200, "CPU 0/KVM", "vcpu")
            .serving("rtvmm:200")
            .vcpu(0, true)
            .thread(300, 290, "CPU 0/KVM", "vcpu")
            .serving("linuxvm")
            .vcpu(0, true, 0)
            .thread(301, 290, "CPU 1/KVM", "vcpu")
            .serving("linuxvm")
            .vcpu(1, true)
            .thread(290, 290, "qemu-system-x86", "vmm")
            .serving("linuxvm")
            .thread(400, -1, "irq/30-nvme0q1", "irq")
            .thread(401, -1, "irq/3-serial", "irq")
            .thread(402, -1, "ksoftirqd/3", "ksoftirqd")
            .boundTo(3)
            .thread(500, 500, "bash", "user")
            .irq(30, "nvme0q1", true)
            .irq(31, "eth0", true)
            .irq(5, "local", false)
            .build();

    private static Decisions resolve(String flags) {
        return PolicyResolution.resolve(PolicyFlags.parse("p", flags), FOUR);
    }

    private static int[] raised(String selector) {
        Decisions decisions = resolve("--prio " + ShellWords.quote(selector + "=fifo:7"));
        return java.util.stream.IntStream.range(0, decisions.decided().length)
                .filter(i -> decisions.decided()[i])
                .map(i -> FOUR.threads().tid()[i])
                .toArray();
    }

    @Test
    void selectors_find_threads_by_role_machine_name_and_id() {
        assertThat(raised("vcpu")).containsExactly(100, 200, 300, 301);
        assertThat(raised("vcpu@linuxvm")).containsExactly(300, 301);
        assertThat(raised("vcpu@rtvmm")).as("both of that process name").containsExactly(100, 200);
        assertThat(raised("vcpu@200")).as("by pid").containsExactly(200);
        assertThat(raised("vcpu@100")).containsExactly(100);
        assertThat(raised("vcpu@290")).as("by the pid of its vCPUs' process").containsExactly(300, 301);
        assertThat(raised("vcpu@qemu-*")).as("by the name of that process").containsExactly(300, 301);
        assertThat(raised("vcpu@rtvmm:200")).as("by key").containsExactly(200);
        assertThat(raised("vcpu@*vm*")).containsExactly(100, 200, 300, 301);
        assertThat(raised("vm=linuxvm")).containsExactly(300, 301, 290);
        assertThat(raised("comm=CPU ?/KVM")).containsExactly(100, 200, 300, 301);
        assertThat(raised("comm=*/3*")).containsExactly(400, 401, 402);
        assertThat(raised("tid=500")).containsExactly(500);
        assertThat(raised("irq=30")).as("the thread of an interrupt").containsExactly(400);
        assertThat(raised("irq=3")).containsExactly(401);
        assertThat(raised("irq=*")).containsExactly(400, 401);
    }

    @Test
    void several_selectors_share_a_shield_of_the_same_cpus() {
        Decisions shared = resolve("--shield 2-3=vcpu@100 --shield 2-3=kvm-pit --pin vcpu@100=3");
        assertThat(shared.affinity()[0]).as("pinned within it").isEqualTo(0b1000);
        assertThat(shared.affinity()[1]).isEqualTo(0b1100);
        assertThat(shared.affinity()[9]).isEqualTo(0b0011);
    }

    @Test
    void two_shields_leave_the_rest_to_the_others() {
        Decisions two = resolve("--shield 3=vcpu@100 --shield 1=vcpu@200");
        assertThat(two.affinity()[0]).isEqualTo(0b1000);
        assertThat(two.affinity()[2]).isEqualTo(0b0010);
        assertThat(two.affinity()[9]).isEqualTo(0b0101);
        assertThat(two.irqAffinity()).containsExactly(0b0101, 0b0101, 0);
    }

    @Test
    void an_interrupt_goes_where_it_is_told_and_takes_its_thread_along() {
        Decisions pinned = resolve("--pin irq=30=2");
        assertThat(pinned.irqAffinity()).containsExactly(0b0100, 0, 0);
        assertThat(pinned.affinity()[6]).as("irq/30-nvme0q1").isEqualTo(0b0100);
        assertThat(pinned.affinity()[7]).as("irq/3-serial").isEqualTo(0b1111);
        assertThat(resolve("--pin irq=*=0").irqAffinity()).containsExactly(1, 1, 0);
        Decisions inside = resolve("--shield 3=vcpu@100 --shield 3=irq=30");
        assertThat(inside.irqAffinity()).containsExactly(0b1000, 0b0111, 0);
        assertThat(inside.affinity()[6]).isEqualTo(0b1000);
    }

    @Test
    void a_pin_over_many_moves_those_that_the_kernel_does_not_bind() {
        assertThat(resolve("--pin comm=*=0-1").affinity()).containsExactly(3, 3, 3, 3, 3, 3, 3, 3, 0b1000, 3);
    }

    @Test
    void a_machine_s_vcpus_are_coscheduled_and_its_other_threads_are_not() {
        Decisions halt = resolve("--cosched vm=linuxvm=rr:20/other:5,detect=halt,grace=1ms");
        assertThat(halt.coscheduled().get(0).threads()).containsExactly(3, 4);
        assertThat(halt.coscheduled().get(0).graceNs()).isEqualTo(1_000_000);
        assertThat(halt.coscheduled().get(0).marker()).isEqualTo(-1);
        assertThat(halt.parameters()[3].rtPriority()).as("not yet seen idle").isEqualTo(20);
        assertThat(halt.decided()[5]).isFalse();
    }

    @Test
    void an_idle_loop_is_found_by_its_addresses() {
        Decisions rip = resolve("--cosched vcpu@100=fifo:80/other,detect=rip:0x1008-0x1010");
        assertThat(rip.coscheduled().get(0).detector()).isEqualTo(Detector.RIP);
        assertThat(rip.coscheduled().get(0).ripFrom()).isEqualTo(0x1008);
        assertThat(rip.coscheduled().get(0).ripTo()).isEqualTo(0x1010);
    }

    @Test
    void paravirtual_scheduling_begins_with_the_base() {
        Decisions pv = resolve("--pv-sched vcpu@100=other:5/fifo:80");
        assertThat(pv.parameters()[0].nice()).isEqualTo(5);
        assertThat(pv.paravirtual().get(0).threads()).containsExactly(0);
        assertThat(pv.paravirtual().get(0).irq().rtPriority()).isEqualTo(80);
    }

    @Test
    void of_a_recording_without_threads_no_selector_lists_any() {
        Policy policy = PolicyFlags.parse("p", "--prio vcpu=fifo:80");
        Workload nobody = new WorkloadByHand(1).build();
        assertThatThrownBy(() -> PolicyResolution.resolve(policy, nobody))
                .hasMessageContaining(
                        "'vcpu' matches nobody: the recording tells of no thread, and there is nothing to");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--prio vcpu@rtvm=fifo:80 | no virtual machine 'rtvm' (did you mean 'rtvmm'?); the recording has rtvmm"
                        + " (pid 100), rtvmm:200 (pid 200), linuxvm (pid 290)",
                "--prio vm=x=fifo:80 | no virtual machine 'x'; the recording has rtvmm",
                "--prio vhost=fifo:80 | in the recording there are irq (2 threads), ksoftirqd, kvm-pit, user, vcpu (4"
                        + " threads), vmm, but no vhost",
                "--prio kvm-pit@linuxvm=fifo:80 | 'linuxvm' has vcpu (2 threads), vmm, but no kvm-pit",
                "--prio comm=bush=idle | no thread of that name (did you mean 'bash'?); there are CPU 0/KVM,"
                        + " kvm-pit/100",
                "--prio tid=1=idle | no such thread; there are tid=100 (CPU 0/KVM), tid=101 (kvm-pit/100), tid=200",
                "--prio irq=31=fifo:9 | 'irq=31' has no thread in the recording, and what is handled in the interrupt"
                        + " itself has no class: --pin and --shield move it; threads of interrupts there are"
                        + " irq/30-nvme0q1, irq/3-serial",
                "--pin irq=5=0 | matches no device interrupt that can be moved; the recording has irq=30 (nvme0q1),"
                        + " irq=31 (eth0)",
                "--pin vcpu=4 | CPU 4 is not there: the recording has the CPUs 0-3",
                "--shield 3-9=vcpu | CPU 4-9 is not there: the recording has the CPUs 0-3",
                "--shield 0-3=vcpu | no CPU is left for the others: of the CPUs 0-3 at least one must stay outside",
                "--shield 0-1=vcpu@100 --shield 2-3=vcpu@200 | no CPU is left for the others",
                "--shield 1-2=vcpu@100 --shield 2-3=vcpu@200 | CPUs 2 are in a shield of CPUs 1-2 too",
                "--shield 1=vcpu@100 --shield 2=vcpu | 'CPU 0/KVM' (tid 100) is placed by --shield 1=vcpu@100 too",
                "--shield 1=irq=30 --shield 2=irq=* | interrupt nvme0q1 is placed by --shield 1=irq=30 too",
                "--pin irq=30=1 --pin irq=*=2 | interrupt nvme0q1 is placed by",
                "--pin vcpu@100=1 --pin vcpu@rtvmm=2 | 'CPU 0/KVM' (tid 100) is placed by --pin vcpu@100=1 too",
                "--shield 1=vcpu@100 --pin vcpu@100=1-2 | 'CPU 0/KVM' (tid 100) is in the shield --shield 1=vcpu@100:"
                        + " pin it to CPUs in 1, or leave the pin out",
                "--shield 1=vcpu@100 --pin comm=bash=0-1 | CPU 1 is shielded, and 'bash' (tid 500) is not in the"
                        + " shield: pin it to CPUs in 0,2-3, or add it to the shield",
                "--shield 1=vcpu@100 --pin irq=30=1 | CPU 1 is shielded, and interrupt nvme0q1 is not in the shield",
                "--pin ksoftirqd=0 | the kernel binds 'ksoftirqd/3' (tid 402) to CPU 3, and no policy moves it",
                "--shield 3=ksoftirqd | the kernel binds 'ksoftirqd/3' (tid 402) to CPU 3",
                "--prio vcpu@100=fifo:80 --prio vcpu=fifo:81 | gets its class from --prio vcpu=fifo:81 too: keep one",
                "--prio vcpu@100=fifo:80 --cosched vcpu@100=fifo:80/other,detect=marker:job | gets its class from"
                        + " --prio vcpu@100=fifo:80 too",
                "--cosched vcpu@100=fifo:80/other,detect=marker:job --pv-sched vcpu@100=other/fifo:9 | gets its class"
                        + " from --cosched",
                "--cosched vcpu@100=fifo:80/other,detect=marker:jop | no marker 'jop' (did you mean 'job'?); there are"
                        + " job",
                "--cosched vcpu@100=fifo:80/other,detect=halt | the guest of 'CPU 0/KVM' (tid 100) never halts in the"
                        + " recording, its idle loop spins: use detect=marker:NAME or detect=rip:0xFROM-0xTO",
                "--cosched vcpu@100=fifo:80/other,detect=rip:2000-2010 | no recorded exit of 'CPU 0/KVM' (tid 100)"
                        + " lies in the idle loop 0x2000-0x2010: its exits are at 0x1000 to 0x1010",
                "--cosched vcpu@linuxvm=fifo:80/other,detect=rip:2000-2010 | the recording has no guest addresses",
                "--cosched vcpu@100=fifo:80/other,detect=guest | the recording has no trace of the guest of 'CPU"
                        + " 0/KVM' (tid 100): record the guest too (trace-cmd record ... -A GUEST) and give its file with"
                        + " --guest FILE, or use detect=marker",
                "--cosched vmm=fifo:80/other,detect=halt | 'vmm' selects no vCPU, but 'qemu-system-x86' (tid 290):"
                        + " select vcpu, vcpu@VM or vm=NAME",
                "--pv-sched comm=bash=other/fifo:80 | selects no vCPU, but 'bash' (tid 500)",
                "--prio vcpu=deadline:8ms/8ms | the deadlines on CPUs 0-3 need 400.0 % of a CPU, and Linux admits"
                        + " 380.0 %",
                "--prio vcpu@100=deadline:4ms/8ms --pin vcpu@100=1 | may run on CPUs 1 of 0-3, and Linux takes a"
                        + " deadline only for a thread that may run on all of them: add --pin vcpu@100=0-3, or shield",
                "--prio ksoftirqd=deadline:1ms/8ms | the kernel binds it; give it another class",
                "--shield 3=vcpu@100 --prio vcpu@100=deadline:7.7ms/8ms | the deadlines on CPUs 3 need 96.2 % of a CPU,"
                        + " and Linux admits 95.0 %",
                "--shield 3=vcpu@100 --cosched vcpu@100=deadline:7.7ms/8ms/other,detect=marker:job | the deadlines on"
                        + " CPUs 3"
            })
    void a_policy_that_does_not_fit_is_refused_with_the_reason(String flags, String reason) {
        assertThatThrownBy(() -> resolve(flags))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("--")
                .hasMessageContaining(reason);
    }

    @Test
    void a_shield_is_a_root_domain_where_deadlines_fit_as_a_whole() {
        Decisions own =
                resolve("--shield 3=vcpu@100 --prio vcpu@100=deadline:7ms/8ms --prio vcpu@linuxvm=deadline:7ms/8ms");
        assertThat(own.parameters()[0].runtimeNs()).isEqualTo(7_000_000);
        assertThat(own.affinity()[3]).isEqualTo(0b0111);
    }

    @Test
    void a_marker_without_a_rule_is_asked_for() {
        Workload unmarked = new WorkloadByHand(2)
                .thread(1, 1, "CPU 0/KVM", "vcpu")
                .serving("a")
                .vcpu(0, false, 1)
                .build();
        Policy policy = PolicyFlags.parse("p", "--cosched vcpu=fifo:80/other,detect=marker:job");
        assertThatThrownBy(() -> PolicyResolution.resolve(policy, unmarked))
                .isInstanceOf(PolicyException.class)
                .hasMessageEndingWith(
                        "no marker 'job'; the recording shows none: say what marks it, for instance --marker job=pio:0x510;"
                                + " LTTng and kernels before 3.16 do not record what was written to a port");
    }

    @Test
    void a_marker_that_the_guest_never_sets_is_refused() {
        Workload silent = new WorkloadByHand(2)
                .thread(1, 1, "CPU 0/KVM", "vcpu")
                .serving("a")
                .vcpu(0, false, 1)
                .marker("job")
                .build();
        Policy policy = PolicyFlags.parse("p", "--cosched vcpu=fifo:80/other,detect=marker:job");
        assertThatThrownBy(() -> PolicyResolution.resolve(policy, silent))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("marker 'job' never comes from the guest of 'CPU 0/KVM' (tid 1)");
    }

    @Test
    void a_vcpu_that_never_enters_its_guest_can_not_be_coscheduled() {
        Workload asleep = new WorkloadByHand(2)
                .thread(1, 1, "CPU 0/KVM", "vcpu")
                .serving("a")
                .build();
        Policy policy = PolicyFlags.parse("p", "--pv-sched vcpu=other/fifo:80");
        assertThatThrownBy(() -> PolicyResolution.resolve(policy, asleep))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("selects no vCPU");
    }

    @Test
    void a_guest_that_was_recorded_too_can_be_coscheduled_by_what_it_tells_and_begins_low() {
        Workload told = new WorkloadByHand(2)
                .thread(1, 1, "CPU 0/KVM", "vcpu")
                .serving("a")
                .vcpu(0, true, 1)
                .told()
                .build();
        Decisions decisions =
                PolicyResolution.resolve(PolicyFlags.parse("p", "--cosched vcpu=fifo:80/other,detect=guest"), told);
        assertThat(decisions.coscheduled())
                .singleElement()
                .satisfies(rule -> assertThat(rule.detector()).isEqualTo(Decisions.Detector.GUEST));
        assertThat(decisions.parameters()[0].policy()).isEqualTo(SchedParameters.Policy.OTHER);
    }

    @Test
    void all_64_cpus_can_be_shielded_but_one() {
        Workload wide = new WorkloadByHand(64)
                .thread(1, 1, "a", "user")
                .thread(2, 2, "b", "user")
                .build();
        Decisions decisions = PolicyResolution.resolve(PolicyFlags.parse("p", "--shield 1-63=tid=1"), wide);
        assertThat(decisions.affinity()).containsExactly(-2, 1);
    }
}
