package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.KernelNames;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.kvm.Delivery.Sign;
import dev.hindsight.replay.timeline.kvm.Delivery.Source;
import java.util.Arrays;

/**
 * Virtual interrupts of POWER, where no event tells an injection or an end of interrupt.
 *
 * <p><em>Decrementer</em>: asserted where the hrtimer expires that KVM sets for it (an hrtimer that the vCPU's thread
 * starts in KVM, {@code kvmppc_decrementer_wakeup}): of KVM-HV only while the guest has ceded its CPU, of KVM-PR and
 * BookE always. A decrementer that the hardware hands a running guest is in no event. <em>External</em>: asserted where
 * a thread or an interrupt wakes a ceded vCPU for other reasons than its decrementer, or where {@code
 * kvm_booke_queue_irqprio} says so.
 *
 * <p>Injected and entered: by the entry whose address is the exception's vector; where KVM leaves without that the guest
 * has run (the address is still the vector), by the last such entry. BookE has no entries: injected by {@code
 * kvm_booke_queue_irqprio} in the vCPU's thread, never seen entered. Handled: by the next thing that the guest does which
 * KVM sees: a hypercall (H_CEDE too), an emulated instruction, MMIO; of BookE where the guest could take it at once. An
 * entry at a vector that nothing was asserted for counts in {@code unasserted} of table {@code vm}.
 */
final class PowerInterrupts {

    /** Vectors of Book3S; arch/powerpc/include/asm/kvm_asm.h. */
    private static final int EXTERNAL = 0x500;

    private static final int DECREMENTER = 0x900;

    /** Where a guest's vectors are: at 0, with its MMU on at 0xc...4000 (LPCR[AIL] 3), of old Macs at 0xfff00000. */
    private static final long RELOCATED = 0xC000_0000_0000_4000L;

    private static final long HIGH = 0xFFF0_0000L;

    /** BOOKE_INTERRUPT_ numbers of the same file, and the BOOKE_IRQPRIO_ that stand for them. */
    private static final int BOOKE_EXTERNAL = 4;

    private static final int BOOKE_DECREMENTER = 10;
    private static final int BOOKE_DOORBELL = 36;
    private static final int PRIORITY_EXTERNAL = 16;
    private static final int PRIORITY_DECREMENTER = 18;
    private static final int PRIORITY_EXTERNAL_LEVEL = 20;
    private static final int PRIORITY_DOORBELL = 21;

    /** The vector of what woke a vCPU, until an entry tells it. */
    private static final int NOT_TOLD = -2;

    /** External interrupts enabled in the guest's MSR; arch/powerpc/include/asm/reg.h. */
    private static final long MSR_EE = 0x8000;

    private final GuestDirectory guests;
    private final InterruptState state;
    private final Expiries expiries;
    private final Deliveries deliveries;
    private final InterruptEdges edges;
    private final KernelNames names;
    private Stay[] stays = new Stay[8];

    /** What a vCPU's last exit left for its next entry. */
    private static final class Stay {
        /** Out of the guest, and not in the monitor. */
        boolean inKvm;

        /** The guest takes an interrupt as soon as it goes on. */
        boolean takesInterrupts;

        boolean hasLeft;
        long leftAt;

        /** What woke the vCPU for other reasons than its decrementer, pending until an entry tells what it is; or null. */
        Delivery kick;

        int kickFlags;
    }

    PowerInterrupts(
            GuestDirectory guests,
            InterruptState state,
            Expiries expiries,
            Deliveries deliveries,
            InterruptEdges edges,
            KernelNames names) {
        this.guests = guests;
        this.state = state;
        this.expiries = expiries;
        this.deliveries = deliveries;
        this.edges = edges;
        this.names = names;
    }

    private Stay of(Vcpu vcpu) {
        int i = vcpu.index;
        if (i >= stays.length) {
            stays = Arrays.copyOf(stays, 2 * i);
        }
        if (stays[i] == null) {
            stays[i] = new Stay();
        }
        return stays[i];
    }

    /** Learns which timers are decrementers: {@code first} has kept what the timer is set for. */
    EventHandler starts(EventType type, EventHandler first) {
        int function = type.column("function");
        return (tsNs, cpu, tid, block, row) -> {
            first.handle(tsNs, cpu, tid, block, row);
            Vcpu vcpu = guests.vcpu(tid);
            boolean inInterrupt = (block.get(EventTables.FLAGS, row) & Expiries.IN_INTERRUPT) != 0;
            if (vcpu != null && !inInterrupt && of(vcpu).inKvm && mayBeDecrementer(type, function, block, row)) {
                expiries.startedLapicTimer(state.of(vcpu));
            }
        };
    }

    /** By its function's name, where that can be told: kernels with function descriptors (ELFv1) do not. */
    private boolean mayBeDecrementer(EventType type, int function, TableBlock block, int row) {
        if (function < 0) {
            return true;
        }
        ColumnType held = type.table().columns().get(function).type();
        boolean text = held == ColumnType.SYMBOL || held == ColumnType.TEXT;
        String name = text
                ? block.column(function).getText(row)
                : held.isInteger() ? names.of(block.get(function, row)) : null;
        return name == null
                || name.startsWith("0x")
                || name.startsWith("_etext")
                || name.startsWith("kvmppc_decrementer", name.startsWith(".") ? 1 : 0);
    }

    EventHandler exits(EventType type) {
        Field code = Field.of(type, "trap", "exit_nr");
        Field pc = Field.of(type, "pc");
        Field msr = Field.of(type, "msr");
        Field ceded = Field.of(type, "ceded");
        String isa = PowerExits.isa(type);
        EventHandler handler = (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            if (vcpu == null) {
                return;
            }
            Stay stay = of(vcpu);
            stay.inKvm = true;
            stay.hasLeft = true;
            stay.leftAt = pc.get(block, row);
            stay.takesInterrupts = (msr.get(block, row) & MSR_EE) != 0;
            VcpuInterrupts of = state.of(vcpu);
            of.inGuest = false;
            Sign sign = of.services == 0
                    ? null
                    : sign(isa, PowerExits.code(code.get(block, row), ceded.get(block, row) != 0));
            if (sign != null) {
                handled(tsNs, of, sign);
            }
        };
        return GuestSwitches.ofOwnThread(type, guests, handler);
    }

    /** What the guest did to leave; null where it was the host, or where memory was missing. */
    private static Sign sign(String isa, long code) {
        if (code == PowerExits.SLEPT) {
            return Sign.HYPERCALL;
        }
        if (isa.equals("ppc-booke")) {
            return switch ((int) code) {
                case 6, 41 -> Sign.INSTRUCTION;
                case 8, 40 -> Sign.HYPERCALL;
                default -> null;
            };
        }
        return switch ((int) code) {
            case 0x700, 0xe40 -> Sign.INSTRUCTION;
            case 0xc00 -> Sign.HYPERCALL;
            default -> null;
        };
    }

    /** KVM emulates an instruction of the guest: after an exit that was no sign itself, an access to a device. */
    void emulates(long tsNs, int cpu, int tid, TableBlock block, int row) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu != null && state.of(vcpu).services > 0) {
            handled(tsNs, state.of(vcpu), Sign.MMIO);
        }
    }

    private void handled(long tsNs, VcpuInterrupts of, Sign by) {
        Delivery d = of.service[of.services - 1];
        d.handledNs = tsNs;
        d.handledBy = by;
        of.removeService(d);
        deliveries.end(d);
    }

    void toMonitor(long tsNs, int cpu, int tid, TableBlock block, int row) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu != null) {
            of(vcpu).inKvm = false;
        }
    }

    /** The vCPU slept in KVM: a guest that waits can be interrupted. */
    void slept(long tsNs, int cpu, int tid, TableBlock block, int row) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu != null) {
            of(vcpu).takesInterrupts = true;
        }
    }

    /** A vCPU's thread that is not on a CPU is made runnable. */
    void woken(long tsNs, int cpu, int tid, int flags, Vcpu vcpu) {
        Stay stay = of(vcpu);
        VcpuInterrupts of = state.of(vcpu);
        boolean already = vcpu.runnable && vcpu.runnableSinceNs != tsNs;
        if (!stay.inKvm || already || of.timerFires > 0 || stay.kick != null) {
            return;
        }
        Vcpu waker = (flags & Expiries.IN_INTERRUPT) == 0 ? guests.vcpu(tid) : null;
        boolean byOther = waker != null && waker != vcpu && waker.vm == vcpu.vm;
        Delivery d = deliveries.make(vcpu.vm, vcpu, byOther ? Source.IPI : Source.EXTERNAL, EXTERNAL, NOT_TOLD, tsNs);
        d.assertedByTid = tid;
        d.assertedCpu = cpu;
        if ((flags & Expiries.IN_INTERRUPT) == 0) {
            Deliveries.setDue(d, expiries.takeDue(tid));
        }
        stay.kick = d;
        stay.kickFlags = flags;
        of.addPending(d);
    }

    EventHandler entries(EventType type) {
        Field pc = Field.of(type, "pc");
        return GuestSwitches.entries(
                type, guests, (tsNs, cpu, vcpu, block, row) -> entry(tsNs, vcpu, pc.get(block, row)));
    }

    private void entry(long tsNs, Vcpu vcpu, long pc) {
        Stay stay = of(vcpu);
        VcpuInterrupts of = state.of(vcpu);
        stay.inKvm = false;
        of.startedTimer = 0;
        of.inGuest = true;
        int vector = vector(pc);
        if (vector != 0 && stay.hasLeft) {
            if (stay.leftAt != pc) {
                endUnhandled(of, vector);
                carries(tsNs, stay, of, vector);
            } else if (of.inService(vector) != null) {
                of.inService(vector).enteredNs = tsNs;
            }
        }
        forgetKick(stay, of);
    }

    private static int vector(long pc) {
        long base = pc & ~0xFFFL;
        int offset = (int) (pc & 0xFFF);
        boolean atVectors = base == 0 || base == RELOCATED || base == HIGH;
        return atVectors && (offset == EXTERNAL || offset == DECREMENTER) ? offset : 0;
    }

    private void carries(long tsNs, Stay stay, VcpuInterrupts of, int vector) {
        Delivery d = vector == DECREMENTER ? expired(of, vector) : kicked(stay, of);
        if (d == null) {
            of.vcpu.vm.unasserted++;
            return;
        }
        d.injectedNs = tsNs;
        d.enteredNs = tsNs;
        of.addService(d);
    }

    /** The decrementer's timer has expired; null where it has not. */
    private Delivery expired(VcpuInterrupts of, int vector) {
        if (of.timerFires == 0) {
            return null;
        }
        Vcpu vcpu = of.vcpu;
        Delivery d = deliveries.make(vcpu.vm, vcpu, Source.DECREMENTER, vector, vector, of.timerFiredNs);
        d.runnableNs = of.timerRunnableNs;
        d.scheduledNs = of.timerScheduledNs;
        d.coalesced = of.timerFires - 1;
        d.lost = of.timerLost;
        d.assertedByTid = of.timerTid;
        d.assertedCpu = of.timerCpu;
        Deliveries.setDue(d, of.timerDueNs);
        of.timerFires = 0;
        edge(d, d.assertedNs, d.assertedByTid, d.assertedCpu, InterruptEdges.HARDIRQ, false);
        return d;
    }

    /** Somebody woke the vCPU; null where nobody did. */
    private Delivery kicked(Stay stay, VcpuInterrupts of) {
        Delivery d = stay.kick;
        if (d != null) {
            of.removePending(d);
            stay.kick = null;
            d.vector = EXTERNAL;
            edge(d, d.assertedNs, d.assertedByTid, d.assertedCpu, stay.kickFlags, false);
        }
        return d;
    }

    private void forgetKick(Stay stay, VcpuInterrupts of) {
        if (stay.kick != null) {
            of.removePending(stay.kick);
            deliveries.forget(stay.kick);
            stay.kick = null;
        }
    }

    private void edge(Delivery d, long tsNs, int tid, int cpu, int flags, boolean coalesced) {
        edges.write(tsNs, d.vm, d.vcpu.id, d.source, d.irq, tid, cpu, flags, coalesced);
    }

    /** No sign of its handler was seen, but another of its vector came. */
    private void endUnhandled(VcpuInterrupts of, int vector) {
        Delivery before = of.inService(vector);
        if (before != null) {
            of.removeService(before);
            deliveries.end(before);
        }
    }

    /** {@code kvm_booke_queue_irqprio}: a decrementer's in the vCPU's thread, others where they are raised. */
    EventHandler queued(EventType type) {
        Field cpuNr = Field.of(type, "cpu_nr");
        Field priority = Field.of(type, "priority");
        Field pending = Field.of(type, "pending");
        return (tsNs, cpu, tid, block, row) -> {
            GuestVm vm = guests.vmOf(tid);
            Vcpu vcpu = vm == null ? null : vm.vcpu(cpuNr.getInt(block, row));
            int level = priority.getInt(block, row);
            if (vcpu == null || level < 0 || level > PRIORITY_DOORBELL) {
                return;
            }
            boolean already = (pending.get(block, row) >> level & 1) != 0;
            switch (level) {
                case PRIORITY_DECREMENTER -> decrementer(tsNs, state.of(vcpu), already);
                case PRIORITY_EXTERNAL, PRIORITY_EXTERNAL_LEVEL, PRIORITY_DOORBELL -> {
                    int number = level == PRIORITY_DOORBELL ? BOOKE_DOORBELL : BOOKE_EXTERNAL;
                    int flags = (int) block.get(EventTables.FLAGS, row);
                    raised(tsNs, cpu, tid, flags, state.of(vcpu), number, already);
                }
                default -> {
                    // Exceptions that the guest made itself, watchdogs and fixed intervals.
                }
            }
        };
    }

    private void decrementer(long tsNs, VcpuInterrupts of, boolean already) {
        Delivery before = of.inService(BOOKE_DECREMENTER);
        if (already && before != null) {
            before.coalesced += of.timerFires;
            of.timerFires = 0;
            return;
        }
        endUnhandled(of, BOOKE_DECREMENTER);
        Delivery d = expired(of, BOOKE_DECREMENTER);
        if (d == null) {
            of.vcpu.vm.unasserted++;
            return;
        }
        d.injectedNs = tsNs;
        if (of(of.vcpu).takesInterrupts) {
            of.addService(d);
        } else {
            deliveries.end(d);
        }
    }

    /** Raised from outside; when the guest takes it is in no event. */
    private void raised(long tsNs, int cpu, int tid, int flags, VcpuInterrupts of, int number, boolean already) {
        Delivery had = of.pending(number);
        if (had != null && already) {
            had.coalesced++;
            edge(had, tsNs, tid, cpu, flags, true);
            return;
        }
        if (had != null) {
            of.removePending(had);
            deliveries.end(had);
        }
        Vcpu vcpu = of.vcpu;
        Source source = number == BOOKE_DOORBELL ? Source.IPI : Source.EXTERNAL;
        Delivery d = deliveries.make(vcpu.vm, vcpu, source, number, number, tsNs);
        d.assertedByTid = tid;
        d.assertedCpu = cpu;
        if ((flags & Expiries.IN_INTERRUPT) == 0 && tid != vcpu.tid) {
            Deliveries.setDue(d, expiries.takeDue(tid));
        }
        edge(d, tsNs, tid, cpu, flags, false);
        of.addPending(d);
    }

    /** The recording ends: a wakeup that no entry followed is no interrupt yet. */
    void end() {
        for (Vcpu vcpu : guests.vcpus()) {
            forgetKick(of(vcpu), state.of(vcpu));
        }
    }
}
