package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.ThreadRegistry;
import dev.hindsight.replay.timeline.TimelinePart;
import java.util.Arrays;

/**
 * Keeps in each {@link Vcpu} where its thread stands, before the other parts look. A vCPU that its first entry shows got
 * its CPU at that one's latest switch, and became runnable at its thread's latest wakeup.
 */
final class VcpuPlacement implements TimelinePart {

    /** States of {@code sched_switch} that are no running or preempted ones; higher bits say "preempted". */
    static final int SLEEP_STATES = 0xFF;

    private final GuestDirectory guests;
    private final ThreadRegistry threads;
    private boolean knowsSwitches;
    private boolean knowsWaking;

    /** By CPU: its latest switch; {@link Vcpu#NEVER} before one and after a loss. */
    private long[] switchedNs = filled(8);

    /** By the thread's dense number: the latest wakeup of threads that run no vCPU, as far as known. */
    private long[] wokenNs = filled(512);

    private long latestLossNs = Vcpu.NEVER;

    VcpuPlacement(GuestDirectory guests, ThreadRegistry threads) {
        this.guests = guests;
        this.threads = threads;
    }

    private static long[] filled(int n) {
        long[] array = new long[n];
        Arrays.fill(array, Vcpu.NEVER);
        return array;
    }

    private static long[] reserve(long[] array, int place) {
        if (place < array.length) {
            return array;
        }
        long[] longer = filled(Math.max(place + 1, 2 * array.length));
        System.arraycopy(array, 0, longer, 0, array.length);
        return longer;
    }

    /** Whether the recording has {@code sched_switch}, as far as it was read. */
    boolean knowsSwitches() {
        return knowsSwitches;
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.name()) {
            case "sched_switch" -> switched(type);
            case "sched_waking", "sched_wakeup", "sched_wakeup_new" -> woken(type);
            case "kvm_entry", "kvm_exit", "kvm_guest_enter", "kvm_guest_exit", "kvm_book3s_reenter" -> this::seen;
            default -> null;
        };
    }

    private void seen(long tsNs, int cpu, int tid, Object block, int row) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu != null && (!vcpu.running || vcpu.cpu != cpu)) {
            boolean first = vcpu.cpu < 0;
            long switchedInNs = first && cpu < switchedNs.length ? switchedNs[cpu] : Vcpu.NEVER;
            in(vcpu, switchedInNs == Vcpu.NEVER ? tsNs : switchedInNs, cpu);
            if (first) {
                comesFrom(vcpu, switchedInNs);
            }
        }
    }

    /** Since when a vCPU that is seen for the first time has its CPU and is runnable: unknown without a switch. */
    private void comesFrom(Vcpu vcpu, long switchedInNs) {
        int thread = threads.index(vcpu.tid);
        boolean woken = thread < wokenNs.length && wokenNs[thread] > latestLossNs;
        vcpu.scheduledNs = switchedInNs;
        vcpu.runnableSinceNs = woken ? Math.min(wokenNs[thread], switchedInNs) : switchedInNs;
    }

    private static void in(Vcpu vcpu, long tsNs, int cpu) {
        if (vcpu.offSinceNs != Vcpu.NEVER) {
            vcpu.offCpuNs += tsNs - vcpu.offSinceNs;
            vcpu.offSinceNs = Vcpu.NEVER;
        }
        if (!vcpu.runnable) {
            vcpu.runnableSinceNs = tsNs;
        }
        vcpu.runnable = true;
        vcpu.running = true;
        vcpu.scheduledNs = tsNs;
        vcpu.cpu = cpu;
    }

    private EventHandler switched(EventType type) {
        Field prevPid = Field.of(type, "prev_pid");
        Field prevState = Field.of(type, "prev_state");
        Field nextPid = Field.of(type, "next_pid");
        knowsSwitches = true;
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu prev = guests.vcpu(prevPid.getInt(block, row));
            if (prev != null) {
                prev.running = false;
                prev.cpu = cpu;
                prev.offSinceNs = tsNs;
                prev.lastOutNs = tsNs;
                if ((prevState.get(block, row) & SLEEP_STATES) != 0) {
                    prev.runnable = false;
                    prev.runnableSinceNs = Vcpu.NEVER;
                } else {
                    prev.runnable = true;
                }
            }
            Vcpu next = guests.vcpu(nextPid.getInt(block, row));
            if (next != null) {
                in(next, tsNs, cpu);
            }
            switchedNs = reserve(switchedNs, cpu);
            switchedNs[cpu] = tsNs;
        };
    }

    private EventHandler woken(EventType type) {
        Field pid = Field.of(type, "pid");
        boolean waking = type.name().equals("sched_waking");
        return (tsNs, cpu, tid, block, row) -> {
            int wakee = pid.getInt(block, row);
            Vcpu vcpu = guests.vcpu(wakee);
            if (vcpu == null) {
                knowsWaking |= waking;
                if (waking || !knowsWaking) {
                    int thread = threads.index(wakee);
                    wokenNs = reserve(wokenNs, thread);
                    wokenNs[thread] = tsNs;
                }
            } else if (!vcpu.runnable) {
                vcpu.runnable = true;
                vcpu.runnableSinceNs = tsNs;
            }
        };
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        latestLossNs = Math.max(latestLossNs, startNs);
        if (cpu < switchedNs.length) {
            switchedNs[cpu] = Vcpu.NEVER;
        }
        for (Vcpu vcpu : guests.vcpus()) {
            if (vcpu.running && vcpu.cpu == cpu) {
                vcpu.running = false;
                vcpu.runnable = false;
                vcpu.runnableSinceNs = Vcpu.NEVER;
            }
        }
    }

    @Override
    public void resumed(long tsNs, int cpu, int tid) {
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu != null && !vcpu.running) {
            in(vcpu, tsNs, cpu);
        }
    }

    @Override
    public void end(long lastNs) {
        // Nothing is written here.
    }
}
