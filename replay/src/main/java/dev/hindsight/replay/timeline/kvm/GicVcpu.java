package dev.hindsight.replay.timeline.kvm;

import java.util.Arrays;

/** The interrupts of one vCPU of a virtual GIC: its own lines, what is under way to it, and the timer that wakes it. */
final class GicVcpu {

    final Vcpu vcpu;
    final GicLines lines = new GicLines();

    /** Lines with a delivery to this vCPU under way, in order of assertion. */
    GicLine[] open = new GicLine[4];

    int opens;

    /** The hrtimer that stands in for the vCPU's timer has expired; nothing has told yet which line it was for. */
    boolean expired;

    long dueNs;
    long expiredNs;
    private long runnableNs;
    private long scheduledNs;
    int expiredTid;
    int expiredCpu;
    private boolean expiryLost;

    GicVcpu(Vcpu vcpu) {
        this.vcpu = vcpu;
    }

    void addOpen(GicLine line) {
        if (opens == open.length) {
            open = Arrays.copyOf(open, 2 * opens);
        }
        open[opens++] = line;
    }

    void removeOpen(GicLine line) {
        int i = 0;
        while (open[i] != line) {
            i++;
        }
        System.arraycopy(open, i + 1, open, i, opens - i - 1);
        open[--opens] = null;
    }

    /** Of the deliveries that the guest has entered with and that nothing tells to be handled the latest; else null. */
    Delivery entered() {
        Delivery latest = null;
        for (int i = 0; i < opens; i++) {
            Delivery d = open[i].delivery;
            boolean candidate = d.enteredNs != Delivery.NONE && d.handledNs == Delivery.NONE;
            if (candidate && (latest == null || d.enteredNs >= latest.enteredNs)) {
                latest = d;
            }
        }
        return latest;
    }

    void expired(long tsNs, long due, int cpu, int tid) {
        if (expired) {
            return;
        }
        expired = true;
        dueNs = due;
        expiredNs = tsNs;
        runnableNs = vcpu.runnable ? tsNs : Delivery.NONE;
        scheduledNs = vcpu.running ? tsNs : Delivery.NONE;
        expiredTid = tid;
        expiredCpu = cpu;
        expiryLost = false;
    }

    /** What the expiry brought is this delivery. */
    void expiredFor(Delivery d) {
        d.runnableNs = runnableNs;
        d.scheduledNs = scheduledNs;
        d.assertedByTid = expiredTid;
        d.assertedCpu = expiredCpu;
        d.lost = expiryLost;
        Deliveries.setDue(d, dueNs);
        expired = false;
    }

    /** The vCPU's thread became runnable. */
    void woken(long tsNs) {
        for (int i = 0; i < opens; i++) {
            Delivery d = open[i].delivery;
            if (d.runnableNs == Delivery.NONE && d.enteredNs == Delivery.NONE) {
                d.runnableNs = tsNs;
            }
        }
        if (expired && runnableNs == Delivery.NONE) {
            runnableNs = tsNs;
        }
    }

    /** The vCPU's thread got a CPU. */
    void scheduled(long tsNs) {
        woken(tsNs);
        for (int i = 0; i < opens; i++) {
            Delivery d = open[i].delivery;
            if (d.scheduledNs == Delivery.NONE && d.enteredNs == Delivery.NONE) {
                d.scheduledNs = tsNs;
            }
        }
        if (expired && scheduledNs == Delivery.NONE) {
            scheduledNs = tsNs;
        }
    }

    void markLost() {
        for (int i = 0; i < opens; i++) {
            open[i].delivery.lost = true;
        }
        expiryLost = true;
    }
}
