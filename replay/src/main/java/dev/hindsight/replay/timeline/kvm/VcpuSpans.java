package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.TimelineContext;
import dev.hindsight.replay.timeline.TimelinePart;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.Arrays;

/**
 * Writes {@code vcpu_span}, and has {@link HaltPolls} write {@code halt_poll}.
 *
 * <p>A vCPU is in <em>guest</em> from an entry to the next exit (interrupts of the host that its CPU takes in between
 * are not seen as exits by KVM's events); in <em>vmm</em> from {@code kvm_userspace_exit} until KVM shows work for it
 * again ({@code kvm_fpu} load, an injection, an entry); else in <em>exit</em>. Off CPU and runnable it is
 * <em>preempted</em>, also between its wakeup and its turn. Asleep and interruptible within KVM it is <em>halted</em>;
 * asleep otherwise it stays in what it was doing. <em>halt_poll</em> is told by {@code kvm_vcpu_wakeup} afterwards:
 * from the start of the wait, which ended {@code ns} later, until the vCPU slept, or to the end if it never did; where
 * it slept, at most the polling time in force ({@code kvm_halt_poll_ns}), and none where that is not known.
 *
 * <p>Spans of a vCPU are contiguous from the first event of KVM that tells its state, but for losses and for what follows
 * {@code kvm_userspace_exit} of KVM-PR and BookE on POWER: no event shows when they are back in KVM and enter the guest,
 * so that the time to the next exit, monitor and guest in one, is in no state. BookE shows no entry at all; there the
 * guest counts as entered with the last event that its thread made in KVM before the next exit, which makes
 * <em>guest</em> too long by KVM's way back, and <em>exit</em> too short.
 */
final class VcpuSpans implements TimelinePart {

    private static final String[] NAMES = {null, "guest", "exit", "halt_poll", "halted", "preempted", "vmm"};

    /** TASK_INTERRUPTIBLE in {@code prev_state}. */
    private static final long INTERRUPTIBLE = 1;

    private final GuestDirectory guests;
    private final TableAppender spans;
    private final HaltPolls halts;

    /** Without entries no stay in KVM has an end that can be seen. */
    private boolean knowsEntries;

    /** Exits are BookE's: entries are taken from what came last before the next exit. */
    private boolean infersEntries;

    private boolean knowsSwitches;

    private VcpuTrack[] tracks = new VcpuTrack[8];

    VcpuSpans(TimelineContext context, GuestDirectory guests) {
        this.guests = guests;
        this.spans = new TableAppender(TimelineTables.VCPU_SPAN, context.tables());
        this.halts = new HaltPolls(context.tables(), guests);
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        if (GuestSwitches.isEntry(type)) {
            knowsEntries = true;
            return GuestSwitches.entries(type, guests, this::entry);
        }
        if (GuestSwitches.isExit(type)) {
            infersEntries |= PowerExits.isBooke(type);
            return GuestSwitches.ofOwnThread(type, guests, this::exit);
        }
        return switch (type.name()) {
            case "kvm_userspace_exit" -> this::toMonitor;
            case "kvm_fpu" -> fpu(type);
            case "kvm_inj_virq", "kvm_get_timer_map", "kvmppc_run_vcpu_enter" -> this::backInKvm;
            case "kvm_ppc_instr", "kvm_check_requests", "kvm_booke_queue_irqprio" -> this::inKvm;
            case "kvm_halt_poll_ns" -> pollLimit(type);
            case "kvm_vcpu_wakeup", "kvmppc_vcore_wakeup" -> halted(type);
            case "kvmppc_vcore_blocked" -> blocked(type);
            case "sched_switch" -> switched(type);
            case "sched_waking", "sched_wakeup" -> woken(type);
            case "sched_process_exit" -> exited(type);
            default -> null;
        };
    }

    private VcpuTrack track(Vcpu vcpu) {
        int i = vcpu.index;
        if (i >= tracks.length) {
            tracks = Arrays.copyOf(tracks, 2 * i);
        }
        if (tracks[i] == null) {
            tracks[i] = new VcpuTrack();
        }
        return tracks[i];
    }

    /** A thread that shows on another CPU without having left the first one lost events there. */
    private static void cutIfElsewhere(VcpuTrack track, int cpu) {
        boolean onCpu = track.state == VcpuTrack.GUEST
                || track.state == VcpuTrack.EXIT
                || track.state == VcpuTrack.VMM && track.inMonitor;
        if (onCpu && track.cpu != cpu) {
            track.close(Math.max(track.lastSeenNs, track.sinceNs));
        }
    }

    private void entry(long tsNs, int cpu, Vcpu vcpu, TableBlock block, int row) {
        VcpuTrack track = track(vcpu);
        halts.entered(vcpu, track);
        cutIfElsewhere(track, cpu);
        track.change(tsNs, VcpuTrack.GUEST, cpu);
        track.inMonitor = false;
        track.contextKnown = true;
        track.entered = true;
        track.lastSeenNs = tsNs;
        if (track.pieces > 0) {
            write(vcpu, track);
        }
    }

    private void exit(long tsNs, int cpu, int tid, TableBlock block, int row) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu == null) {
            return;
        }
        VcpuTrack track = track(vcpu);
        cutIfElsewhere(track, cpu);
        if (infersEntries && track.state == VcpuTrack.EXIT) {
            track.change(Math.max(track.sinceNs, track.inKvmNs), VcpuTrack.GUEST, cpu);
            write(vcpu, track);
        } else if (!track.entered) {
            track.drop();
        }
        exitHandling(track, tsNs, cpu);
        track.inMonitor = false;
        track.contextKnown = true;
        track.entered = false;
        track.lastSeenNs = tsNs;
        track.inKvmNs = tsNs;
        writeIfFull(vcpu, track);
    }

    /** KVM of POWER works for the vCPU in its thread, outside of the guest. */
    private void inKvm(long tsNs, int cpu, int tid, TableBlock block, int row) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu != null) {
            track(vcpu).inKvmNs = tsNs;
            track(vcpu).lastSeenNs = tsNs;
        }
    }

    private void exitHandling(VcpuTrack track, long tsNs, int cpu) {
        if (knowsEntries || infersEntries) {
            track.change(tsNs, VcpuTrack.EXIT, cpu);
        } else {
            track.close(tsNs);
        }
    }

    private void toMonitor(long tsNs, int cpu, int tid, TableBlock block, int row) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu == null) {
            return;
        }
        VcpuTrack track = track(vcpu);
        cutIfElsewhere(track, cpu);
        track.change(tsNs, VcpuTrack.VMM, cpu);
        track.inMonitor = true;
        track.contextKnown = true;
        track.lastSeenNs = tsNs;
        writeIfFull(vcpu, track);
    }

    private EventHandler fpu(EventType type) {
        Field load = Field.of(type, "load");
        return (tsNs, cpu, tid, block, row) -> {
            if (load.get(block, row) != 0) {
                backInKvm(tsNs, cpu, tid, block, row);
            }
        };
    }

    private void backInKvm(long tsNs, int cpu, int tid, TableBlock block, int row) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu != null) {
            VcpuTrack track = track(vcpu);
            if (track.inMonitor) {
                exitHandling(track, tsNs, cpu);
                track.inMonitor = false;
            }
            track.lastSeenNs = tsNs;
        }
    }

    private EventHandler switched(EventType type) {
        Field prevPid = Field.of(type, "prev_pid");
        Field prevState = Field.of(type, "prev_state");
        Field nextPid = Field.of(type, "next_pid");
        knowsSwitches = true;
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu prev = guests.vcpu(prevPid.getInt(block, row));
            if (prev != null) {
                out(tsNs, cpu, prev, prevState.get(block, row));
            }
            Vcpu next = guests.vcpu(nextPid.getInt(block, row));
            if (next != null) {
                in(tsNs, cpu, next);
            }
        };
    }

    private void out(long tsNs, int cpu, Vcpu vcpu, long prevState) {
        VcpuTrack track = track(vcpu);
        cutIfElsewhere(track, cpu);
        long sleep = prevState & VcpuPlacement.SLEEP_STATES;
        if (!track.contextKnown) {
            track.close(tsNs);
        } else if (sleep == 0) {
            track.change(tsNs, VcpuTrack.PREEMPTED, cpu);
        } else if (track.inMonitor) {
            track.change(tsNs, VcpuTrack.VMM, cpu);
        } else if ((sleep & INTERRUPTIBLE) != 0) {
            track.change(tsNs, VcpuTrack.HALTED, cpu);
        } else {
            exitHandling(track, tsNs, cpu);
        }
        track.lastSeenNs = tsNs;
        writeIfFull(vcpu, track);
    }

    private void in(long tsNs, int cpu, Vcpu vcpu) {
        VcpuTrack track = track(vcpu);
        if (!track.contextKnown) {
            track.close(tsNs);
        } else if (track.inMonitor) {
            track.change(tsNs, VcpuTrack.VMM, cpu);
        } else {
            exitHandling(track, tsNs, cpu);
        }
        track.lastSeenNs = tsNs;
        writeIfFull(vcpu, track);
    }

    private EventHandler woken(EventType type) {
        Field pid = Field.of(type, "pid");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(pid.getInt(block, row));
            if (vcpu == null || vcpu.running || vcpu.runnableSinceNs != tsNs) {
                return;
            }
            VcpuTrack track = track(vcpu);
            if (track.contextKnown) {
                track.change(tsNs, VcpuTrack.PREEMPTED, vcpu.cpu);
                track.lastSeenNs = tsNs;
                writeIfFull(vcpu, track);
            }
        };
    }

    private EventHandler exited(EventType type) {
        Field pid = Field.of(type, "pid");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(pid.getInt(block, row));
            if (vcpu != null) {
                VcpuTrack track = track(vcpu);
                track.close(tsNs);
                track.contextKnown = false;
                write(vcpu, track);
            }
        };
    }

    /** KVM-HV puts a core to sleep whose vCPUs have ceded; the scheduler's events tell it more exactly. */
    private EventHandler blocked(EventType type) {
        Field where = Field.of(type, "where");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            if (vcpu == null || knowsSwitches || !track(vcpu).contextKnown) {
                return;
            }
            if (where.get(block, row) == 0) {
                track(vcpu).change(tsNs, VcpuTrack.HALTED, cpu);
            } else {
                exitHandling(track(vcpu), tsNs, cpu);
            }
            track(vcpu).lastSeenNs = tsNs;
        };
    }

    private EventHandler pollLimit(EventType type) {
        Field now = Field.of(type, "new");
        Field old = Field.of(type, "old");
        return (tsNs, cpu, tid, block, row) ->
                halts.limit(tid, guests.vcpu(tid), old.get(block, row), now.get(block, row));
    }

    private EventHandler halted(EventType type) {
        Field ns = Field.of(type, "ns");
        Field waited = Field.of(type, "waited");
        Field valid = Field.of(type, "valid");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            long waitedNs = ns.get(block, row);
            boolean slept = waited.get(block, row) != 0;
            long wasValid = valid.get(block, row, NULL);
            if (vcpu == null) {
                halts.waited(tid, tsNs, waitedNs, slept, wasValid);
                return;
            }
            backInKvm(tsNs, cpu, tid, block, row);
            VcpuTrack track = track(vcpu);
            track.inKvmNs = tsNs;
            if (track.state == VcpuTrack.EXIT) {
                track.close(tsNs);
                track.state = VcpuTrack.EXIT;
                track.sinceNs = tsNs;
                track.cpu = cpu;
            }
            halts.waited(vcpu, track, tsNs, waitedNs, slept, wasValid);
        };
    }

    private void writeIfFull(Vcpu vcpu, VcpuTrack track) {
        if (track.isFull()) {
            write(vcpu, track);
        }
    }

    private void write(Vcpu vcpu, VcpuTrack track) {
        int i = 0;
        while (i < track.pieces) {
            int last = i;
            while (last + 1 < track.pieces
                    && track.states[last + 1] == track.states[i]
                    && track.cpus[last + 1] == track.cpus[i]
                    && track.startNs[last + 1] == track.endNs[last]) {
                last++;
            }
            spans.addRow();
            spans.setText(0, vcpu.vm.key);
            spans.set(1, vcpu.id);
            spans.set(2, vcpu.tid);
            spans.set(3, track.cpus[i] < 0 ? NULL : track.cpus[i]);
            spans.set(4, track.startNs[i]);
            spans.set(5, track.endNs[last]);
            spans.setText(6, NAMES[track.states[i]]);
            i = last + 1;
        }
        track.pieces = 0;
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        for (Vcpu vcpu : guests.vcpus()) {
            VcpuTrack track = track(vcpu);
            boolean mayHaveRunThere = vcpu.cpu == cpu || !vcpu.running;
            if (mayHaveRunThere) {
                track.close(Math.max(startNs, track.sinceNs));
                track.contextKnown = false;
                track.inMonitor = false;
                track.entered = false;
            }
        }
    }

    @Override
    public void end(long lastNs) {
        for (Vcpu vcpu : guests.vcpus()) {
            VcpuTrack track = track(vcpu);
            track.close(lastNs);
            write(vcpu, track);
        }
        spans.flush();
        halts.flush();
    }
}
