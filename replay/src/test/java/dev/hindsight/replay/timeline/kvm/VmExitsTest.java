package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.VM_EXIT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VmExitsTest {

    private static final int VCPU = 143;

    @Test
    void reasons_are_named_by_the_architecture_of_the_exit() {
        KvmScript s = new KvmScript();
        s.exit(1000, 0, VCPU, 0x78, KvmScript.SVM, 0)
                .entry(1100, 0, VCPU)
                .exit(1200, 0, VCPU, 12, KvmScript.VMX, 0)
                .entry(1300, 0, VCPU)
                .exit(1400, 0, VCPU, 0x7b, KvmScript.SVM, 0);
        assertThat(s.lines(VM_EXIT, "start_ns", "end_ns", "isa", "code", "reason", "kind"))
                .containsExactly(
                        "1000 1100 svm 120 HLT halt", "1200 1300 vmx 12 HLT halt", "1400 null svm 123 IOIO io");
    }

    @Test
    void flag_bits_of_vmx_are_no_part_of_the_code_and_an_unknown_code_is_its_number() {
        KvmScript s = new KvmScript();
        s.exit(1000, 0, VCPU, 0x80000021, KvmScript.VMX, 0)
                .entry(1100, 0, VCPU)
                .exit(1200, 0, VCPU, 0x3fff, KvmScript.VMX, 0)
                .entry(1300, 0, VCPU)
                .exit(1400, 0, VCPU, -1, KvmScript.SVM, 0)
                .entry(1500, 0, VCPU)
                .exit(1600, 0, VCPU, 0x5ff, KvmScript.SVM, 0);
        assertThat(s.lines(VM_EXIT, "isa", "code", "reason", "kind"))
                .containsExactly(
                        "svm 1535 0x5ff other",
                        "svm 4294967295 ERR failed-entry",
                        "vmx 16383 0x3fff other",
                        "vmx 33 INVALID_STATE failed-entry");
    }

    @Test
    void time_on_cpu_leaves_out_sleep_and_preemption() {
        KvmScript s = new KvmScript();
        s.entry(900, 0, VCPU)
                .switches(950, 1, 0, 0, 77)
                .exit(1000, 0, VCPU, 0x78)
                .switches(1100, 0, VCPU, 1, 0)
                .switches(1600, 0, 0, 0, VCPU)
                .switches(1650, 0, VCPU, 0, 78)
                .switches(1750, 0, 78, 0, VCPU)
                .entry(1800, 0, VCPU);
        assertThat(s.lines(VM_EXIT, "start_ns", "end_ns", "on_cpu_ns")).containsExactly("1000 1800 200");
    }

    @Test
    void an_exit_that_a_loss_cuts_has_no_end() {
        KvmScript s = new KvmScript();
        s.exit(1000, 0, VCPU, 0x78)
                .lost(0, 1000, 2000)
                .entry(2000, 0, VCPU)
                .exit(2100, 0, VCPU, 0x78)
                .entry(2200, 0, VCPU);
        assertThat(s.lines(VM_EXIT, "start_ns", "end_ns")).containsExactly("1000 null", "2100 2200");
    }

    @Test
    void the_names_of_an_architecture_are_read_from_its_table() {
        ExitReasons svm = ExitReasons.of("svm");
        assertThat(svm.reason(0x60).name()).isEqualTo("INTR");
        assertThat(svm.reason(0x64).kind()).isEqualTo("interrupt-window");
        assertThat(svm.reason(0x400)).isEqualTo(new ExitReasons.Reason("NPF", "page-fault"));
        assertThat(ExitReasons.of("vmx").reason(48).name()).isEqualTo("EPT_VIOLATION");
        assertThat(ExitReasons.of("arm").reason(1).kind()).isEqualTo("halt");
        assertThat(ExitReasons.of("no-such").reason(7).name()).isEqualTo("0x7");
    }

    @Test
    void exits_of_arm_are_named_by_the_class_of_their_trap_and_waits_by_what_they_wait_for() {
        ArmScript s = new ArmScript();
        s.entry(10, 0, 143)
                .waits(20, 0, 143, false)
                .entry(30, 0, 143)
                .waits(40, 0, 143, true)
                .entry(50, 0, 143)
                .exit(60, 0, 143, ArmScript.TRAP, ArmScript.DABT)
                .entry(70, 0, 143)
                .exit(80, 0, 143, ArmScript.IRQ, 0)
                .entry(90, 0, 143)
                .exit(100, 0, 143, ArmScript.TRAP, 0x3e)
                .entry(110, 0, 143)
                .exit(120, 0, 143, 5, 0)
                .entry(130, 0, 143)
                .exit(140, 0, 143, 0xbadca11, 0)
                .entry(150, 0, 143);
        assertThat(s.lines(VM_EXIT, "start_ns", "end_ns", "isa", "code", "reason", "kind"))
                .containsExactlyInAnyOrder(
                        "20 30 arm 1 WFI halt",
                        "40 50 arm 1 WFE wfe",
                        "60 70 arm 36 DABT_LOW page-fault",
                        "80 90 arm 256 IRQ interrupt",
                        "100 110 arm 62 0x3e other",
                        "120 130 arm 261 0x105 other",
                        "140 150 arm 511 HYP_GONE other");
    }
}
