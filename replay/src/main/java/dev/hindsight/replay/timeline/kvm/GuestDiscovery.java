package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.recording.RecordingInfo.Guest;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.ThreadRegistry;
import dev.hindsight.replay.timeline.TimelineContext;
import dev.hindsight.replay.timeline.TimelinePart;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds virtual machines and their vCPUs in the recording itself and writes table {@code vm}.
 *
 * <p>A thread in which KVM enters or leaves a guest runs a vCPU; one that raises a line belongs to a machine, if its
 * process is known, even before that has run. A vCPU's number is the event's {@code vcpu_id}, else that of
 * the vCPU whose timers the thread loaded before (arm64), else the one in the thread's name, else the next free one. Its machine is, in this order of trust: the one that the trace's
 * GUEST option lists the thread under; that of its process, where forks or execs tell it; that of the monitor that
 * names of kernel threads ({@code kvm-pit/142}, {@code vhost-142}) or well-known monitor names show with the nearest
 * lower pid; that of a thread of the same name; the machine found last. A machine that has a vCPU of that number
 * already is never the one, nor is, by names, one between whose monitor and the thread another thread is named as a vCPU of that
 * number.
 *
 * <p>A machine's name is the guest's in the GUEST option ({@code vm-N} where that is a number), else its monitor's as the
 * recording saved it, else {@code vm-PID}, or {@code vm-TID} by the first vCPU's thread where not even the monitor's
 * process is known. Its key is the name, with {@code :PID} behind it where a machine found before has that.
 */
final class GuestDiscovery implements TimelinePart {

    /** Threads that a hostile recording makes up must not fill the heap. */
    private static final int MOST_LOADED = 4096;

    /**
     * No vCPU has a larger number (KVM_MAX_VCPU_IDS; 16,384 on POWER). What is larger is none: of Linux 5.10 and later, LTTng
     * up to 2.13 records half of an address at entries; there the exit tells.
     */
    private static final int MOST_VCPU_ID = 1 << 16;

    private final RecordingInfo info;
    private final ThreadRegistry threads;
    private final GuestDirectory guests;
    private final TableAppender rows;

    /** vCPU that a thread loaded which has entered none yet. */
    private final Map<Integer, Integer> loadedVcpu = new HashMap<>();

    GuestDiscovery(TimelineContext context, GuestDirectory guests) {
        this.info = context.info();
        this.threads = context.threads();
        this.guests = guests;
        this.rows = new TableAppender(TimelineTables.VM, context.tables());
        for (Guest guest : info.guests()) {
            for (int id = 0; id < guest.vcpuTids().size(); id++) {
                int tid = guest.vcpuTids().get(id);
                if (tid > 0 && guests.vcpu(tid) == null) {
                    discover(tid, id);
                }
            }
        }
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.name()) {
            case "kvm_entry",
                    "kvm_exit",
                    "kvm_guest_enter",
                    "kvm_guest_exit",
                    "kvm_book3s_reenter",
                    "kvmppc_run_vcpu_enter" -> found(type);
            case "kvm_get_timer_map", "kvm_timer_update_irq" -> loaded(type);
            case "kvm_set_irq" -> this::raised;
            case "sched_process_fork" -> forked(type);
            default -> null;
        };
    }

    private EventHandler found(EventType type) {
        Field vcpuId = Field.of(type, "vcpu_id");
        Field process = Field.of(type, "tgid");
        return (tsNs, cpu, tid, block, row) -> {
            long id = vcpuId.get(block, row, -1);
            boolean number = id >= -1 && id <= MOST_VCPU_ID;
            if (guests.vcpu(tid) == null && (number || VcpuName.number(threads.comm(tid)) >= 0)) {
                int tgid = process.getInt(block, row);
                if (tgid > 0) {
                    threads.setTgid(tid, tgid);
                }
                discover(tid, number ? (int) id : -1);
            }
        };
    }

    /** On arm64 no entry names the vCPU, but loading its timers just before does. */
    private EventHandler loaded(EventType type) {
        Field vcpuId = Field.of(type, "vcpu_id");
        return (tsNs, cpu, tid, block, row) -> {
            boolean inInterrupt = (block.get(EventTables.FLAGS, row) & Expiries.IN_INTERRUPT) != 0;
            if (!inInterrupt && guests.vcpu(tid) == null && loadedVcpu.size() < MOST_LOADED) {
                loadedVcpu.put(tid, vcpuId.getInt(block, row));
            }
        };
    }

    /** A thread that raises a line belongs to a machine, even if that has not run yet. */
    private void raised(long tsNs, int cpu, int tid, TableBlock block, int row) {
        boolean inInterrupt = (block.column(EventTables.FLAGS).getLong(row) & Expiries.IN_INTERRUPT) != 0;
        if (!inInterrupt && guests.vmOf(tid) == null) {
            int pid = guests.processOf(tid);
            if (pid > 0) {
                make(tid, pid, null);
            }
        }
    }

    private EventHandler forked(EventType type) {
        Field parentPid = Field.of(type, "parent_pid");
        Field childPid = Field.of(type, "child_pid");
        return (tsNs, cpu, tid, block, row) -> {
            int child = childPid.getInt(block, row);
            int parent = parentPid.getInt(block, row);
            guests.setParent(child, parent);
            GuestVm vm = parent > 2 ? guests.vmOfPid(guests.monitorOf(child)) : null;
            if (vm != null) {
                guests.register(child, vm);
            }
        };
    }

    private void discover(int tid, int vcpuId) {
        int named = VcpuName.number(threads.comm(tid));
        Integer loaded = loadedVcpu.remove(tid);
        int id = vcpuId >= 0 ? vcpuId : loaded != null ? loaded : named;
        GuestVm vm = vmFor(tid, id);
        if (id < 0) {
            id = 0;
            while (vm.vcpu(id) != null) {
                id++;
            }
        }
        Vcpu vcpu = guests.add(vm, id, tid);
        threads.setVcpu(tid, vm.key, vcpu.id);
        if (vm.pid > 0) {
            threads.setTgid(tid, vm.pid);
        }
    }

    private GuestVm vmFor(int tid, int id) {
        Guest guest = guestOf(tid);
        if (guest != null) {
            for (GuestVm vm : guests.vms()) {
                if (vm.foundBy.equals("guest-option") && vm.name.equals(nameOf(guest)) && vm.vcpu(id) == null) {
                    return vm;
                }
            }
            return make(tid, monitor(tid, id), nameOf(guest));
        }
        int pid = monitor(tid, id);
        if (pid > 0) {
            GuestVm vm = guests.vmOfPid(pid);
            return vm == null ? make(tid, pid, null) : vm;
        }
        String comm = threads.comm(tid);
        for (int i = guests.vms().size() - 1; i >= 0; i--) {
            GuestVm vm = guests.vms().get(i);
            boolean sameName = VcpuName.isGeneric(comm) || vm.name.equals(comm);
            boolean near = vm.pid <= 0 || !hasOwn(vm.pid, tid, id);
            if (vm.vcpu(id) == null && sameName && near) {
                return vm;
            }
        }
        return make(tid, -1, null);
    }

    private Guest guestOf(int tid) {
        for (Guest guest : info.guests()) {
            if (guest.vcpuTids().contains(tid)) {
                return guest;
            }
        }
        return null;
    }

    /** The monitor of a vCPU thread, -1 where nothing tells. */
    private int monitor(int tid, int id) {
        int pid = guests.monitorOf(tid);
        if (pid > 0 && fits(pid, id)) {
            return pid;
        }
        int best = -1;
        for (Map.Entry<Integer, String> thread : info.commByTid().entrySet()) {
            int named = GuestDirectory.pidInName(thread.getValue());
            if (named > best && named <= tid && fits(named, id) && !hasOwn(named, tid, id)) {
                best = named;
            }
        }
        if (best > 0) {
            return best;
        }
        for (Map.Entry<Integer, String> thread : info.commByTid().entrySet()) {
            int candidate = thread.getKey();
            if (candidate > best
                    && candidate < tid
                    && isMonitorName(thread.getValue())
                    && fits(candidate, id)
                    && !hasOwn(candidate, tid, id)) {
                best = candidate;
            }
        }
        return best;
    }

    private boolean fits(int pid, int id) {
        GuestVm vm = guests.vmOfPid(pid);
        return vm == null || id < 0 || vm.vcpu(id) == null;
    }

    /**
     * Whether a vCPU thread of that number, by its name, stands between a monitor and a thread: that one is the monitor's. Names
     * that the recorder saved outlive their threads, so that monitors which have ended would be given others' vCPUs.
     */
    private boolean hasOwn(int pid, int tid, int id) {
        if (id < 0) {
            return false;
        }
        for (Map.Entry<Integer, String> thread : info.commByTid().entrySet()) {
            int other = thread.getKey();
            if (other > pid && other < tid && VcpuName.number(thread.getValue()) == id) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMonitorName(String comm) {
        return comm.startsWith("qemu-")
                || comm.equals("kvm")
                || comm.startsWith("firecracker")
                || comm.startsWith("cloud-hyperviso")
                || comm.startsWith("crosvm")
                || comm.startsWith("lkvm");
    }

    /** The name is the key wherever it can be, so that a machine is called the same in every table and figure. */
    private GuestVm make(int tid, int pid, String guestName) {
        String name = guestName != null ? guestName : pid > 0 ? savedName(pid) : "";
        if (name.isEmpty()) {
            String own = threads.comm(tid);
            boolean tellsNoName = VcpuName.isGeneric(own) || GuestDirectory.pidInName(own) > 0;
            name = tellsNoName ? "" : own;
        }
        int process = pid > 0 ? pid : tid;
        if (name.isEmpty()) {
            name = "vm-" + process;
        }
        String key = isTaken(name) ? name + ":" + process : name;
        GuestVm vm = new GuestVm(key, name, pid, guestName == null ? "kvm-events" : "guest-option");
        guests.add(vm);
        if (pid > 0) {
            threads.setTgid(pid, pid);
            threads.setServes(pid, "vmm", key);
        }
        for (int servant : info.commByTid().keySet()) {
            if (pid > 0 && servant != pid && guests.vcpu(servant) == null && guests.monitorOf(servant) == pid) {
                guests.register(servant, vm);
            }
        }
        return vm;
    }

    /** Where the guest has no name, trace-cmd puts its vsock context id there: a number that is no process id. */
    private static String nameOf(Guest guest) {
        return guest.name().chars().allMatch(Character::isDigit) ? "vm-" + guest.name() : guest.name();
    }

    private String savedName(int pid) {
        String saved = info.commByTid().get(pid);
        return saved == null || saved.isEmpty() ? threads.comm(pid) : saved;
    }

    private boolean isTaken(String key) {
        for (GuestVm vm : guests.vms()) {
            if (vm.key.equals(key)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        // What was found stays found.
    }

    @Override
    public void end(long lastNs) {
        for (GuestVm vm : guests.vms()) {
            rows.addRow();
            rows.setText(0, vm.key);
            rows.setText(1, vm.name);
            rows.set(2, vm.pid > 0 ? vm.pid : NULL);
            rows.set(3, vm.vcpus.size());
            rows.setText(4, vm.foundBy);
            rows.set(5, vm.unasserted);
        }
        rows.flush();
    }
}
