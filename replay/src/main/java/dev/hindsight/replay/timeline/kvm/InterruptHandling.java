package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.kvm.Delivery.Sign;

/**
 * The side of a virtual interrupt where it goes to: injected into a vCPU, carried into the guest by an entry, handled
 * and ended there.
 *
 * <p>An injection that the processor could not complete (a fault while it delivered) comes back and is told again as
 * {@code reinjected}: the first one counts as injected, the last entry before the handler as entered. The handler has
 * begun at the first thing that the guest does after that entry which KVM sees: port or MMIO access, MSR, hypercall,
 * or the end of the interrupt.
 */
final class InterruptHandling {

    /** A guest that ends no interrupt must not fill the heap. */
    private static final int MOST_IN_SERVICE = 256;

    private static final int IRQCHIP_IOAPIC = 2;

    private final GuestDirectory guests;
    private final InterruptState state;
    private final Deliveries deliveries;
    private final UnattributedAssertions unattributed;
    private final InterruptEdges edges;
    private final UndiscoveredThreads<Injection> early;

    private record Injection(long tsNs, int vector) {}

    InterruptHandling(
            GuestDirectory guests,
            InterruptState state,
            Deliveries deliveries,
            UnattributedAssertions unattributed,
            InterruptEdges edges) {
        this.guests = guests;
        this.state = state;
        this.deliveries = deliveries;
        this.unattributed = unattributed;
        this.edges = edges;
        this.early = guests.undiscovered();
    }

    EventHandler injections(EventType type) {
        Field vector = Field.of(type, "vector", "irq");
        Field soft = Field.of(type, "soft");
        Field reinjected = Field.of(type, "reinjected");
        boolean tells = reinjected.present();
        return (tsNs, cpu, tid, block, row) -> {
            if (soft.get(block, row) != 0) {
                return;
            }
            Vcpu vcpu = guests.vcpu(tid);
            int vec = vector.getInt(block, row);
            if (vcpu == null) {
                if (reinjected.get(block, row) == 0) {
                    early.add(tid, new Injection(tsNs, vec));
                }
                return;
            }
            VcpuInterrupts of = state.of(vcpu);
            Delivery before = of.inService(vec);
            boolean again =
                    tells ? reinjected.get(block, row) != 0 : before != null && before.handledNs == Delivery.NONE;
            if (!again) {
                injected(tsNs, of, before, vec);
            } else if (before != null && before.handledNs == Delivery.NONE && before.enteredNs != Delivery.NONE) {
                before.enteredNs = Delivery.NONE;
                of.awaitingEntry++;
                of.awaitingSign--;
            }
        };
    }

    /** An injection; {@code before} is what is in service with its vector, null for nothing. */
    private void injected(long tsNs, VcpuInterrupts of, Delivery before, int vec) {
        if (before != null) {
            endService(of, before);
        }
        Delivery d = asserted(of, vec);
        if (d == null) {
            of.vcpu.vm.unasserted++;
        } else {
            inject(tsNs, of, d, vec);
        }
    }

    private void inject(long tsNs, VcpuInterrupts of, Delivery d, int vec) {
        d.vector = vec;
        d.injectedNs = tsNs;
        if (d.scheduledNs > tsNs) {
            // The thread left the CPU between this injection and its first entry: of the time before nothing is known.
            d.scheduledNs = Delivery.NONE;
            d.runnableNs = d.runnableNs > tsNs ? Delivery.NONE : d.runnableNs;
        }
        if (of.services >= MOST_IN_SERVICE) {
            endService(of, of.service[0]);
        }
        of.addService(d);
        of.awaitingEntry++;
    }

    /** What is pending of this vector, now taken from where it was pending; null where nothing is known. */
    private Delivery asserted(VcpuInterrupts of, int vec) {
        Delivery d = of.pending(vec);
        if (d != null) {
            of.removePending(d);
            if (d.posted) {
                of.posted--;
            }
            return d;
        }
        VmInterrupts vm = state.of(of.vcpu.vm);
        int pin = vm.picPendings == 0 ? -1 : pendingPin(vm, vec);
        if (pin >= 0) {
            d = vm.pic[pin];
            vm.setPic(pin, null);
            vm.picBase[pin >> 3] = vec & ~7;
            d.masked = false;
            if (d.vcpu != of.vcpu) {
                d.vcpu = of.vcpu;
                place(d);
            }
            return d;
        }
        int i = unattributed.take(vec, of.vcpu);
        return i < 0 ? null : attributed(i, of, vec);
    }

    /** An assertion of which it is known by now that it was this vCPU's. */
    private Delivery attributed(int i, VcpuInterrupts of, int vec) {
        Vcpu vcpu = of.vcpu;
        Delivery d = deliveries.make(
                vcpu.vm, vcpu, unattributed.source[i], unattributed.irq[i], vec, unattributed.assertedNs[i]);
        d.assertedByTid = unattributed.tid[i];
        d.assertedCpu = unattributed.cpu[i];
        d.coalesced = unattributed.coalesced[i];
        place(d);
        edges.write(
                d.assertedNs,
                d.vm,
                vcpu.id,
                d.source,
                d.irq,
                d.assertedByTid,
                d.assertedCpu,
                unattributed.flags[i],
                false);
        guests.learn(unattributed.tid[i], vcpu.vm);
        return d;
    }

    /** An entry or an exit shows a vCPU: what was asserted for it, and injected by its thread, before it was known is its own. */
    void seen(VcpuInterrupts of) {
        if (of.known) {
            return;
        }
        of.known = true;
        for (int i = takeKnown(of); i >= 0; i = takeKnown(of)) {
            Delivery d = attributed(i, of, unattributed.awaits[i]);
            d.posted = unattributed.posted[i];
            of.posted += d.posted ? 1 : 0;
            of.addPending(d);
        }
        for (Injection injection : early.take(of.vcpu.tid)) {
            injected(injection.tsNs, of, of.inService(injection.vector), injection.vector);
        }
    }

    private int takeKnown(VcpuInterrupts of) {
        return unattributed.takeKnown(of.vcpu, guests::vmOf);
    }

    /** Where the vCPU stood since the assertion, from its present stay on the CPU: it was not watched before. */
    private static void place(Delivery d) {
        Vcpu vcpu = d.vcpu;
        boolean known = vcpu.running && vcpu.runnableSinceNs != Vcpu.NEVER && vcpu.scheduledNs != Vcpu.NEVER;
        d.runnableNs = known ? Math.max(d.assertedNs, vcpu.runnableSinceNs) : Delivery.NONE;
        d.scheduledNs = known ? Math.max(d.runnableNs, vcpu.scheduledNs) : Delivery.NONE;
    }

    /** The pin of a PIC whose interrupt has this vector: pins add 0 to 7 to a base that is a multiple of 8. */
    private static int pendingPin(VmInterrupts vm, int vec) {
        int found = -1;
        for (int which = 0; which < 2; which++) {
            int pin = 8 * which + (vec & 7);
            if (vm.pic[pin] == null) {
                continue;
            }
            if (vm.picBase[which] == (vec & ~7)) {
                return pin;
            }
            if (found < 0 || vm.pic[found].masked) {
                found = vm.picBase[which] < 0 || vm.picBase[1 - which] < 0 ? pin : found;
            }
        }
        return found;
    }

    void entry(long tsNs, int cpu, Vcpu vcpu, TableBlock block, int row) {
        VcpuInterrupts of = state.of(vcpu);
        of.startedTimer = 0;
        of.setsTimer = false;
        of.inGuest = true;
        seen(of);
        for (int i = 0; of.awaitingEntry > 0 && i < of.services; i++) {
            Delivery d = of.service[i];
            if (d.enteredNs == Delivery.NONE && d.handledNs == Delivery.NONE) {
                d.enteredNs = tsNs;
                of.awaitingEntry--;
                of.awaitingSign++;
            }
        }
        for (int i = 0; of.posted > 0 && i < of.pendings; i++) {
            Delivery d = of.pending[i];
            if (d.posted) {
                d.enteredNs = tsNs;
                of.posted--;
                of.removePending(d);
                deliveries.end(d);
                i--;
            }
        }
    }

    /** A sign of the guest's handler: of the interrupt that the guest entered last. */
    void sign(long tsNs, int tid, Sign by) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu == null) {
            return;
        }
        VcpuInterrupts of = state.of(vcpu);
        for (int i = of.services - 1; of.awaitingSign > 0 && i >= 0; i--) {
            Delivery d = of.service[i];
            if (d.enteredNs != Delivery.NONE && d.handledNs == Delivery.NONE) {
                handled(of, d, tsNs, by);
                return;
            }
        }
    }

    private static void handled(VcpuInterrupts of, Delivery d, long tsNs, Sign by) {
        if (d.enteredNs == Delivery.NONE) {
            of.awaitingEntry--;
        } else {
            of.awaitingSign--;
        }
        d.handledNs = tsNs;
        d.handledBy = by;
    }

    /** The guest ended an interrupt of its LAPIC, by {@code kvm_eoi} or {@code kvm_pv_eoi}. */
    EventHandler ends(EventType type) {
        Field vector = Field.of(type, "vector");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            if (vcpu == null) {
                return;
            }
            VcpuInterrupts of = state.of(vcpu);
            Delivery d = of.inService(vector.getInt(block, row));
            if (d != null) {
                ended(tsNs, of, d, Sign.EOI);
            }
        };
    }

    /** An interrupt controller was acknowledged ({@code kvm_ack_irq}). */
    EventHandler acknowledges(EventType type) {
        Field chip = Field.of(type, "irqchip");
        Field pin = Field.of(type, "pin");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            if (vcpu == null) {
                return;
            }
            VmInterrupts vm = state.of(vcpu.vm);
            int which = pin.getInt(block, row);
            if (chip.get(block, row) == IRQCHIP_IOAPIC) {
                if (which == 0 || which == 2) {
                    vm.pitAcknowledged();
                }
                return;
            }
            if (which == 0) {
                vm.pitAcknowledged();
            }
            for (int i = 0; i < vcpu.vm.vcpus.size(); i++) {
                VcpuInterrupts of = state.of(vcpu.vm.vcpus.get(i));
                Delivery d = of.inServiceOfPic(which);
                if (d != null) {
                    ended(tsNs, of, d, Sign.ACK);
                    break;
                }
            }
            raiseAgain(tsNs, cpu, tid, vm, which);
        };
    }

    /** A level-triggered line of the PIC that is still high raises the next interrupt as soon as one has ended. */
    private void raiseAgain(long tsNs, int cpu, int tid, VmInterrupts vm, int pin) {
        if (pin < 0 || pin >= VmInterrupts.PIC_PINS || vm.pic[pin] != null || !vm.isHigh(pin)) {
            return;
        }
        if ((vm.elcr[pin >> 3] >> (pin & 7) & 1) == 0) {
            return;
        }
        Delivery d = deliveries.make(vm.vm, vm.vm.bootVcpu(), Delivery.Source.PIC, pin, -1, tsNs);
        d.assertedByTid = tid;
        d.assertedCpu = cpu;
        vm.setPic(pin, d);
        edges.write(tsNs, vm.vm, d.vcpu == null ? 0 : d.vcpu.id, d.source, d.irq, tid, cpu, 0, false);
    }

    private void ended(long tsNs, VcpuInterrupts of, Delivery d, Sign by) {
        if (d.handledNs == Delivery.NONE) {
            handled(of, d, tsNs, by);
        }
        d.eoiNs = tsNs;
        of.removeService(d);
        deliveries.end(d);
    }

    /** No end of it was seen, but another of its vector, or too many others, came. */
    private void endService(VcpuInterrupts of, Delivery d) {
        if (d.handledNs == Delivery.NONE) {
            if (d.enteredNs == Delivery.NONE) {
                of.awaitingEntry--;
            } else {
                of.awaitingSign--;
            }
        }
        of.removeService(d);
        deliveries.end(d);
    }
}
