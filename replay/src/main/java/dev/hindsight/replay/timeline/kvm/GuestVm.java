package dev.hindsight.replay.timeline.kvm;

import java.util.ArrayList;
import java.util.List;

/** A virtual machine as far as the recording shows it. */
final class GuestVm {

    /** Key in all tables. */
    final String key;

    /** The monitor's process, -1 where the trace does not tell. */
    final int pid;

    /** The guest's name in the trace, else the monitor's; the key too, where no machine found before has it. */
    final String name;

    final String foundBy;
    final List<Vcpu> vcpus = new ArrayList<>();

    /** Injections of which no assertion was seen: they are in no row of virq. */
    long unasserted;

    GuestVm(String key, String name, int pid, String foundBy) {
        this.key = key;
        this.name = name;
        this.pid = pid;
        this.foundBy = foundBy;
    }

    /** The vCPU of a number, null where none was seen. KVM gives each vCPU its number as its APIC id at first. */
    Vcpu vcpu(int id) {
        for (int i = 0; i < vcpus.size(); i++) {
            if (vcpus.get(i).id == id) {
                return vcpus.get(i);
            }
        }
        return null;
    }

    /** The vCPU that takes what the PIC raises: the boot processor, as far as it was seen; else null. */
    Vcpu bootVcpu() {
        Vcpu first = vcpu(0);
        return first != null || vcpus.isEmpty() ? first : vcpus.get(0);
    }
}
