package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.replay.timeline.EventHandler;
import java.util.Arrays;

/**
 * Interrupts of a virtual GIC that devices raise ({@code vgic_update_irq_pending}): SPIs and LPIs, and PPIs that are no
 * timer's.
 *
 * <p>A rising level is an edge; its fall takes nothing back, since nothing tells whether the guest has the line
 * edge-triggered. The vCPU that takes an SPI is the guest's choice, which no event tells: it is the one that whoever
 * raises the line wakes with it, else the one that the event names. Of a thread of which nothing tells whose machine it
 * serves, that wakeup tells it too.
 */
final class GicSharedLines {

    private final GuestDirectory guests;
    private final GicDeliveries deliveries;
    private final Expiries expiries;

    /** By CPU: an edge whose vCPU a wakeup may still tell. */
    private Raised[] byCpu = new Raised[8];

    private static final class Raised {
        boolean isOpen;
        long tsNs;
        int tid;
        int flags;
        int irq;
        long dueNs;
        GuestVm vm;
        Vcpu named;
    }

    GicSharedLines(GuestDirectory guests, GicDeliveries deliveries, Expiries expiries) {
        this.guests = guests;
        this.deliveries = deliveries;
        this.expiries = expiries;
    }

    private Raised on(int cpu) {
        if (cpu >= byCpu.length) {
            byCpu = Arrays.copyOf(byCpu, Math.max(cpu + 1, 2 * byCpu.length));
        }
        if (byCpu[cpu] == null) {
            byCpu[cpu] = new Raised();
        }
        return byCpu[cpu];
    }

    EventHandler updates(EventType type) {
        Field vcpuId = Field.of(type, "vcpu_id");
        Field number = Field.of(type, "irq");
        Field level = Field.of(type, "level");
        return (tsNs, cpu, tid, block, row) -> {
            over(cpu);
            int irq = number.getInt(block, row);
            int flags = (int) block.get(EventTables.FLAGS, row);
            boolean high = level.get(block, row) != 0;
            boolean inInterrupt = (flags & Expiries.IN_INTERRUPT) != 0;
            GuestVm vm = !inInterrupt
                    ? guests.vmOf(tid)
                    : guests.vms().size() == 1 ? guests.vms().get(0) : null;
            Vcpu named = vm == null ? null : vm.vcpu(vcpuId.getInt(block, row));
            if (irq < GicLine.FIRST_SPI) {
                ofVcpu(named == null ? guests.vcpu(tid) : named, irq, high, tsNs, cpu, tid, flags);
                return;
            }
            if (vm != null) {
                GicLine line = deliveries.of(vm).of(irq);
                boolean rising = line != null && high && !line.high;
                if (line != null) {
                    line.high = high;
                }
                if (!rising) {
                    return;
                }
            } else if (!high) {
                return;
            }
            Raised raised = on(cpu);
            raised.isOpen = true;
            raised.tsNs = tsNs;
            raised.tid = tid;
            raised.flags = flags;
            raised.irq = irq;
            raised.dueNs = inInterrupt ? Delivery.NONE : expiries.takeDue(tid);
            raised.vm = vm;
            raised.named = named != null || vm == null ? named : vm.bootVcpu();
            if (vm != null && vm.vcpus.size() == 1) {
                over(cpu);
            }
        };
    }

    /** A PPI, or an SGI: of a vCPU's own; a timer's is told by the timer. */
    private void ofVcpu(Vcpu vcpu, int irq, boolean high, long tsNs, int cpu, int tid, int flags) {
        if (vcpu == null) {
            return;
        }
        GicVcpu of = deliveries.of(vcpu);
        GicLine line = of.lines.of(irq);
        if (line == null || line.timer) {
            return;
        }
        boolean rising = high && !line.high;
        line.high = high;
        if (rising) {
            deliveries.raise(of, line, tsNs, cpu, tid, flags);
        }
    }

    /** A vCPU's thread is woken: for what was raised just before, if that is on this CPU by the same thread. */
    void woken(int cpu, int tid, Vcpu wakee) {
        if (cpu >= byCpu.length || byCpu[cpu] == null || !byCpu[cpu].isOpen || byCpu[cpu].tid != tid) {
            return;
        }
        Raised raised = byCpu[cpu];
        if (raised.vm == null) {
            raised.vm = wakee.vm;
            if ((raised.flags & Expiries.IN_INTERRUPT) == 0) {
                guests.learn(tid, wakee.vm);
            }
        }
        if (raised.vm == wakee.vm) {
            raised.named = wakee;
            over(cpu);
        }
    }

    /** Nothing more tells of what a CPU raised. */
    void over(int cpu) {
        if (cpu >= byCpu.length || byCpu[cpu] == null || !byCpu[cpu].isOpen) {
            return;
        }
        Raised raised = byCpu[cpu];
        raised.isOpen = false;
        if (raised.named == null) {
            return;
        }
        GicLine line = deliveries.of(raised.vm).of(raised.irq);
        if (line == null) {
            return;
        }
        GicVcpu to = deliveries.of(raised.named);
        if (deliveries.raise(to, line, raised.tsNs, cpu, raised.tid, raised.flags)) {
            Deliveries.setDue(line.delivery, raised.dueNs);
        }
    }

    void end() {
        for (int cpu = 0; cpu < byCpu.length; cpu++) {
            over(cpu);
        }
    }
}
