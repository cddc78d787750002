package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.KernelNames;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.timeline.EventHandler;
import java.util.Arrays;
import java.util.function.Function;

/**
 * The hrtimers that KVM on arm64 sets where a vCPU's own timer is not on a CPU: {@code kvm_bg_timer_expire} wakes a
 * halted vCPU, {@code kvm_hrtimer_expire} is an emulated timer ({@code kvm_phys_timer_expire} before Linux 5.2).
 *
 * <p>The vCPU is that of the thread that starts the timer first. Where the recording has no names of functions, any
 * timer that a vCPU's thread starts counts.
 */
final class VcpuHrtimers {

    /** Kept at most; a vCPU has up to five, which stay where they are. */
    private static final int MOST = 1024;

    private static final int HARDIRQ = InterruptEdges.HARDIRQ;

    private final Function<Vcpu, GicVcpu> states;
    private final GuestDirectory guests;
    private final KernelNames names;
    private final boolean monotonicTrace;

    private long[] timers = new long[8];
    private GicVcpu[] owner = new GicVcpu[8];
    private long[] expiresNs = new long[8];
    private int size;
    private int next;

    /** By CPU: place of the timer whose callback runs there, -1 for none. */
    private int[] running = {};

    /** Functions asked for last, by address, and what they are. */
    private long[] functions = new long[64];

    private byte[] meanings = new byte[64];

    VcpuHrtimers(RecordingInfo info, GuestDirectory guests, Function<Vcpu, GicVcpu> states) {
        this.guests = guests;
        this.states = states;
        this.names = info.kernelNames();
        this.monotonicTrace = info.clock().equals("mono");
    }

    /** The vCPU whose timer's callback runs on a CPU, null for none. */
    GicVcpu running(int cpu) {
        return cpu < running.length && running[cpu] >= 0 ? owner[running[cpu]] : null;
    }

    EventHandler starts(EventType type) {
        Field timer = Field.of(type, "hrtimer");
        Field expires = Field.of(type, "expires");
        int function = type.column("function");
        return (tsNs, cpu, tid, block, row) -> {
            long address = timer.get(block, row);
            int place = place(address);
            if (place >= 0 && cpu < running.length && running[cpu] == place) {
                // It was early and sets itself again: nobody is woken.
                owner[place].expired = false;
            } else {
                boolean byItself = (block.get(EventTables.FLAGS, row) & HARDIRQ) == 0;
                Vcpu vcpu = byItself ? guests.vcpu(tid) : null;
                boolean known = place >= 0 && (vcpu == null || owner[place].vcpu == vcpu);
                if (!known && (vcpu == null || !mayBeVcpus(type, function, block, row))) {
                    return;
                }
                if (place < 0) {
                    place = add(address, states.apply(vcpu));
                } else if (!known) {
                    owner[place] = states.apply(vcpu);
                }
            }
            expiresNs[place] = expires.get(block, row, Delivery.NONE);
        };
    }

    private boolean mayBeVcpus(EventType type, int function, TableBlock block, int row) {
        if (function < 0) {
            return true;
        }
        ColumnType held = type.table().columns().get(function).type();
        if (held == ColumnType.SYMBOL || held == ColumnType.TEXT) {
            return isVcpus(block.column(function).getText(row));
        }
        if (!held.isInteger()) {
            return true;
        }
        long address = block.get(function, row);
        int at = (int) (address * 0x9E3779B97F4A7C15L >>> 58);
        if (functions[at] != address) {
            String name = names.of(address);
            functions[at] = address;
            meanings[at] = (byte) (name == null || isVcpus(name) ? 1 : 0);
        }
        return meanings[at] != 0;
    }

    private static boolean isVcpus(String function) {
        return switch (function) {
            case "kvm_bg_timer_expire", "kvm_hrtimer_expire", "kvm_phys_timer_expire" -> true;
            default -> function.startsWith("0x");
        };
    }

    private int place(long address) {
        for (int i = 0; i < size; i++) {
            if (timers[i] == address) {
                return i;
            }
        }
        return -1;
    }

    private int add(long address, GicVcpu of) {
        if (size == timers.length && size < MOST) {
            timers = Arrays.copyOf(timers, 2 * size);
            owner = Arrays.copyOf(owner, 2 * size);
            expiresNs = Arrays.copyOf(expiresNs, 2 * size);
        }
        int at = size < timers.length ? size++ : next++ % MOST;
        timers[at] = address;
        owner[at] = of;
        return at;
    }

    EventHandler expires(EventType type) {
        Field timer = Field.of(type, "hrtimer");
        Field now = Field.of(type, "now");
        return (tsNs, cpu, tid, block, row) -> {
            int place = place(timer.get(block, row));
            reserve(cpu);
            running[cpu] = place;
            if (place >= 0 && !owner[place].vcpu.running) {
                long nowNs = now.get(block, row, Delivery.NONE);
                long dueNs = Expiries.dueNs(monotonicTrace, tsNs, nowNs, expiresNs[place]);
                owner[place].expired(tsNs, dueNs, cpu, tid);
            }
        };
    }

    EventHandler returns() {
        return (tsNs, cpu, tid, block, row) -> over(cpu);
    }

    /** No callback runs on a CPU any more. */
    void over(int cpu) {
        if (cpu < running.length) {
            running[cpu] = -1;
        }
    }

    private void reserve(int cpu) {
        if (cpu >= running.length) {
            int from = running.length;
            running = Arrays.copyOf(running, Math.max(cpu + 1, 2 * from));
            Arrays.fill(running, from, running.length, -1);
        }
    }
}
