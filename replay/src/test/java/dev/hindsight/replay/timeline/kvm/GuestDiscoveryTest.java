package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.replay.timeline.TimelineTables.THREAD;
import static dev.hindsight.replay.timeline.TimelineTables.VM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.replay.timeline.Tables;
import org.junit.jupiter.api.Test;

class GuestDiscoveryTest {

    @Test
    void the_threads_that_kvm_makes_for_a_monitor_tell_whose_vcpus_are_whose() {
        KvmScript s = new KvmScript();
        s.script.savedComm(100, "rtvmm").savedComm(110, "CPU 0/KVM").savedComm(111, "CPU 1/KVM");
        s.script.savedComm(200, "batch-vm").savedComm(210, "CPU 0/KVM").savedComm(215, "kvm-pit/200");
        s.script.savedComm(115, "kvm-pit/100").savedComm(116, "vhost-100");
        s.entry(10, 0, 210, 0).entry(20, 1, 110, 0).entry(30, 2, 111, 1);
        Tables tables = s.play();
        assertThat(tables.lines(VM, "vm", "name", "pid", "vcpus", "found_by"))
                .containsExactly("batch-vm batch-vm 200 1 kvm-events", "rtvmm rtvmm 100 2 kvm-events");
        assertThat(tables.lines(THREAD, "tid", "role", "vm", "vcpu"))
                .contains(
                        "100 vmm rtvmm null",
                        "110 vcpu rtvmm 0",
                        "111 vcpu rtvmm 1",
                        "115 kvm-pit rtvmm null",
                        "116 vhost rtvmm null",
                        "200 vmm batch-vm null",
                        "210 vcpu batch-vm 0",
                        "215 kvm-pit batch-vm null");
    }

    @Test
    void a_fork_tells_the_monitor_and_its_other_threads() {
        KvmScript s = new KvmScript();
        s.script.savedComm(100, "rtvmm");
        s.script.at(1, 0, 99, "sched:sched_process_exec", "/usr/bin/rtvmm", 100, 100);
        s.script.at(2, 0, 100, "sched:sched_process_fork", "rtvmm", 100, "rtvmm", 110);
        s.script.at(3, 0, 100, "sched:sched_process_fork", "rtvmm", 100, "rtvmm", 111);
        s.entry(10, 0, 110);
        s.edge(20, 1, 111, 0, false);
        Tables tables = s.play();
        assertThat(tables.lines(VM, "vm", "pid")).containsExactly("rtvmm 100");
        assertThat(tables.lines(THREAD, "tid", "tgid", "role", "vm"))
                .contains("100 100 vmm rtvmm", "110 100 vcpu rtvmm", "111 100 vmm rtvmm");
    }

    /** LTTng up to 2.13 records half of the vCPU's address as its number at an entry, of Linux 5.10 and later. */
    @Test
    void an_address_is_no_number_the_exit_or_the_threads_name_tells_it() {
        KvmScript s = new KvmScript();
        s.script.savedComm(100, "rtvmm").savedComm(111, "CPU 1/KVM").savedComm(115, "kvm-pit/100");
        s.entry(10, 0, 110, 1_070_341_200).exit(20, 0, 110, 0x400, 2, 0).entry(30, 0, 110, 1_070_341_200);
        s.entry(40, 1, 111, -2_000_000_000).exit(50, 1, 111, 0x400, 2, 1);
        assertThat(s.lines(THREAD, "tid", "role", "vm", "vcpu")).contains("110 vcpu rtvmm 0", "111 vcpu rtvmm 1");
    }

    @Test
    void a_second_machine_of_a_monitors_name_is_told_by_its_process() {
        KvmScript s = new KvmScript();
        s.script.savedComm(100, "qemu-system-x86").savedComm(115, "kvm-pit/100");
        s.script.savedComm(200, "qemu-system-x86").savedComm(215, "kvm-pit/200");
        s.entry(10, 0, 110).entry(20, 1, 210);
        assertThat(s.lines(VM, "vm", "name", "pid"))
                .containsExactly("qemu-system-x86 qemu-system-x86 100", "qemu-system-x86:200 qemu-system-x86 200");
    }

    @Test
    void a_guest_that_the_recording_names_is_called_so_and_not_by_its_monitor() {
        KvmScript s = new KvmScript();
        s.script.savedComm(100, "qemu-system-x86").savedComm(110, "CPU 0/KVM").savedComm(115, "kvm-pit/100");
        s.script.guest("rtguest", 110).guest("3", 210, 211).guest("rtguest", 310);
        s.entry(10, 0, 110).entry(20, 1, 210, 0).entry(25, 1, 211, 1).entry(30, 2, 310);
        Tables tables = s.play();
        assertThat(tables.lines(VM, "vm", "name", "pid", "vcpus", "found_by"))
                .containsExactly(
                        "rtguest rtguest 100 1 guest-option",
                        "rtguest:310 rtguest null 1 guest-option",
                        "vm-3 vm-3 null 2 guest-option");
        assertThat(tables.lines(THREAD, "tid", "vm", "vcpu"))
                .contains("110 rtguest 0", "210 vm-3 0", "211 vm-3 1", "310 rtguest:310 0");
    }

    @Test
    void names_of_monitors_that_ended_before_the_recording_take_no_vcpus() {
        KvmScript s = new KvmScript();
        s.script.savedComm(137, "rtvmm").savedComm(138, "CPU 0/KVM").savedComm(140, "kvm-pit/137");
        s.script.savedComm(168, "qemu-system-x86").savedComm(169, "CPU 0/KVM");
        s.script.savedComm(244, "batch-vm").savedComm(247, "CPU 0/KVM").savedComm(248, "CPU 0/KVM");
        s.script.savedComm(323, "rtvmm").savedComm(324, "CPU 0/KVM").savedComm(326, "kvm-pit/323");
        s.entry(10, 0, 247, 0).entry(20, 1, 248, 0).entry(30, 0, 324, 0);
        assertThat(s.lines(VM, "vm", "pid", "vcpus")).containsExactly("rtvmm 323 1", "vm-247 null 1", "vm-248 null 1");
    }

    @Test
    void when_nothing_else_tells_a_vcpu_number_seen_before_is_another_machine() {
        KvmScript s = new KvmScript();
        s.entry(10, 0, 110, 0).entry(20, 1, 111, 1).entry(30, 2, 210, 0).entry(40, 3, 211, 1);
        assertThat(s.lines(VM, "vm", "pid", "vcpus")).containsExactly("vm-110 null 2", "vm-210 null 2");
        assertThat(s.lines(THREAD, "tid", "vm", "vcpu"))
                .contains("110 vm-110 0", "111 vm-110 1", "210 vm-210 0", "211 vm-210 1");
    }

    @Test
    void a_monitor_whose_threads_have_its_own_name_is_found_by_it() {
        KvmScript s = new KvmScript();
        s.script.savedComm(110, "tinyvmm");
        s.entry(10, 0, 110);
        assertThat(s.lines(VM, "vm", "name")).containsExactly("tinyvmm tinyvmm");
    }

    @Test
    void a_kernel_thread_that_raises_the_first_interrupt_gives_its_machine_no_name() {
        KvmScript s = new KvmScript();
        s.script.savedComm(110, "CPU 0/KVM").savedComm(115, "kvm-pit/100");
        s.edge(10, 1, 115, 0, false).entry(20, 0, 110, 0);
        assertThat(s.lines(VM, "vm", "name", "pid", "vcpus")).containsExactly("vm-100 vm-100 100 1");
    }

    @Test
    void a_thread_id_that_comes_again_is_another_thread() {
        KvmScript s = new KvmScript();
        s.script.savedComm(142, "rtvmm");
        s.entry(10, 0, 143).exit(20, 0, 143, KvmScript.HLT);
        s.script.at(30, 0, 143, "sched:sched_process_exit", "CPU 0/KVM", 143, 120);
        s.switches(40, 0, 143, 128, 0).switches(50, 0, 0, 0, 143).switches(60, 0, 143, 1, 0);
        assertThat(s.lines(dev.hindsight.replay.timeline.TimelineTables.VCPU_SPAN, "start_ns", "end_ns", "state"))
                .containsExactly("10 20 guest", "20 30 exit");
    }

    @Test
    void numbers_of_vcpus_are_read_from_the_names_that_monitors_give() {
        assertThat(VcpuName.number("CPU 12/KVM")).isEqualTo(12);
        assertThat(VcpuName.number("kvm-vcpu-3")).isEqualTo(3);
        assertThat(VcpuName.number("fc_vcpu 1")).isEqualTo(1);
        assertThat(VcpuName.number("vcpu7")).isEqualTo(7);
        assertThat(VcpuName.number("CPU 1/TCG")).isEqualTo(-1);
        assertThat(VcpuName.number("vcpumon")).isEqualTo(-1);
        assertThat(GuestDirectory.pidInName("kvm-pit/142")).isEqualTo(142);
        assertThat(GuestDirectory.pidInName("vhost-9")).isEqualTo(9);
        assertThat(GuestDirectory.pidInName("vhost-net")).isEqualTo(-1);
        assertThat(GuestDirectory.pidInName("kvm-pit/")).isEqualTo(-1);
    }
}
