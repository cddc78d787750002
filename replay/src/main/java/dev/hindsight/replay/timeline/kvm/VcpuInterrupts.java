package dev.hindsight.replay.timeline.kvm;

import java.util.Arrays;

/** The interrupts of one vCPU: pending in its LAPIC, injected and not ended, and its LAPIC timer. */
final class VcpuInterrupts {

    final Vcpu vcpu;

    /** Asserted in the LAPIC, not injected; at most one a vector, in order of assertion. */
    Delivery[] pending = new Delivery[8];

    int pendings;

    /** Injected and not ended; the one injected last is the last. */
    Delivery[] service = new Delivery[8];

    int services;

    /** Injected ones that no entry has carried yet. */
    int awaitingEntry;

    /** Entered ones without a sign of their handler yet. */
    int awaitingSign;

    /** Pending ones that the hardware delivers by itself at the next entry. */
    int posted;

    /** The recording has shown an entry or an exit. */
    boolean known;

    /** Between an entry and the next exit. */
    boolean inGuest;

    /** Expiries of the LAPIC timer that the LAPIC has not taken yet. */
    int timerFires;

    long timerDueNs;
    long timerFiredNs;
    long timerRunnableNs;
    long timerScheduledNs;
    int timerTid;
    int timerCpu;
    boolean timerLost;

    /** Vector of the LAPIC timer once seen, else -1. */
    int timerVector = -1;

    /** The timer is the CPU's preemption timer (VMX): no hrtimer expires for it. */
    boolean timerInHardware;

    /** An hrtimer that the vCPU's thread started since its last exit, 0 for none. */
    long startedTimer;

    /** What {@link #startedTimer} calls at its expiry: an address in the kernel. */
    long startedFunction;

    /** The guest has set its LAPIC timer's count since its last exit: the next hrtimer that its thread starts is it. */
    boolean setsTimer;

    VcpuInterrupts(Vcpu vcpu) {
        this.vcpu = vcpu;
    }

    Delivery pending(int vector) {
        for (int i = 0; i < pendings; i++) {
            if (pending[i].vector == vector) {
                return pending[i];
            }
        }
        return null;
    }

    void addPending(Delivery d) {
        if (pendings == pending.length) {
            pending = Arrays.copyOf(pending, 2 * pendings);
        }
        pending[pendings++] = d;
    }

    void removePending(Delivery d) {
        int i = 0;
        while (pending[i] != d) {
            i++;
        }
        System.arraycopy(pending, i + 1, pending, i, pendings - i - 1);
        pending[--pendings] = null;
    }

    /** The latest delivery in service with a vector, null where there is none. */
    Delivery inService(int vector) {
        for (int i = services - 1; i >= 0; i--) {
            if (service[i].vector == vector) {
                return service[i];
            }
        }
        return null;
    }

    /** The latest delivery in service that came by a pin of the PICs, null where there is none. */
    Delivery inServiceOfPic(int pin) {
        for (int i = services - 1; i >= 0; i--) {
            Delivery.Source source = service[i].source;
            boolean byPic = source == Delivery.Source.PIC || source == Delivery.Source.PIT;
            if (byPic && service[i].irq == pin) {
                return service[i];
            }
        }
        return null;
    }

    void addService(Delivery d) {
        if (services == service.length) {
            service = Arrays.copyOf(service, 2 * services);
        }
        service[services++] = d;
    }

    void removeService(Delivery d) {
        int i = 0;
        while (service[i] != d) {
            i++;
        }
        System.arraycopy(service, i + 1, service, i, services - i - 1);
        service[--services] = null;
    }

    /** The LAPIC timer expired on a CPU while some thread ran there. */
    void timerExpired(long tsNs, long dueNs, int cpu, int tid) {
        if (timerFires++ > 0) {
            return;
        }
        timerDueNs = dueNs;
        timerFiredNs = tsNs;
        timerRunnableNs = vcpu.runnable ? tsNs : Delivery.NONE;
        timerScheduledNs = vcpu.running ? tsNs : Delivery.NONE;
        timerTid = tid;
        timerCpu = cpu;
        timerLost = false;
    }

    /** The vCPU's thread became runnable. */
    void woken(long tsNs) {
        for (int i = 0; i < pendings; i++) {
            if (pending[i].runnableNs == Delivery.NONE) {
                pending[i].runnableNs = tsNs;
            }
        }
        if (timerFires > 0 && timerRunnableNs == Delivery.NONE) {
            timerRunnableNs = tsNs;
        }
    }

    /** The vCPU's thread got a CPU. */
    void scheduled(long tsNs) {
        woken(tsNs);
        for (int i = 0; i < pendings; i++) {
            if (pending[i].scheduledNs == Delivery.NONE) {
                pending[i].scheduledNs = tsNs;
            }
        }
        if (timerFires > 0 && timerScheduledNs == Delivery.NONE) {
            timerScheduledNs = tsNs;
        }
    }

    void markLost() {
        for (int i = 0; i < pendings; i++) {
            pending[i].lost = true;
        }
        for (int i = 0; i < services; i++) {
            service[i].lost = true;
        }
        timerLost = true;
    }
}
