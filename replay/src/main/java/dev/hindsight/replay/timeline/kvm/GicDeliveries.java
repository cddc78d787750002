package dev.hindsight.replay.timeline.kvm;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/** The deliveries of virtual GICs: begun by an edge, entered, handled, ended. At most one a line is under way. */
final class GicDeliveries {

    private final Deliveries deliveries;
    private final InterruptEdges edges;
    private final Map<GuestVm, GicLines> shared = new IdentityHashMap<>();
    private GicVcpu[] vcpus = new GicVcpu[8];

    GicDeliveries(Deliveries deliveries, InterruptEdges edges) {
        this.deliveries = deliveries;
        this.edges = edges;
    }

    /** The lines that the vCPUs of a machine share. */
    GicLines of(GuestVm vm) {
        return shared.computeIfAbsent(vm, key -> new GicLines());
    }

    GicVcpu of(Vcpu vcpu) {
        int i = vcpu.index;
        if (i >= vcpus.length) {
            vcpus = Arrays.copyOf(vcpus, 2 * i);
        }
        if (vcpus[i] == null) {
            vcpus[i] = new GicVcpu(vcpu);
        }
        return vcpus[i];
    }

    /**
     * An edge for a vCPU: a delivery of its own, or one more for that which is pending.
     *
     * @return whether it made a delivery
     */
    boolean raise(GicVcpu to, GicLine line, long tsNs, int cpu, int tid, int flags) {
        boolean pending = line.delivery != null && line.delivery.enteredNs == Delivery.NONE;
        Vcpu vcpu = pending ? line.delivery.vcpu : to.vcpu;
        Delivery.Source source = pending ? line.delivery.source : line.source();
        edges.write(tsNs, vcpu.vm, vcpu.id, source, line.irq, tid, cpu, flags, pending);
        if (pending) {
            line.delivery.coalesced++;
            return false;
        }
        begin(to, line, tsNs, cpu, tid);
        return true;
    }

    /** The expiry of the hrtimer that stands in for the vCPU's timer is an edge: made where and when that expired. */
    void raiseExpired(GicVcpu to, GicLine line) {
        Vcpu vcpu = to.vcpu;
        edges.write(
                to.expiredNs,
                vcpu.vm,
                vcpu.id,
                line.source(),
                line.irq,
                to.expiredTid,
                to.expiredCpu,
                InterruptEdges.HARDIRQ,
                false);
        begin(to, line, to.expiredNs, to.expiredCpu, to.expiredTid);
        to.expiredFor(line.delivery);
    }

    private void begin(GicVcpu to, GicLine line, long tsNs, int cpu, int tid) {
        if (line.delivery != null) {
            end(line);
        }
        Delivery d = deliveries.make(to.vcpu.vm, to.vcpu, line.source(), line.irq, -1, tsNs);
        d.assertedByTid = tid;
        d.assertedCpu = cpu;
        line.delivery = d;
        to.addOpen(line);
    }

    void entered(GicVcpu of, long tsNs) {
        // An expiry that told no edge by now was for a level that is high already.
        of.expired = false;
        for (int i = 0; i < of.opens; i++) {
            Delivery d = of.open[i].delivery;
            if (d.enteredNs == Delivery.NONE) {
                d.enteredNs = tsNs;
            }
        }
    }

    /** The guest is idle: what it had entered with is behind it. */
    void idle(GicVcpu of) {
        for (int i = of.opens - 1; i >= 0; i--) {
            if (of.open[i].delivery.enteredNs != Delivery.NONE) {
                end(of.open[i]);
            }
        }
    }

    /** Writes the delivery of a line as far as it got. */
    void end(GicLine line) {
        Delivery d = line.delivery;
        of(d.vcpu).removeOpen(line);
        line.delivery = null;
        deliveries.end(d);
    }

    void end(Iterable<Vcpu> all) {
        for (Vcpu vcpu : all) {
            GicVcpu of = of(vcpu);
            while (of.opens > 0) {
                end(of.open[0]);
            }
        }
        deliveries.flush();
        edges.flush();
    }
}
