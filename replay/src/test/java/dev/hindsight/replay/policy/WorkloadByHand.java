package dev.hindsight.replay.policy;

import dev.hindsight.replay.workload.Arrivals;
import dev.hindsight.replay.workload.ExitReasons;
import dev.hindsight.replay.workload.GuestCosts;
import dev.hindsight.replay.workload.GuestProgram;
import dev.hindsight.replay.workload.GuestTimers;
import dev.hindsight.replay.workload.HostCosts;
import dev.hindsight.replay.workload.IrqKinds;
import dev.hindsight.replay.workload.Lines;
import dev.hindsight.replay.workload.Op;
import dev.hindsight.replay.workload.Program;
import dev.hindsight.replay.workload.ResumeCosts;
import dev.hindsight.replay.workload.Softirqs;
import dev.hindsight.replay.workload.Threads;
import dev.hindsight.replay.workload.Workload;
import java.util.ArrayList;
import java.util.List;

/** A workload of named threads and interrupts that needs no CPU: what a policy looks at. */
final class WorkloadByHand {

    private final int cpus;
    private final List<String> markers = new ArrayList<>();
    private final List<Integer> tids = new ArrayList<>();
    private final List<Integer> tgids = new ArrayList<>();
    private final List<String> comms = new ArrayList<>();
    private final List<String> roles = new ArrayList<>();
    private final List<String> vms = new ArrayList<>();
    private final List<Integer> vcpus = new ArrayList<>();
    private final List<Integer> priorities = new ArrayList<>();
    private final List<Long> affinities = new ArrayList<>();
    private final List<Boolean> bound = new ArrayList<>();
    private final List<GuestProgram> guests = new ArrayList<>();
    private final List<Integer> irqs = new ArrayList<>();
    private final List<String> irqNames = new ArrayList<>();
    private final List<Boolean> movable = new ArrayList<>();

    WorkloadByHand(int cpus) {
        this.cpus = cpus;
    }

    /** The target of the shared x86 recordings: the monitor rtvmm with one vCPU, its PIT's thread, a load, the kernel's own. */
    static WorkloadByHand target(boolean halting, boolean pit) {
        WorkloadByHand target = new WorkloadByHand(2);
        target.marker("job");
        target.thread(142, 142, "rtvmm", "vmm").serving("rtvmm");
        target.thread(144, 142, "CPU 0/KVM", "vcpu").serving("rtvmm").vcpu(0, halting, 0x1000, 0x1010);
        if (pit) {
            target.thread(145, -1, "kvm-pit/142", "kvm-pit").serving("rtvmm");
        } else {
            target.thread(146, 142, "rt-timer", "vmm").serving("rtvmm").priority(9);
        }
        target.thread(150, 150, "stress-ng-cpu", "user");
        target.thread(151, 151, "stress-ng-cpu", "user").keptTo(0b10);
        target.thread(11, -1, "ksoftirqd/0", "ksoftirqd").boundTo(0);
        target.thread(20, -1, "ksoftirqd/1", "ksoftirqd").boundTo(1);
        target.thread(30, -1, "kworker/u4:1", "kworker");
        target.thread(31, -1, "kworker/1:0", "kworker").boundTo(1);
        target.irq(27, "virtio0-req.0", true).irq(0, "timer", false);
        return target;
    }

    WorkloadByHand marker(String name) {
        markers.add(name);
        return this;
    }

    WorkloadByHand irq(int number, String name, boolean canMove) {
        irqs.add(number);
        irqNames.add(name);
        movable.add(canMove);
        return this;
    }

    /** Adds a thread of nice 0 that may run everywhere; the methods below change the last one. */
    WorkloadByHand thread(int tid, int tgid, String comm, String role) {
        tids.add(tid);
        tgids.add(tgid);
        comms.add(comm);
        roles.add(role);
        vms.add(null);
        vcpus.add(-1);
        priorities.add(120);
        affinities.add(-1L >>> (64 - cpus));
        bound.add(false);
        guests.add(null);
        return this;
    }

    WorkloadByHand serving(String vm) {
        vms.set(vms.size() - 1, vm);
        return this;
    }

    /** The guest says marker 0, if there is one, and exits at these addresses. */
    WorkloadByHand vcpu(int number, boolean halting, long... rips) {
        Program ops = new Program();
        for (long rip : rips) {
            ops.add(Op.GUEST, 1_000, 0);
            ops.add(Op.VM_EXIT, rip, 0);
        }
        if (!markers.isEmpty()) {
            ops.add(Op.MARK, 1, 0);
        }
        int[] none = {};
        vcpus.set(vcpus.size() - 1, number);
        guests.set(
                guests.size() - 1,
                new GuestProgram(
                        ops,
                        ops.size(),
                        none,
                        none,
                        none,
                        none,
                        none,
                        halting ? GuestProgram.Idle.HALT : GuestProgram.Idle.SPIN,
                        new Program(),
                        false));
        return this;
    }

    /** The last vCPU's guest was recorded too. */
    WorkloadByHand told() {
        guests.get(guests.size() - 1).ops().append(Op.GUEST_TURNS, 0, 1);
        return this;
    }

    WorkloadByHand priority(int kernelPriority) {
        priorities.set(priorities.size() - 1, kernelPriority);
        return this;
    }

    WorkloadByHand keptTo(long mask) {
        affinities.set(affinities.size() - 1, mask);
        return this;
    }

    WorkloadByHand boundTo(int cpu) {
        bound.set(bound.size() - 1, true);
        return keptTo(1L << cpu);
    }

    Workload build() {
        int n = tids.size();
        Program[] programs = new Program[n];
        boolean[] isBound = new boolean[n];
        for (int i = 0; i < n; i++) {
            programs[i] = new Program();
            isBound[i] = bound.get(i);
        }
        Threads threads = new Threads(
                ints(tids),
                ints(tgids),
                comms,
                roles,
                vms,
                ints(vcpus),
                ints(priorities),
                affinities.stream().mapToLong(Long::longValue).toArray(),
                isBound,
                new int[n],
                new long[n],
                programs,
                guests.toArray(GuestProgram[]::new),
                new long[n][1],
                new boolean[n]);
        int k = irqs.size();
        boolean[] canMove = new boolean[k];
        List<String> kinds = new ArrayList<>();
        for (int i = 0; i < k; i++) {
            canMove[i] = movable.get(i);
            kinds.add("hardirq");
        }
        long[] one = {1};
        int[] none = {};
        return new Workload(
                "6.1.0",
                cpus,
                0,
                1_000_000_000,
                threads,
                new Lines(List.of(), none, none, List.of(), none, none),
                List.of(),
                GuestTimers.none(0),
                new Arrivals(new long[0], none, none, none, none, none, none, new long[0], new byte[0]),
                new IrqKinds(
                        kinds,
                        ints(irqs),
                        irqNames,
                        new long[k],
                        canMove,
                        new long[k],
                        new long[k],
                        new int[k],
                        new long[k]),
                Softirqs.behind(cpus),
                new ExitReasons(List.of(), new long[0], List.of(), List.of()),
                markers,
                new HostCosts(4_000_000, one, one, one, one, one, one, 0, 0),
                new GuestCosts(
                        ResumeCosts.alike(one, one), one, one, one, one, one, one, new long[0][], new long[0][], 0),
                new Workload.Gaps(none, new long[0], new long[0]));
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}
