package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.RescheduleRequests;
import java.util.Arrays;

/**
 * The side of a virtual interrupt where it comes from: lines, messages, IPIs and the LAPIC timer, up to the point where
 * it is pending in a PIC or a LAPIC.
 *
 * <p>KVM tells a line ({@code kvm_set_irq}) or a message first, and the interrupt controllers that it reaches in events
 * that follow on the same CPU in the same thread. One assertion is one delivery: what a LAPIC takes
 * ({@code kvm_apic_accept_irq}) is not the PIC's too. An edge on what is pending already is coalesced.
 */
final class InterruptSources {

    /** APIC_DM_FIXED and APIC_DM_LOWEST in bits 10:8; the others are NMI, SMI, INIT and the like. */
    private static final int LOWEST_PRIORITY = 1;

    private static final int NO_ASSERTION_GSI = -1;

    private final GuestDirectory guests;
    private final InterruptState state;
    private final Expiries expiries;
    private final Deliveries deliveries;
    private final UnattributedAssertions unattributed;
    private final InterruptEdges edges;
    private final RescheduleRequests requests;
    private Assertion[] byCpu = new Assertion[8];

    InterruptSources(
            GuestDirectory guests,
            InterruptState state,
            Expiries expiries,
            Deliveries deliveries,
            UnattributedAssertions unattributed,
            InterruptEdges edges,
            RescheduleRequests requests) {
        this.requests = requests;
        this.guests = guests;
        this.state = state;
        this.expiries = expiries;
        this.deliveries = deliveries;
        this.unattributed = unattributed;
        this.edges = edges;
    }

    private Assertion on(int cpu) {
        if (cpu >= byCpu.length) {
            byCpu = Arrays.copyOf(byCpu, Math.max(cpu + 1, 2 * byCpu.length));
        }
        if (byCpu[cpu] == null) {
            byCpu[cpu] = new Assertion();
        }
        return byCpu[cpu];
    }

    /** Whatever a CPU asserted is over: its thread entered a guest, left it, or left the CPU. */
    void over(int cpu) {
        if (cpu < byCpu.length && byCpu[cpu] != null) {
            edges.over(byCpu[cpu], cpu);
            byCpu[cpu].kind = Assertion.Kind.NONE;
        }
    }

    /** An assertion begins on a CPU, the one before it is over. */
    private Assertion begin(Assertion.Kind what, long tsNs, int cpu, int tid, TableBlock block, int row) {
        Assertion a = on(cpu);
        edges.over(a, cpu);
        a.begin(what, tsNs, tid, (int) block.get(EventTables.FLAGS, row), vmOf(tid, block, row));
        return a;
    }

    /** The recording ends: so do assertions. */
    void end() {
        for (int cpu = 0; cpu < byCpu.length; cpu++) {
            over(cpu);
        }
    }

    /** In an interrupt, the thread that happens to run there says nothing about the machine, unless it is the only one. */
    private VmInterrupts vmOf(int tid, TableBlock block, int row) {
        boolean inInterrupt = (block.get(EventTables.FLAGS, row) & Expiries.IN_INTERRUPT) != 0;
        if (inInterrupt && guests.vms().size() != 1) {
            return null;
        }
        GuestVm vm = inInterrupt ? guests.vms().get(0) : guests.vmOf(tid);
        return vm == null ? null : state.of(vm);
    }

    EventHandler lines(EventType type) {
        Field gsi = Field.of(type, "gsi");
        Field level = Field.of(type, "level");
        Field source = Field.of(type, "irq_source_id");
        return (tsNs, cpu, tid, block, row) -> {
            Assertion a = begin(Assertion.Kind.LINE, tsNs, cpu, tid, block, row);
            a.gsi = gsi.getInt(block, row);
            a.high = level.get(block, row) != 0;
            if (a.vm == null) {
                a.rising = a.high;
                return;
            }
            a.rising = a.vm.setLevel(a.gsi, source.getInt(block, row), a.high);
            if (a.rising) {
                a.byPit = guests.isPit(tid);
                a.dueNs = a.byPit ? a.vm.pitRaises() : expiries.takeDue(tid);
            }
        };
    }

    EventHandler messages(EventType type) {
        Field data = Field.of(type, "data");
        return (tsNs, cpu, tid, block, row) -> {
            Assertion a = begin(Assertion.Kind.MSI, tsNs, cpu, tid, block, row);
            a.vector = (int) (data.get(block, row) & 0xFF);
            a.rising = true;
            a.dueNs = expiries.takeDue(tid);
        };
    }

    EventHandler ipis(EventType type) {
        Field icrLow = Field.of(type, "icr_low");
        return (tsNs, cpu, tid, block, row) -> {
            Assertion a = begin(Assertion.Kind.IPI, tsNs, cpu, tid, block, row);
            a.vector = (int) (icrLow.get(block, row) & 0xFF);
            a.rising = true;
        };
    }

    EventHandler pic(EventType type) {
        Field chip = Field.of(type, "chip");
        Field pin = Field.of(type, "pin");
        Field elcr = Field.of(type, "elcr");
        Field imr = Field.of(type, "imr");
        Field coalesced = Field.of(type, "coalesced");
        return (tsNs, cpu, tid, block, row) -> {
            Assertion a = on(cpu);
            if (!a.is(Assertion.Kind.LINE, tid)) {
                return;
            }
            int local = pin.getInt(block, row) & 7;
            int which = chip.getInt(block, row) & 1;
            int global = 8 * which + local;
            boolean masked = (imr.get(block, row) >> local & 1) != 0;
            if (a.vm == null) {
                if (a.rising && !masked) {
                    unattributed.add(
                            a.sinceNs,
                            cpu,
                            tid,
                            a.flags,
                            Delivery.Source.PIC,
                            a.gsi,
                            UnattributedAssertions.PIC_PIN | global,
                            -1);
                }
                return;
            }
            a.vm.elcr[which] = elcr.getInt(block, row);
            boolean levelTriggered = (a.vm.elcr[which] >> local & 1) != 0;
            if (a.high && a.rising && !a.accepted) {
                latch(cpu, a, global, masked, coalesced.get(block, row) != 0);
            } else if (!a.high && levelTriggered && !a.vm.isHigh(a.gsi)) {
                withdraw(a.vm, global);
            }
        };
    }

    private void latch(int cpu, Assertion a, int pin, boolean masked, boolean coalesced) {
        Delivery had = a.vm.pic[pin];
        a.latched = !masked;
        if (had != null && (coalesced || masked || had.masked)) {
            had.masked = masked;
            had.coalesced++;
            a.coalesced = true;
            return;
        }
        if (had != null) {
            // The kernel found the latch free: its injection was not recorded.
            deliveries.end(had);
        }
        Delivery d = make(
                a.vm, a.vm.vm.bootVcpu(), a.byPit ? Delivery.Source.PIT : Delivery.Source.PIC, a.gsi, -1, a.sinceNs);
        Deliveries.setDue(d, a.dueNs);
        d.assertedByTid = a.tid;
        d.assertedCpu = cpu;
        d.masked = masked;
        if (!masked && d.vcpu != null) {
            kick(a.sinceNs, cpu, state.of(d.vcpu));
        }
        a.vm.setPic(pin, d);
        a.latchedPin = pin;
    }

    /** What became pending takes a vCPU out of its guest, if that is where it is; another CPU has to be asked to. */
    private void kick(long tsNs, int cpu, VcpuInterrupts target) {
        if (target.inGuest && target.vcpu.running && target.vcpu.cpu != cpu) {
            requests.add(target.vcpu.cpu, tsNs, RescheduleRequests.KICK);
        }
    }

    private Delivery make(VmInterrupts vm, Vcpu vcpu, Delivery.Source source, int irq, int vector, long tsNs) {
        return deliveries.make(vm.vm, vcpu, source, irq, vector, tsNs);
    }

    /** A level-triggered line fell before the guest took its interrupt: it never will. */
    private void withdraw(VmInterrupts vm, int pin) {
        Delivery d = vm.pic[pin];
        if (d == null) {
            return;
        }
        vm.setPic(pin, null);
        if (d.masked) {
            deliveries.forget(d);
        } else {
            deliveries.end(d);
        }
    }

    EventHandler accepts(EventType type, boolean postsOnly) {
        Field apicId = Field.of(type, "apicid");
        Field mode = Field.of(type, "dm");
        Field trigger = Field.of(type, "tm");
        Field vector = Field.of(type, "vec");
        return (tsNs, cpu, tid, block, row) -> {
            if ((mode.get(block, row) >> 8 & 7) > LOWEST_PRIORITY) {
                return;
            }
            int to = apicId.getInt(block, row);
            int vec = vector.getInt(block, row) & 0xFF;
            Assertion a = on(cpu);
            boolean told = a.kind != Assertion.Kind.NONE
                    && a.tid == tid
                    && (a.kind == Assertion.Kind.LINE ? a.high : a.vector == vec);
            VmInterrupts vm = told && a.vm != null ? a.vm : vmOf(tid, block, row);
            Vcpu vcpu = vm == null ? null : vm.vm.vcpu(to);
            int flags = (int) block.get(EventTables.FLAGS, row);
            if (vcpu == null) {
                unattributed.add(
                        vm == null ? null : vm.vm,
                        told ? a.sinceNs : tsNs,
                        cpu,
                        tid,
                        flags,
                        told ? source(a) : Delivery.Source.LAPIC,
                        told && a.gsi >= 0 ? a.gsi : vec,
                        vec,
                        to,
                        postsOnly);
                return;
            }
            VcpuInterrupts target = state.of(vcpu);
            if (!postsOnly || target.pending(vec) == null) {
                accept(tsNs, cpu, tid, target, vm, vec, told ? a : null, trigger.get(block, row) != 0, flags);
            }
            if (postsOnly) {
                post(tsNs, target, vec);
            }
        };
    }

    private static Delivery.Source source(Assertion a) {
        return switch (a.kind) {
            case LINE -> a.byPit ? Delivery.Source.PIT : Delivery.Source.IOAPIC;
            case MSI -> Delivery.Source.MSI;
            case IPI -> Delivery.Source.IPI;
            case NONE -> Delivery.Source.LAPIC;
        };
    }

    private void accept(
            long tsNs,
            int cpu,
            int tid,
            VcpuInterrupts target,
            VmInterrupts vm,
            int vec,
            Assertion a,
            boolean level,
            int flags) {
        if (a != null && a.kind == Assertion.Kind.LINE) {
            a.accepted = true;
            a.latched = false;
            vm.gsiByVector[vec] = a.gsi;
            if (a.latchedPin >= 0) {
                deliveries.forget(vm.pic[a.latchedPin]);
                vm.setPic(a.latchedPin, null);
                a.latchedPin = -1;
            }
        }
        boolean timer = a == null && isTimer(target, tid, vec);
        Delivery had = target.pending(vec);
        if (had != null && had.lost) {
            target.removePending(had);
            deliveries.end(had);
            had = null;
        }
        Delivery of = had;
        if (had == null) {
            of = timer
                    ? timerDelivery(tsNs, cpu, tid, target, vec)
                    : delivery(tsNs, cpu, tid, target, vm, vec, a, level);
            target.addPending(of);
        }
        if (had == null) {
            kick(tsNs, cpu, target);
        }
        if (had == null && of.assertedNs < tsNs && timer) {
            // The timer's callback raised it; the LAPIC takes it later, in the vCPU's thread.
            edges.write(
                    of.assertedNs,
                    vm.vm,
                    target.vcpu.id,
                    of.source,
                    of.irq,
                    of.assertedByTid,
                    of.assertedCpu,
                    InterruptEdges.HARDIRQ,
                    false);
        } else {
            long raisedNs = a != null ? a.sinceNs : tsNs;
            edges.write(raisedNs, vm.vm, target.vcpu.id, of.source, of.irq, tid, cpu, flags, had != null);
        }
        if (had != null) {
            had.coalesced += timer ? Math.max(1, target.timerFires) : 1;
            if (timer) {
                target.timerFires = 0;
            }
        }
    }

    private Delivery delivery(
            long tsNs, int cpu, int tid, VcpuInterrupts target, VmInterrupts vm, int vec, Assertion a, boolean level) {
        Delivery.Source source;
        int irq = vec;
        if (a != null) {
            source = source(a);
            irq = a.gsi > NO_ASSERTION_GSI ? a.gsi : vec;
        } else if (level && vm.gsiByVector[vec] >= 0) {
            source = Delivery.Source.IOAPIC;
            irq = vm.gsiByVector[vec];
        } else {
            Vcpu sender = guests.vcpu(tid);
            boolean fromOther = sender != null && sender != target.vcpu && sender.vm == vm.vm;
            source = fromOther ? Delivery.Source.IPI : Delivery.Source.LAPIC;
        }
        Delivery d = make(vm, target.vcpu, source, irq, vec, a == null ? tsNs : a.sinceNs);
        if (a != null) {
            Deliveries.setDue(d, a.dueNs);
        }
        d.assertedByTid = tid;
        d.assertedCpu = cpu;
        return d;
    }

    /** Whether what a LAPIC takes without a line, message or IPI is from its own timer. */
    private static boolean isTimer(VcpuInterrupts target, int tid, int vec) {
        if (target.timerFires > 0 && (target.timerVector < 0 || target.timerVector == vec)) {
            return true;
        }
        return target.vcpu.tid == tid && (target.timerVector == vec || target.timerInHardware);
    }

    /** The LAPIC timer's interrupt: asserted when its hrtimer expired, where that was seen. */
    private Delivery timerDelivery(long tsNs, int cpu, int tid, VcpuInterrupts target, int vec) {
        target.timerVector = vec;
        boolean seen = target.timerFires > 0;
        Delivery d = deliveries.make(
                target.vcpu.vm, target.vcpu, Delivery.Source.LAPIC_TIMER, vec, vec, seen ? target.timerFiredNs : tsNs);
        d.assertedByTid = seen ? target.timerTid : tid;
        d.assertedCpu = seen ? target.timerCpu : cpu;
        if (seen) {
            d.runnableNs = target.timerRunnableNs;
            d.scheduledNs = target.timerScheduledNs;
            d.coalesced = target.timerFires - 1;
            d.lost = target.timerLost;
            Deliveries.setDue(d, target.timerDueNs);
            target.timerFires = 0;
        }
        return d;
    }

    /** The interrupt goes into the guest without KVM: at once where it runs, else with its next entry. */
    private void post(long tsNs, VcpuInterrupts target, int vec) {
        Delivery d = target.pending(vec);
        if (d == null || d.posted) {
            return;
        }
        d.posted = true;
        if (target.inGuest) {
            target.removePending(d);
            deliveries.end(d);
        } else {
            target.posted++;
        }
    }
}
