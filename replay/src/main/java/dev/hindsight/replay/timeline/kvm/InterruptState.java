package dev.hindsight.replay.timeline.kvm;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/** The interrupts of all machines and vCPUs. */
final class InterruptState {

    private final Map<GuestVm, VmInterrupts> vms = new IdentityHashMap<>();
    private VcpuInterrupts[] vcpus = new VcpuInterrupts[8];

    VmInterrupts of(GuestVm vm) {
        VmInterrupts of = vms.get(vm);
        if (of == null) {
            of = new VmInterrupts(vm);
            vms.put(vm, of);
        }
        return of;
    }

    VcpuInterrupts of(Vcpu vcpu) {
        int i = vcpu.index;
        if (i >= vcpus.length) {
            vcpus = Arrays.copyOf(vcpus, 2 * i);
        }
        if (vcpus[i] == null) {
            vcpus[i] = new VcpuInterrupts(vcpu);
        }
        return vcpus[i];
    }
}
