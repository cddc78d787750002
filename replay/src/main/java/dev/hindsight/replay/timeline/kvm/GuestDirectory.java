package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.replay.timeline.ThreadRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which thread runs which vCPU, and which machine a thread serves. {@link GuestDiscovery} fills it. */
final class GuestDirectory {

    private static final byte UNCHECKED = 0;
    private static final byte PIT = 1;
    private static final byte OTHER = 2;

    private final ThreadRegistry threads;
    private final List<GuestVm> vms = new ArrayList<>();
    private final List<Vcpu> vcpus = new ArrayList<>();
    private final Map<Integer, GuestVm> vmByPid = new HashMap<>();
    private final Map<Integer, GuestVm> vmByServant = new HashMap<>();
    private final Map<Integer, Integer> parents = new HashMap<>();
    private final List<UndiscoveredThreads<?>> undiscovered = new ArrayList<>();

    /** vCPU by the thread's dense number; most threads have none. */
    private Vcpu[] byThread = new Vcpu[512];

    /** The last answer of {@link #vcpu}: several parts ask for the thread of one event. */
    private int askedTid = -1;

    private Vcpu asked;

    /** By the thread's dense number: whether its name is that of a PIT's thread, looked at once. */
    private byte[] pitThread = new byte[512];

    GuestDirectory(ThreadRegistry threads) {
        this.threads = threads;
    }

    /** In order of discovery. */
    List<GuestVm> vms() {
        return vms;
    }

    /** In order of discovery: {@link Vcpu#index} is the place here. */
    List<Vcpu> vcpus() {
        return vcpus;
    }

    /** The vCPU that a thread runs, null where it runs none. */
    Vcpu vcpu(int tid) {
        if (tid != askedTid) {
            int i = threads.index(tid);
            asked = i < byThread.length ? byThread[i] : null;
            askedTid = tid;
        }
        return asked;
    }

    void add(GuestVm vm) {
        vms.add(vm);
        if (vm.pid > 0) {
            vmByPid.put(vm.pid, vm);
        }
    }

    Vcpu add(GuestVm vm, int id, int tid) {
        Vcpu vcpu = new Vcpu(vm, id, tid, vcpus.size());
        vcpus.add(vcpu);
        vm.vcpus.add(vcpu);
        int i = threads.index(tid);
        if (i >= byThread.length) {
            byThread = Arrays.copyOf(byThread, Math.max(i + 1, 2 * byThread.length));
        }
        byThread[i] = vcpu;
        askedTid = -1;
        return vcpu;
    }

    /** Room for what threads do before their first entry; it forgets threads that exit. */
    <E> UndiscoveredThreads<E> undiscovered() {
        UndiscoveredThreads<E> room = new UndiscoveredThreads<>();
        undiscovered.add(room);
        return room;
    }

    /** A thread exited; its id may come again for another one. */
    void forget(int tid) {
        for (UndiscoveredThreads<?> room : undiscovered) {
            room.forget(tid);
        }
        int i = threads.index(tid);
        if (i < byThread.length) {
            byThread[i] = null;
            askedTid = -1;
        }
        if (i < pitThread.length) {
            pitThread[i] = UNCHECKED;
        }
        vmByServant.remove(tid);
        parents.remove(tid);
    }

    GuestVm vmOfPid(int pid) {
        return vmByPid.get(pid);
    }

    void setParent(int child, int parent) {
        parents.put(child, parent);
    }

    /** Who made a thread, -1 where the recording does not show it. */
    int parent(int tid) {
        return parents.getOrDefault(tid, -1);
    }

    /** An interrupt that a thread raised reached a machine: it serves that one, unless it works for anybody. */
    void learn(int tid, GuestVm vm) {
        if (tid != 0 && vcpu(tid) == null && !threads.comm(tid).startsWith("kworker")) {
            register(tid, vm);
        }
    }

    /** Whether a thread is the one that raises a PIT's line. */
    boolean isPit(int tid) {
        int i = threads.index(tid);
        if (i >= pitThread.length) {
            pitThread = Arrays.copyOf(pitThread, Math.max(i + 1, 2 * pitThread.length));
        }
        if (pitThread[i] == UNCHECKED) {
            pitThread[i] = threads.comm(tid).startsWith("kvm-pit/") ? PIT : OTHER;
        }
        return pitThread[i] == PIT;
    }

    /**
     * The machine that a thread works for: its vCPU's, the one that its process or its name tells, the one that it was
     * seen to serve; the only one there is, where nothing tells otherwise; else null.
     */
    GuestVm vmOf(int tid) {
        Vcpu vcpu = vcpu(tid);
        if (vcpu != null) {
            return vcpu.vm;
        }
        GuestVm served = vmByServant.get(tid);
        if (served != null) {
            return served;
        }
        int pid = monitorOf(tid);
        if (pid > 0) {
            GuestVm vm = vmByPid.get(pid);
            if (vm != null) {
                register(tid, vm);
                return vm;
            }
        }
        if (vms.size() != 1) {
            return null;
        }
        GuestVm only = vms.get(0);
        return pid > 0 && only.pid > 0 && tid != 0 && pidInName(threads.comm(tid)) > 0 ? null : only;
    }

    /** Tells the thread table whom a thread serves, from now on without looking again. */
    void register(int tid, GuestVm vm) {
        vmByServant.put(tid, vm);
        String comm = threads.comm(tid);
        if (comm.startsWith("kvm-pit/")) {
            threads.setServes(tid, "kvm-pit", vm.key);
        } else if (comm.startsWith("vhost-")) {
            threads.setServes(tid, "vhost", vm.key);
        } else {
            threads.setServes(tid, "vmm", vm.key);
            if (threads.tgid(tid) < 0 && vm.pid > 0) {
                threads.setTgid(tid, vm.pid);
            }
        }
    }

    /**
     * The process that a thread belongs to or was made for, -1 where nothing tells. A thread that another one made, of
     * which the recording shows no exec, counts as one of the maker's process: right for vCPUs and for the other
     * threads of a monitor, not for a monitor itself.
     */
    int monitorOf(int tid) {
        int process = processOf(tid);
        if (process > 0) {
            return process;
        }
        int parent = parent(tid);
        return parent <= 2 ? -1 : parent;
    }

    /** The same without guessing that the maker of a thread is a process's first thread. */
    int processOf(int tid) {
        int named = pidInName(threads.comm(tid));
        if (named > 0) {
            return named;
        }
        int tgid = threads.tgid(tid);
        if (tgid > 0) {
            return tgid;
        }
        if (vmByPid.containsKey(tid)) {
            return tid;
        }
        int parent = parent(tid);
        if (parent <= 2) {
            return -1;
        }
        Vcpu maker = vcpu(parent);
        return maker != null ? maker.vm.pid : threads.tgid(parent);
    }

    /** The process in names of kernel threads that KVM makes for one: {@code kvm-pit/142}, {@code vhost-142}. */
    static int pidInName(String comm) {
        int at = comm.startsWith("kvm-pit/") ? 8 : comm.startsWith("vhost-") ? 6 : -1;
        if (at < 0 || at == comm.length() || comm.length() > at + 9) {
            return -1;
        }
        int pid = 0;
        for (int i = at; i < comm.length(); i++) {
            char c = comm.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            pid = 10 * pid + c - '0';
        }
        return pid;
    }
}
