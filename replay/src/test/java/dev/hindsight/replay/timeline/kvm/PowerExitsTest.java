package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.VM;
import static dev.hindsight.replay.timeline.TimelineTables.VM_EXIT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PowerExitsTest {

    private static List<String> exits(PowerScript s) {
        return s.lines(VM_EXIT, "start_ns", "end_ns", "isa", "code", "reason", "kind");
    }

    @Test
    void a_guest_of_kvm_hv_that_cedes_halts_and_a_trap_without_a_name_is_a_number() {
        PowerScript s = new PowerScript()
                .enter(1000, 0, 0x1000, 0)
                .leave(1100, 0, 0, 0x1038)
                .enter(1200, 0, 0x900, PowerScript.PENDING_DECREMENTER)
                .leave(1300, 0, 0x980, 0x1000)
                .enter(1400, 0, 0x1000, 0)
                .leave(1500, 0, 0xe00, 0x1000)
                .enter(1600, 0, 0x1000, 0)
                .leave(1700, 0, 0xea0, 0x1000)
                .enter(1800, 0, 0x1000, 0)
                .leave(1900, 0, 0x1234, 0x1000);
        s.at(2000, 0, "kvm_hv:kvm_guest_enter", 0, 0x1000, 0, 0);
        s.at(2100, 0, "kvm_hv:kvm_guest_exit", 0, 0, 0x1000, 0, 0);
        assertThat(exits(s))
                .containsExactly(
                        "1100 1200 ppc-hv 65536 H_CEDE halt",
                        "1300 1400 ppc-hv 2432 HV_DECREMENTER interrupt",
                        "1500 1600 ppc-hv 3584 H_DATA_STORAGE page-fault",
                        "1700 1800 ppc-hv 3744 H_VIRT interrupt",
                        "1900 2000 ppc-hv 4660 0x1234 other",
                        "2100 null ppc-hv 0 NONE other");
    }

    @Test
    void a_result_that_goes_back_to_the_monitor_or_is_an_error_is_no_entry_of_kvm_pr() {
        PowerScript s = new PowerScript()
                .prExit(1000, 0, PowerScript.PROGRAM, 0x1000)
                .reenter(1100, 0, 1, 0x1004)
                .prExit(1200, 0, 0x300, 0x1004)
                .reenter(1300, 0, 2, 0x1004)
                .prExit(1400, 0, 0x900, 0x1008)
                .reenter(1500, 0, -4, 0x1008)
                .prExit(1600, 0, 0xc00, 0x1008)
                .reenter(1700, 0, 0, 0x100c);
        assertThat(exits(s))
                .containsExactly(
                        "1000 1100 ppc-pr 1792 PROGRAM exception",
                        "1200 null ppc-pr 768 DATA_STORAGE page-fault",
                        "1400 null ppc-pr 2304 DECREMENTER interrupt",
                        "1600 1700 ppc-pr 3072 SYSCALL hypercall");
    }

    @Test
    void an_emulated_instruction_in_which_the_vcpu_slept_is_a_halt() {
        PowerScript s = new PowerScript()
                .prExit(1000, 0, PowerScript.PROGRAM, 0x1038)
                .out(1010, 0, 1)
                .in(1500, 0)
                .wakeup(1510, 0, 490)
                .emulated(1520, 0, 0x1038)
                .reenter(1530, 0, 1, 0x900)
                .prExit(1600, 0, PowerScript.PROGRAM, 0x1040)
                .reenter(1700, 0, 1, 0x1044);
        assertThat(exits(s))
                .containsExactly("1000 1530 ppc-pr 67328 PROGRAM-halt halt", "1600 1700 ppc-pr 1792 PROGRAM exception");
    }

    @Test
    void an_exit_of_booke_has_no_end_since_no_event_shows_the_way_back() {
        PowerScript s = new PowerScript()
                .bookeExit(1000, 0, 6, 0x1054)
                .wakeup(1510, 0, 490)
                .bookeExit(1600, 0, 13, 0x1074)
                .toMonitor(1650, 0, 6)
                .bookeExit(1800, 0, 63, 0x1074);
        assertThat(exits(s))
                .containsExactly(
                        "1000 null ppc-booke 65542 PROGRAM-halt halt",
                        "1600 null ppc-booke 13 DTLB_MISS page-fault",
                        "1800 null ppc-booke 63 0x3f other");
    }

    @Test
    void before_linux_4_1_exits_of_all_three_were_of_system_kvm_and_fields_tell_them_apart() {
        PowerScript s = new PowerScript();
        s.script.declare(
                "kvm:kvm_exit", "exit_nr", "pc ulong", "msr ulong", "dar ulong", "srr1 ulong", "last_inst ulong");
        s.at(1000, 0, "kvm:kvm_exit", 0x700, 0, 0, 0, 0, 0);
        assertThat(exits(s)).containsExactly("1000 null ppc-pr 1792 PROGRAM exception");
        PowerScript booke = new PowerScript();
        booke.script.declare("kvm:kvm_exit", "exit_nr", "pc ulong", "msr ulong", "dar ulong", "last_inst ulong");
        booke.at(1000, 0, "kvm:kvm_exit", 10, 0, 0, 0, 0);
        assertThat(exits(booke)).containsExactly("1000 null ppc-booke 10 DECREMENTER interrupt");
    }

    @Test
    void the_process_that_kvm_hv_tells_is_the_machines() {
        PowerScript s = new PowerScript();
        s.at(900, 0, "kvm_hv:kvmppc_run_vcpu_enter", 0, PowerScript.MONITOR);
        s.enter(1000, 0, 0x1000, 0).leave(1100, 0, 0, 0x1000);
        assertThat(s.lines(VM, "vm", "pid", "vcpus")).containsExactly("rtvmm 66 1");
    }

    @Test
    void what_a_thread_says_of_other_virtual_threads_of_its_core_is_not_its_own() {
        PowerScript s = new PowerScript();
        s.at(900, 0, "kvm_hv:kvmppc_run_vcpu_enter", 0, PowerScript.MONITOR);
        s.enter(1000, 0, 0x1000, 0);
        s.at(1001, 0, "kvm_hv:kvm_guest_enter", 1, 0x1000, 0, 0);
        s.leave(1100, 0, 0, 0x1038);
        s.at(1101, 0, "kvm_hv:kvm_guest_exit", 1, 0x980, 0x1000, 0, 0);
        s.at(1200, 0, "kvm_hv:kvm_guest_enter", 1, 0x1000, 0, 0);
        s.enter(1300, 0, 0x900, PowerScript.PENDING_DECREMENTER);
        assertThat(s.lines(VM_EXIT, "vcpu", "start_ns", "end_ns", "reason")).containsExactly("0 1100 1300 H_CEDE");
    }

    @Test
    void qualifiers_are_the_hypercall_of_kvm_hv_and_the_address_and_instruction_of_the_others() {
        PowerScript s = new PowerScript().enter(1000, 0, 0x1000, 0).leave(1100, 0, 0xc00, 0x1094);
        s.at(1110, 0, "kvm_hv:kvm_hcall_enter", 0, 0x58, 0, 1, 1, 0);
        s.at(1200, 0, "kvm_pr:kvm_exit", 0x300, 0x1080, 0, 0xa000000, 0, 0x11340000);
        assertThat(s.lines(VM_EXIT, "start_ns", "reason", "info1", "info2"))
                .containsExactly("1100 SYSCALL 88 null", "1200 DATA_STORAGE 167772160 288620544");
    }
}
