package dev.hindsight.sampletraces.synthetic;

import dev.hindsight.sampletraces.synthetic.KvmHostEvents.HostThread;
import java.nio.charset.StandardCharsets;

/**
 * One CPU of the made-up host: a VM whose guest takes a PIT interrupt, runs a job and halts, beside a load thread that
 * sleeps now and then, a tick, a disk interrupt and a kernel thread that the neighbour CPU wakes.
 *
 * <p>The order of events is that of recordings of such a guest with Linux 6.1 on AMD; durations are drawn from a seeded
 * generator and mean nothing.
 */
final class KvmHostCpu {

    private static final int LOCAL_TIMER_VECTOR = 236;
    private static final int SOFTIRQ_TIMER = 1;
    private static final int SOFTIRQ_BLOCK = 4;
    private static final int SOFTIRQ_RCU = 9;
    private static final int DISK_IRQ = 24;
    private static final byte[] DISK_NAME = "virtio0-req.0\0".getBytes(StandardCharsets.US_ASCII);

    private static final int EXIT_INTR = 0x60;
    private static final int EXIT_HLT = 0x78;
    private static final int EXIT_IOIO = 0x7b;
    private static final int PIC_MASTER = 0x20;
    private static final int PIT_DATA = 0x40;
    private static final int PIT_COMMAND = 0x43;
    private static final int MARKER_PORT = 0x510;
    private static final int PIT_GSI = 0;
    private static final int PIT_SOURCE = 2;
    private static final int GUEST_VECTOR = 8;
    private static final long IOAPIC_MASKED = 1L << 16;

    private static final long TICK_NS = 4_000_000;

    static final long PIT_TIMER_FN = 0xffffffffc0a01000L;
    static final long TICK_SCHED_TIMER = 0xffffffff81181230L;

    private final int cpu;
    private final KvmHostEvents out;
    private final HostThread idle;
    private final HostThread load;
    private final HostThread vcpu;
    private final HostThread pit;
    private final HostThread worker;
    private final long tickTimer;
    private final long pitTimer;

    private KvmHostCpu neighbour = this;
    private long random;
    private long now;
    private long nextTickNs;
    private long haltedSinceNs;
    private long workerWokenNs = Long.MAX_VALUE;
    private int rounds;

    KvmHostCpu(int cpu, RecordSpace buffer, long seed, long startNs) {
        this.cpu = cpu;
        out = new KvmHostEvents(buffer);
        int vmm = 1000 + 10 * cpu;
        idle = new HostThread(0, "swapper/" + cpu, 120);
        load = new HostThread(2000 + cpu, "load-" + cpu, 120);
        vcpu = new HostThread(vmm + 1, "CPU 0/KVM", 120);
        pit = new HostThread(vmm + 2, "kvm-pit/" + vmm, 120);
        worker = new HostThread(30 + cpu, "kworker/" + cpu + ":1", 120);
        tickTimer = 0xffff88803ec235c0L + cpu * 0x100000L;
        pitTimer = 0xffff8880111eca70L + cpu * 0x1000L;
        random = seed * 0x9E3779B97F4A7C15L + cpu + 1;
        now = startNs + cpu * 137L;
        haltedSinceNs = now;
        nextTickNs = now + TICK_NS;
        out.runningIs(load);
    }

    HostThread[] threads() {
        return new HostThread[] {load, vcpu, pit, worker};
    }

    /** Names the CPU whose kernel thread this one wakes now and then. */
    void wakes(KvmHostCpu other) {
        neighbour = other;
    }

    long nowNs() {
        return now;
    }

    /** One period of the guest's timer; the load runs before and after. */
    void round() {
        now += 20_000 + below(80_000);
        if (now >= nextTickNs) {
            tick();
        }
        if (now >= workerWokenNs) {
            runWorker();
        }
        boolean loadSleeps = (++rounds & 15) == 0;
        if (loadSleeps) {
            out.schedSwitch(step(2_000), load, KvmHostEvents.STATE_SLEEPING, idle);
            now += below(30_000);
        }
        HostThread before = loadSleeps ? idle : load;
        pitExpires();
        out.schedSwitch(step(3_000), before, KvmHostEvents.STATE_RUNNABLE, pit);
        pitRaisesInterrupt();
        out.schedSwitch(step(3_000), pit, KvmHostEvents.STATE_SLEEPING, vcpu);
        guest();
        if (loadSleeps) {
            out.schedSwitch(step(3_000), vcpu, KvmHostEvents.STATE_SLEEPING, idle);
            diskInterruptWakesLoad();
            out.schedSwitch(step(3_000), idle, KvmHostEvents.STATE_RUNNABLE, load);
        } else {
            out.schedSwitch(step(3_000), vcpu, KvmHostEvents.STATE_SLEEPING, load);
        }
        if ((rounds & 7) == cpu % 8 && neighbour != this && neighbour.workerWokenNs == Long.MAX_VALUE) {
            out.wake(step(2_000), KvmHostEvents.SCHED_WAKING, neighbour.worker, neighbour.cpu);
            neighbour.workerWokenNs = now + 2_000;
        }
    }

    private void tick() {
        out.inInterrupt(true);
        out.vector(step(500), KvmHostEvents.LOCAL_TIMER_ENTRY, LOCAL_TIMER_VECTOR);
        out.hrtimerExpireEntry(step(1_000), tickTimer, nextTickNs, TICK_SCHED_TIMER);
        out.softirq(step(1_000), KvmHostEvents.SOFTIRQ_RAISE, SOFTIRQ_TIMER);
        out.softirq(step(500), KvmHostEvents.SOFTIRQ_RAISE, SOFTIRQ_RCU);
        out.hrtimerExpireExit(step(1_000), tickTimer);
        nextTickNs = now - now % TICK_NS + TICK_NS;
        out.hrtimerStart(step(500), tickTimer, TICK_SCHED_TIMER, nextTickNs);
        out.vector(step(500), KvmHostEvents.LOCAL_TIMER_EXIT, LOCAL_TIMER_VECTOR);
        out.inInterrupt(false);
        runSoftirq(SOFTIRQ_TIMER);
        runSoftirq(SOFTIRQ_RCU);
    }

    private void runSoftirq(int vec) {
        out.softirq(step(500), KvmHostEvents.SOFTIRQ_ENTRY, vec);
        out.softirq(step(3_000), KvmHostEvents.SOFTIRQ_EXIT, vec);
    }

    private void runWorker() {
        workerWokenNs = Long.MAX_VALUE;
        out.wake(step(1_000), KvmHostEvents.SCHED_WAKEUP, worker, cpu);
        out.schedSwitch(step(2_000), load, KvmHostEvents.STATE_RUNNABLE, worker);
        out.schedSwitch(step(20_000), worker, KvmHostEvents.STATE_SLEEPING, load);
    }

    private void pitExpires() {
        long due = now;
        out.inInterrupt(true);
        out.vector(step(1_000), KvmHostEvents.LOCAL_TIMER_ENTRY, LOCAL_TIMER_VECTOR);
        out.hrtimerExpireEntry(step(500), pitTimer, due, PIT_TIMER_FN);
        out.wake(step(500), KvmHostEvents.SCHED_WAKING, pit, cpu);
        out.wake(step(1_000), KvmHostEvents.SCHED_WAKEUP, pit, cpu);
        out.hrtimerExpireExit(step(500), pitTimer);
        out.hrtimerStart(step(500), pitTimer, PIT_TIMER_FN, due + 100_000);
        out.vector(step(500), KvmHostEvents.LOCAL_TIMER_EXIT, LOCAL_TIMER_VECTOR);
        out.inInterrupt(false);
    }

    private void pitRaisesInterrupt() {
        out.kvmSetIrq(step(2_000), PIT_GSI, 1, PIT_SOURCE);
        out.kvmIoapicSetIrq(step(500), IOAPIC_MASKED, 0);
        out.kvmPicSetIrq(step(500), 0, 0xfe);
        out.wake(step(500), KvmHostEvents.SCHED_WAKING, vcpu, cpu);
        out.wake(step(1_000), KvmHostEvents.SCHED_WAKEUP, vcpu, cpu);
        out.kvmSetIrq(step(500), PIT_GSI, 0, PIT_SOURCE);
        out.kvmIoapicSetIrq(step(500), IOAPIC_MASKED, 0);
        out.kvmPicSetIrq(step(500), 0, 0xfe);
    }

    private void guest() {
        out.kvmVcpuWakeup(step(2_000), now - haltedSinceNs);
        out.kvmInjVirq(step(1_500), GUEST_VECTOR);
        out.kvmEntry(step(500), 0, 0x103e);
        port(true, PIT_COMMAND, 0, 0x106a);
        port(false, PIT_DATA, below(256), 0x106c);
        port(false, PIT_DATA, below(256), 0x1070);
        port(true, MARKER_PORT, 1, 0x1074);
        for (int i = below(8); i > 0; i--) {
            if (below(4) == 0) {
                out.kvmExit(step(20_000), 0, EXIT_INTR, 0x1080, 0, 0);
                if (now >= nextTickNs) {
                    tick();
                }
                out.kvmEntry(step(1_000), 0, 0x1080);
            } else {
                port(true, 0x80, i, 0x1082);
            }
        }
        port(true, MARKER_PORT, 0, 0x1084);
        exitForPort(true, PIC_MASTER, 0x20, 0x1085);
        out.kvmAckIrq(step(1_000), 0, 0);
        out.kvmEntry(step(1_000), 0, 0x1087);
        out.kvmExit(step(2_000), 0, EXIT_HLT, 0x103d, 0, 0);
        haltedSinceNs = now;
    }

    private void port(boolean write, int port, int value, long rip) {
        exitForPort(write, port, value, rip);
        out.kvmEntry(step(1_000), 0, rip + 2);
    }

    private void exitForPort(boolean write, int port, int value, long rip) {
        out.kvmExit(step(4_000), 0, EXIT_IOIO, rip, (long) port << 16 | (write ? 0x10 : 0x11), rip + 2);
        out.kvmPio(step(1_000), write, port, value);
    }

    private void diskInterruptWakesLoad() {
        out.inInterrupt(true);
        out.irqHandlerEntry(step(10_000), DISK_IRQ, DISK_NAME);
        out.softirq(step(2_000), KvmHostEvents.SOFTIRQ_RAISE, SOFTIRQ_BLOCK);
        out.irqHandlerExit(step(1_000), DISK_IRQ, 1);
        out.inInterrupt(false);
        out.softirq(step(500), KvmHostEvents.SOFTIRQ_ENTRY, SOFTIRQ_BLOCK);
        out.wake(step(1_000), KvmHostEvents.SCHED_WAKING, load, cpu);
        out.wake(step(1_000), KvmHostEvents.SCHED_WAKEUP, load, cpu);
        out.softirq(step(500), KvmHostEvents.SOFTIRQ_EXIT, SOFTIRQ_BLOCK);
    }

    /** Moves time on by something above 0, of this order. */
    private long step(int aboutNs) {
        now += aboutNs / 4 + 1 + below(aboutNs);
        return now;
    }

    private int below(int bound) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) ((random >>> 33) * bound >>> 31);
    }
}
