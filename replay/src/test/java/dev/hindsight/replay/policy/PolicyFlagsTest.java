package dev.hindsight.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hindsight.replay.policy.Decisions.Detector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Flags: what they mean, their one canonical form, and what is refused. */
class PolicyFlagsTest {

    private static final SchedParameters FIFO_80 = new SchedParameters(SchedParameters.Policy.FIFO, 80, 0, 0, 0);
    private static final SchedParameters OTHER = new SchedParameters(SchedParameters.Policy.OTHER, 0, 0, 0, 0);

    @Test
    void a_shield_has_its_cpus_and_who_stays() {
        assertThat(PolicyFlags.rule("shield", "0-3,5=vcpu@rtvmm"))
                .isEqualTo(new PolicyRule.Shield(0b101111, new Selector.Role("vcpu", "rtvmm"), false));
        assertThat(PolicyFlags.rule("shield", "63=tid=12,tickless"))
                .isEqualTo(new PolicyRule.Shield(1L << 63, new Selector.Tid(12), true));
    }

    @Test
    void a_pin_takes_threads_and_interrupts() {
        assertThat(PolicyFlags.rule("pin", "comm=CPU */KVM=1"))
                .isEqualTo(new PolicyRule.Pin(new Selector.Comm("CPU */KVM"), 2));
        assertThat(PolicyFlags.rule("pin", "irq=27=0")).isEqualTo(new PolicyRule.Pin(new Selector.Irq(27), 1));
        assertThat(PolicyFlags.rule("pin", "irq=*=0")).isEqualTo(new PolicyRule.Pin(new Selector.Irq(-1), 1));
        assertThat(((PolicyRule.Pin) PolicyFlags.rule("pin", "irq=0")).selector())
                .as("the threads of that role")
                .isEqualTo(Selector.parse("irq"));
    }

    @Test
    void a_priority_has_each_class_of_linux() {
        assertThat(parameters("fifo:80")).isEqualTo(FIFO_80);
        assertThat(parameters("rr:1")).isEqualTo(new SchedParameters(SchedParameters.Policy.RR, 1, 0, 0, 0));
        assertThat(parameters("deadline:4ms/8ms"))
                .isEqualTo(new SchedParameters(SchedParameters.Policy.DEADLINE, 0, 0, 4_000_000, 8_000_000));
        assertThat(parameters("other")).isEqualTo(OTHER);
        assertThat(parameters("other:-20")).isEqualTo(new SchedParameters(SchedParameters.Policy.OTHER, 0, -20, 0, 0));
        assertThat(parameters("idle")).isEqualTo(new SchedParameters(SchedParameters.Policy.IDLE, 0, 0, 0, 0));
    }

    private static SchedParameters parameters(String text) {
        return ((PolicyRule.Prio) PolicyFlags.rule("prio", "vcpu=" + text)).parameters();
    }

    @Test
    void coscheduling_has_two_classes_a_detector_and_options() {
        assertThat(PolicyFlags.rule("cosched", "vcpu@rtvmm=fifo:80/other,detect=marker:job,boost,grace=1.5ms"))
                .isEqualTo(new PolicyRule.Cosched(
                        new Selector.Role("vcpu", "rtvmm"),
                        FIFO_80,
                        OTHER,
                        Detector.MARKER,
                        "job",
                        0,
                        0,
                        true,
                        1_500_000));
        assertThat(PolicyFlags.rule("cosched", "vm=a=fifo:80/other,detect=rip:0xffffffff81000000-ffffffff8100003f"))
                .isEqualTo(new PolicyRule.Cosched(
                        new Selector.Vm("a"),
                        FIFO_80,
                        OTHER,
                        Detector.RIP,
                        null,
                        0xffffffff81000000L,
                        0xffffffff8100003fL,
                        false,
                        0));
    }

    @Test
    void the_slash_of_a_deadline_does_not_part_two_classes() {
        PolicyRule.PvSched both =
                (PolicyRule.PvSched) PolicyFlags.rule("pv-sched", "vcpu=deadline:1ms/8ms/deadline:2ms/8ms");
        assertThat(both.base().runtimeNs()).isEqualTo(1_000_000);
        assertThat(both.irq().runtimeNs()).isEqualTo(2_000_000);
        PolicyRule.PvSched second = (PolicyRule.PvSched) PolicyFlags.rule("pv-sched", "vcpu=other:5/deadline:2ms/8ms");
        assertThat(second.base().nice()).isEqualTo(5);
        assertThat(second.irq().periodNs()).isEqualTo(8_000_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shield   | 5,0-2,3=vcpu@rtvmm,tickless | 0-3,5=vcpu@rtvmm,tickless",
                "pin      | tid=007=1,0 | tid=7=0-1",
                "prio     | vcpu=deadline:4000us/0.008s | vcpu=deadline:4ms/8ms",
                "prio     | vcpu=other:0 | vcpu=other",
                "cosched  | vcpu=fifo:80/other,grace=0ms,boost,detect=halt | vcpu=fifo:80/other,detect=halt,boost",
                "cosched  | vcpu=rr:9/idle,detect=rip:1000-0X103F | vcpu=rr:9/idle,detect=rip:0x1000-0x103f",
                "cosched  | vcpu=rr:9/idle,detect=guest,grace=1000001ns | vcpu=rr:9/idle,detect=guest,grace=1000001ns",
                "pv-sched | comm=a b=other:-5/fifo:99 | comm=a b=other:-5/fifo:99"
            })
    void a_rule_has_one_form_and_is_read_back_from_it(String word, String given, String canonical) {
        PolicyRule rule = PolicyFlags.rule(word, given);
        assertThat(rule.value()).isEqualTo(canonical);
        assertThat(PolicyFlags.rule(word, canonical)).isEqualTo(rule);
    }

    @Test
    void a_policy_is_read_back_from_its_line() {
        Policy policy = PolicyFlags.parse(
                "both", "--prio 'comm=CPU 0/KVM=fifo:80' --shield=1=vcpu@rt* --prio \"comm=it's\\\"=idle\"");
        assertThat(policy.text())
                .isEqualTo("--shield '1=vcpu@rt*' --prio 'comm=CPU 0/KVM=fifo:80' --prio 'comm=it'\\''s\"=idle'");
        assertThat(PolicyFlags.parse("both", policy.text())).isEqualTo(policy);
    }

    @Test
    void the_order_of_flags_means_nothing_and_neither_does_saying_it_twice() {
        assertThat(PolicyFlags.parse("p", "--prio vcpu=fifo:80 --pin vcpu=1 --prio vcpu=fifo:80"))
                .isEqualTo(PolicyFlags.parse("p", "--pin vcpu=1 --prio vcpu=fifo:80"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "shield | vcpu@rtvmm=1 | expected a list like 0-3,5",
                "shield | 1 | expected CPUS=SELECTOR, for instance 1=vcpu@rtvmm",
                "shield | 3-1=vcpu | expected a list like 0-3,5",
                "shield | 1,=vcpu | expected a list like 0-3,5",
                "shield | 64=vcpu | a replay has the CPUs 0 to 63",
                "shield | 1=vcpu,kvm-pit | for a second selector, give the flag again with the same CPUs",
                "pin | vcpu@rtvmm | expected SELECTOR=CPUS, for instance vcpu@rtvmm=1",
                "pin | tid=x=1 | expected a number like tid=142",
                "pin | =1 | no role ''",
                "prio | vpcu=fifo:80 | no role 'vpcu' (did you mean 'vcpu'?); roles are vcpu, vmm, vhost",
                "prio | idle=fifo:80 | no role 'idle'",
                "prio | pid=5=fifo:80 | no role 'pid'; roles are vcpu, vmm, vhost, iothread, kvm-pit, irq, ksoftirqd, rcu, kworker, kernel,"
                        + " user; or use vm=NAME, comm=GLOB, tid=N or irq=N",
                "prio | tid=5:fifo=1=x | expected a number like tid=142 or irq=27",
                "prio | comm==fifo:80 | with ? in the place of '='",
                "prio | vcpu@=fifo:80 | expected a name or a glob",
                "prio | vcpu=fifo | expected fifo:1..99, rr:1..99, deadline:RUNTIME/PERIOD",
                "prio | vcpu=fifo:100 | expected fifo:1..99",
                "prio | vcpu=rr:0 | expected fifo:1..99, rr:1..99",
                "prio | vcpu=other:20 | other:NICE (-20..19)",
                "prio | vcpu=idle:1 | or idle",
                "prio | vcpu=deadline:4ms | deadline:RUNTIME/PERIOD",
                "prio | vcpu=deadline:4/8ms | expected a number and ns, us, ms or s, like 4ms",
                "prio | vcpu=deadline:9ms/8ms | runtimes from 1024ns up to the period",
                "prio | vcpu=deadline:1000ns/8ms | runtimes from 1024ns",
                "prio | vcpu=deadline:50us/99us | periods from 100us to 4194304us",
                "prio | vcpu=deadline:1s/5s | periods from 100us to 4194304us",
                "prio | vcpu=deadline:0.0000000001s/1s | no form",
                "cosched | vcpu=fifo:80/other | what tells an idle guest? Add detect=marker:NAME, detect=halt",
                "cosched | vcpu=fifo:80,detect=halt | expected two with a slash between, like fifo:80/other",
                "cosched | vcpu=fifo:80/other,detect=idle | detector 'idle': expected detect=marker:NAME",
                "cosched | vcpu=fifo:80/other,detect=marker | detector 'marker': expected detect=marker:NAME",
                "cosched | vcpu=fifo:80/other,detect=halt:1 | detector 'halt:1': expected",
                "cosched | vcpu=fifo:80/other,detect=rip:5 | expected two guest addresses like 0x1000-0x103f",
                "cosched | vcpu=fifo:80/other,detect=rip:5-g | expected hexadecimal guest addresses",
                "cosched | vcpu=fifo:80/other,detect=rip:5-4 | its end lies before its begin",
                "cosched | vcpu=fifo:80/other,detect=halt,bost | option 'bost': expected, each once",
                "cosched | vcpu=fifo:80/other,detect=halt,detect=halt | each once",
                "cosched | vcpu=fifo:80/other,detect=halt,grace=1 | duration '1': expected",
                "pv-sched | vcpu=fifo:80 | expected two with a slash between",
                "gang | vcpu=1 | no such decision; there are shield, pin, prio, cosched, pv-sched",
                "shild | vcpu=1 | did you mean 'shield'?"
            })
    void what_is_wrong_is_refused_with_what_to_write_instead(String word, String value, String reason) {
        assertThatThrownBy(() -> PolicyFlags.rule(word, value))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("--" + word + " " + value + ": ")
                .hasMessageContaining(reason.equals("no form") ? "expected a number and ns" : reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "recorded", "modelled", "a/b", "..", "two words", "tab\t"})
    void names_that_can_not_be_a_run_are_refused(String name) {
        assertThatThrownBy(() -> PolicyFlags.parse(name, "--prio vcpu=fifo:80"))
                .isInstanceOf(PolicyException.class)
                .hasMessageStartingWith("policy name '");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--prio | --prio has no value",
                "vcpu=fifo:80 | expected a flag, found 'vcpu=fifo:80'",
                "--prio 'vcpu | a ' is opened and not closed",
                "--name x | --name x: no such decision"
            })
    void a_line_that_is_no_flags_is_refused(String line, String reason) {
        assertThatThrownBy(() -> PolicyFlags.parse("p", line.strip()))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void a_policy_that_decides_nothing_is_refused() {
        assertThatThrownBy(() -> PolicyFlags.parse("p", " "))
                .isInstanceOf(PolicyException.class)
                .hasMessage("policy 'p' decides nothing: give it at least one of --shield, --pin, --prio, --cosched,"
                        + " --pv-sched");
    }
}
