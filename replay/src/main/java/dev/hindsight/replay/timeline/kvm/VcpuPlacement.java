package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.TimelinePart;

/** Keeps in each {@link Vcpu} where its thread stands, before the other parts look. */
final class VcpuPlacement implements TimelinePart {

    /** States of {@code sched_switch} that are no running or preempted ones; higher bits say "preempted". */
    static final int SLEEP_STATES = 0xFF;

    private final GuestDirectory guests;
    private boolean knowsSwitches;

    VcpuPlacement(GuestDirectory guests) {
        this.guests = guests;
    }

    /** Whether the recording has {@code sched_switch}, as far as it was read. */
    boolean knowsSwitches() {
        return knowsSwitches;
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.name()) {
            case "sched_switch" -> switched(type);
            case "sched_waking", "sched_wakeup", "sched_wakeup_new" -> woken(type);
            case "kvm_entry", "kvm_exit", "kvm_guest_enter", "kvm_guest_exit", "kvm_book3s_reenter" -> this::seen;
            default -> null;
        };
    }

    private void seen(long tsNs, int cpu, int tid, Object block, int row) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu != null && (!vcpu.running || vcpu.cpu != cpu)) {
            in(vcpu, tsNs, cpu);
        }
    }

    private static void in(Vcpu vcpu, long tsNs, int cpu) {
        if (vcpu.offSinceNs != Vcpu.NEVER) {
            vcpu.offCpuNs += tsNs - vcpu.offSinceNs;
            vcpu.offSinceNs = Vcpu.NEVER;
        }
        if (!vcpu.runnable) {
            vcpu.runnableSinceNs = tsNs;
        }
        vcpu.runnable = true;
        vcpu.running = true;
        vcpu.scheduledNs = tsNs;
        vcpu.cpu = cpu;
    }

    private EventHandler switched(EventType type) {
        Field prevPid = Field.of(type, "prev_pid");
        Field prevState = Field.of(type, "prev_state");
        Field nextPid = Field.of(type, "next_pid");
        knowsSwitches = true;
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu prev = guests.vcpu(prevPid.getInt(block, row));
            if (prev != null) {
                prev.running = false;
                prev.cpu = cpu;
                prev.offSinceNs = tsNs;
                prev.lastOutNs = tsNs;
                if ((prevState.get(block, row) & SLEEP_STATES) != 0) {
                    prev.runnable = false;
                    prev.runnableSinceNs = Vcpu.NEVER;
                } else {
                    prev.runnable = true;
                }
            }
            Vcpu next = guests.vcpu(nextPid.getInt(block, row));
            if (next != null) {
                in(next, tsNs, cpu);
            }
        };
    }

    private EventHandler woken(EventType type) {
        Field pid = Field.of(type, "pid");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(pid.getInt(block, row));
            if (vcpu != null && !vcpu.runnable) {
                vcpu.runnable = true;
                vcpu.runnableSinceNs = tsNs;
            }
        };
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        for (Vcpu vcpu : guests.vcpus()) {
            if (vcpu.running && vcpu.cpu == cpu) {
                vcpu.running = false;
                vcpu.runnable = false;
                vcpu.runnableSinceNs = Vcpu.NEVER;
            }
        }
    }

    @Override
    public void resumed(long tsNs, int cpu, int tid) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu != null && !vcpu.running) {
            in(vcpu, tsNs, cpu);
        }
    }

    @Override
    public void end(long lastNs) {
        // Nothing is written here.
    }
}
