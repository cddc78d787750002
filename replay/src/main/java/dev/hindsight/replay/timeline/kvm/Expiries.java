package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.ThreadRegistry;
import java.util.Arrays;

/**
 * Follows hrtimers: for what time each was set, and which of them feed a virtual machine. A timer whose expiry wakes a
 * {@code kvm-pit} thread is that machine's PIT; one that a vCPU's thread starts before {@code kvm_hv_timer_state} (Linux
 * 4.7 and later) or a write of the deadline MSR, or after a write of the timer's count ({@code kvm_apic}), is its LAPIC
 * timer; any other is on behalf of the thread that its expiry wakes.
 */
final class Expiries {

    /** TRACE_FLAG_HARDIRQ and TRACE_FLAG_SOFTIRQ of common_flags. */
    static final int IN_INTERRUPT = 0x18;

    /** APIC_TMICT of arch/x86/include/asm/apicdef.h. */
    private static final int TIMER_COUNT = 0x380;

    /** Timers kept; far more than a machine has at a time. */
    private static final int MOST_TIMERS = 1 << 16;

    /** Clock readings of one moment differ by less than this if they are of one clock. */
    private static final long SAME_CLOCK_NS = 10_000_000;

    private final GuestDirectory guests;
    private final ThreadRegistry threads;
    private final InterruptState state;
    private final boolean monotonicTrace;

    private long[] timers = new long[256];
    private long[] expiresNs = new long[256];
    private VcpuInterrupts[] lapicOf = new VcpuInterrupts[256];
    private VmInterrupts[] pitOf = new VmInterrupts[256];
    private int known;

    /** By CPU: the timer whose callback runs there, 0 for none, and when it was due. */
    private long[] runningTimer = new long[8];

    private long[] runningDueNs = new long[8];

    /** By the thread's dense number: due time of the timer that woke it, until it is used or the thread sleeps. */
    private long[] dueByThread = filled(512);

    /** The kernel's function of LAPIC timers, once a timer was seen to be one; else 0. */
    private long lapicTimerFunction;

    Expiries(RecordingInfo info, GuestDirectory guests, ThreadRegistry threads, InterruptState state) {
        this.guests = guests;
        this.threads = threads;
        this.state = state;
        this.monotonicTrace = info.clock().equals("mono");
    }

    private static long[] filled(int n) {
        long[] array = new long[n];
        Arrays.fill(array, Delivery.NONE);
        return array;
    }

    EventHandler starts(EventType type) {
        Field timer = Field.of(type, "hrtimer");
        Field function = Field.of(type, "function");
        Field expires = Field.of(type, "expires");
        return (tsNs, cpu, tid, block, row) -> {
            long address = timer.get(block, row);
            int slot = slot(address);
            long setForNs = expires.get(block, row, Delivery.NONE);
            // Started again for the same time, a timer only moves to the CPU that its vCPU moved to.
            boolean moves = setForNs == expiresNs[slot];
            expiresNs[slot] = setForNs;
            if (moves || (block.get(EventTables.FLAGS, row) & IN_INTERRUPT) != 0) {
                return;
            }
            if (lapicOf[slot] != null) {
                lapicOf[slot].timerFires = 0;
                return;
            }
            if (pitOf[slot] != null) {
                pitOf[slot].pitReset();
                return;
            }
            Vcpu vcpu = guests.vcpu(tid);
            if (vcpu != null) {
                VcpuInterrupts of = state.of(vcpu);
                long callback = function.get(block, row);
                of.startedTimer = address;
                of.startedFunction = callback;
                if (of.setsTimer || callback != 0 && callback == lapicTimerFunction) {
                    startedLapicTimer(of);
                }
            }
        };
    }

    /** The guest writes to its LAPIC: to its timer's count, of which KVM starts a timer. */
    EventHandler lapicWrites(EventType type) {
        Field write = Field.of(type, "rw");
        Field register = Field.of(type, "reg");
        return (tsNs, cpu, tid, block, row) -> {
            if (register.get(block, row) == TIMER_COUNT && write.get(block, row) != 0) {
                Vcpu vcpu = guests.vcpu(tid);
                if (vcpu != null) {
                    state.of(vcpu).setsTimer = true;
                }
            }
        };
    }

    /** KVM says how the LAPIC timer of the vCPU runs: the timer that its thread just started is it. */
    EventHandler lapicTimerState(EventType type) {
        Field inUse = Field.of(type, "hv_timer_in_use");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            if (vcpu != null) {
                VcpuInterrupts of = state.of(vcpu);
                of.timerInHardware = inUse.get(block, row) != 0;
                if (!of.timerInHardware) {
                    startedLapicTimer(of);
                }
            }
        };
    }

    /** The vCPU's thread has just started its LAPIC timer, if it started any since its exit. */
    void startedLapicTimer(VcpuInterrupts of) {
        if (of.startedTimer != 0) {
            lapicOf[slot(of.startedTimer)] = of;
            lapicTimerFunction = of.startedFunction;
            of.startedTimer = 0;
            of.setsTimer = false;
        }
    }

    EventHandler expires(EventType type) {
        Field timer = Field.of(type, "hrtimer");
        Field now = Field.of(type, "now");
        return (tsNs, cpu, tid, block, row) -> {
            long address = timer.get(block, row);
            int slot = slot(address);
            long dueNs = dueNs(monotonicTrace, tsNs, now.get(block, row, Delivery.NONE), expiresNs[slot]);
            reserveCpu(cpu);
            runningTimer[cpu] = address;
            runningDueNs[cpu] = dueNs;
            if (lapicOf[slot] != null) {
                lapicOf[slot].timerExpired(tsNs, dueNs, cpu, tid);
            } else if (pitOf[slot] != null) {
                pitOf[slot].pitExpired(dueNs);
            }
        };
    }

    EventHandler expired() {
        return (tsNs, cpu, tid, block, row) -> {
            reserveCpu(cpu);
            runningTimer[cpu] = 0;
        };
    }

    /**
     * When a timer was due, on the trace's clock. Where that is not the timer's own, the difference is taken at the
     * expiry, which makes the time late by the few microseconds between reading the clock and the event.
     */
    static long dueNs(boolean monotonicTrace, long tsNs, long nowNs, long setForNs) {
        if (setForNs == Delivery.NONE || nowNs == Delivery.NONE) {
            return Delivery.NONE;
        }
        if (monotonicTrace && Math.abs(tsNs - nowNs) < SAME_CLOCK_NS) {
            return Math.min(setForNs, tsNs);
        }
        return setForNs > nowNs ? tsNs : tsNs - (nowNs - setForNs);
    }

    /** A thread is woken on a CPU, maybe by the timer whose callback runs there. */
    void woken(int cpu, int wakee) {
        if (cpu >= runningTimer.length || runningTimer[cpu] == 0) {
            return;
        }
        int slot = slot(runningTimer[cpu]);
        if (lapicOf[slot] != null || pitOf[slot] != null) {
            return;
        }
        if (guests.isPit(wakee)) {
            GuestVm vm = guests.vmOf(wakee);
            if (vm != null) {
                pitOf[slot] = state.of(vm);
                pitOf[slot].pitExpired(runningDueNs[cpu]);
            }
            return;
        }
        int thread = threads.index(wakee);
        if (thread >= dueByThread.length) {
            int from = dueByThread.length;
            dueByThread = Arrays.copyOf(dueByThread, 2 * thread);
            Arrays.fill(dueByThread, from, dueByThread.length, Delivery.NONE);
        }
        dueByThread[thread] = runningDueNs[cpu];
    }

    /** A thread went to sleep: what woke it before feeds nothing any more. */
    void slept(int tid) {
        int thread = threads.index(tid);
        if (thread < dueByThread.length) {
            dueByThread[thread] = Delivery.NONE;
        }
    }

    /** When the timer was due that woke a thread for the interrupt that it raises now; told once. */
    long takeDue(int tid) {
        int thread = threads.index(tid);
        if (thread >= dueByThread.length) {
            return Delivery.NONE;
        }
        long dueNs = dueByThread[thread];
        dueByThread[thread] = Delivery.NONE;
        return dueNs;
    }

    void lost(int cpu) {
        if (cpu < runningTimer.length) {
            runningTimer[cpu] = 0;
        }
    }

    private void reserveCpu(int cpu) {
        if (cpu >= runningTimer.length) {
            runningTimer = Arrays.copyOf(runningTimer, 2 * cpu);
            runningDueNs = Arrays.copyOf(runningDueNs, 2 * cpu);
        }
    }

    /** Place of a timer, by its address in the kernel, made where it has none. */
    private int slot(long address) {
        int mask = timers.length - 1;
        int slot = (int) ((address * 0x9E3779B97F4A7C15L) >>> 40) & mask;
        while (timers[slot] != address && timers[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        if (timers[slot] == address) {
            return slot;
        }
        if (2 * known >= timers.length) {
            makeRoom();
            return slot(address);
        }
        known++;
        timers[slot] = address;
        expiresNs[slot] = Delivery.NONE;
        return slot;
    }

    /** Doubles the table, or forgets all timers that feed no machine where it is large already. */
    private void makeRoom() {
        boolean forget = timers.length >= MOST_TIMERS;
        long[] oldTimers = timers;
        long[] oldExpires = expiresNs;
        VcpuInterrupts[] oldLapic = lapicOf;
        VmInterrupts[] oldPit = pitOf;
        int to = forget ? oldTimers.length : 2 * oldTimers.length;
        timers = new long[to];
        expiresNs = new long[to];
        lapicOf = new VcpuInterrupts[to];
        pitOf = new VmInterrupts[to];
        known = 0;
        for (int i = 0; i < oldTimers.length; i++) {
            if (oldTimers[i] != 0 && (!forget || 4 * known < to && (oldLapic[i] != null || oldPit[i] != null))) {
                int slot = slot(oldTimers[i]);
                expiresNs[slot] = oldExpires[i];
                lapicOf[slot] = oldLapic[i];
                pitOf[slot] = oldPit[i];
            }
        }
    }
}
