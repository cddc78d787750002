package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingInfo;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.TimelineContext;
import dev.hindsight.replay.timeline.TimelinePart;
import java.util.Arrays;

/**
 * Writes {@code virq} and {@code virq_edge} for virtual GICs (arm64, GICv2 and GICv3).
 *
 * <p>The list registers hide the injection, the guest's acknowledge and its end of interrupt: {@code injected_ns} is
 * null, {@code handled_ns} is told by a marker of the guest (its begin, first after the entry) or, where KVM forwards
 * the end of an SPI, by {@code kvm_ack_irq}. A delivery ends when its line rises again, when a timer's line is seen
 * low, when the guest waits for an interrupt, or with the recording.
 *
 * <p>The architected timers ({@code kvm_timer_update_irq}) are level-triggered. KVM tells their level whenever it loads
 * the vCPU, so that a high level there is an edge only where it was low before: told so, or seen when the vCPU left its
 * CPU ({@code kvm_timer_save_state}: not enabled, masked, its time not come, or set for another time that has come, too). The interrupt of the timer itself,
 * which a CPU takes while the vCPU is loaded, is an edge always: the guest must have ended the one before. A halted
 * vCPU's timer is an hrtimer ({@link VcpuHrtimers}): its expiry is the assertion, though KVM tells the level only when
 * the vCPU's thread runs.
 */
final class GicInterrupts implements TimelinePart {

    /** ENABLE, IMASK and ISTATUS of CNTV_CTL_EL0 and CNTP_CTL_EL0: the output is high at 101. */
    private static final int CONTROL = 7;

    private static final int OUTPUT_HIGH = 5;

    /** Interrupt of each timer by index in enum kvm_arch_timers, unless the monitor chose another one. */
    private static final int[] TIMER_IRQ = {30, 27, 28, 26};

    private final GuestDirectory guests;
    private final GicDeliveries deliveries;
    private final VcpuHrtimers hrtimers;
    private final Expiries expiries;
    private final GicSharedLines shared;
    private final UndiscoveredThreads<TimerLevel> early;
    private final boolean possible;
    private final long[] markerAddresses;
    private final long[] markerCalls;
    private boolean knowsWaking;

    /** By CPU: in a handler of an interrupt, for recordings without common flags. */
    private boolean[] handles = new boolean[8];

    /** A thread told a timer's level before it was known which vCPU it runs. */
    private record TimerLevel(long tsNs, int cpu, int flags, int irq, boolean high) {}

    GicInterrupts(TimelineContext context, GuestDirectory guests, Deliveries written, InterruptEdges edges) {
        RecordingInfo info = context.info();
        this.guests = guests;
        this.deliveries = new GicDeliveries(written, edges);
        this.hrtimers = new VcpuHrtimers(info, guests, deliveries::of);
        this.expiries = new Expiries(info, guests, context.threads(), new InterruptState());
        this.shared = new GicSharedLines(guests, deliveries, expiries);
        this.early = guests.undiscovered();
        String arch = info.arch();
        this.possible = arch.isEmpty() || arch.startsWith("arm") || arch.startsWith("aarch64");
        this.markerAddresses = context.markers().stream()
                .filter(MarkerRule.Mmio.class::isInstance)
                .mapToLong(rule -> ((MarkerRule.Mmio) rule).address())
                .toArray();
        this.markerCalls = context.markers().stream()
                .filter(MarkerRule.Hypercall.class::isInstance)
                .mapToLong(rule -> ((MarkerRule.Hypercall) rule).number())
                .toArray();
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        if (!possible) {
            return null;
        }
        return switch (type.name()) {
            case "kvm_timer_update_irq" -> timers(type);
            case "kvm_timer_save_state" -> saves(type);
            case "vgic_update_irq_pending" -> shared.updates(type);
            case "kvm_irq_line", "kvm_exit" -> (tsNs, cpu, tid, block, row) -> shared.over(cpu);
            case "kvm_entry" -> this::entry;
            case "kvm_wfx_arm64" -> waits(type);
            case "kvm_ack_irq" -> acknowledges(type);
            case "kvm_mmio" -> markerAddresses.length == 0 ? null : stores(type);
            case "kvm_hvc_arm64" -> markerCalls.length == 0 ? null : calls(type);
            case "irq_handler_entry" -> (tsNs, cpu, tid, block, row) -> handles(cpu, true);
            case "irq_handler_exit" -> (tsNs, cpu, tid, block, row) -> handles(cpu, false);
            case "hrtimer_start" -> both(hrtimers.starts(type), expiries.starts(type));
            case "hrtimer_expire_entry" -> both(hrtimers.expires(type), expiries.expires(type));
            case "hrtimer_expire_exit" -> both(hrtimers.returns(), expiries.expired());
            case "sched_switch" -> switched(type);
            case "sched_waking", "sched_wakeup" -> woken(type);
            default -> null;
        };
    }

    private static EventHandler both(EventHandler a, EventHandler b) {
        return (tsNs, cpu, tid, block, row) -> {
            a.handle(tsNs, cpu, tid, block, row);
            b.handle(tsNs, cpu, tid, block, row);
        };
    }

    private void handles(int cpu, boolean now) {
        if (cpu >= handles.length) {
            handles = Arrays.copyOf(handles, Math.max(cpu + 1, 2 * handles.length));
        }
        handles[cpu] = now;
    }

    private EventHandler timers(EventType type) {
        Field number = Field.of(type, "irq");
        Field level = Field.of(type, "level");
        return (tsNs, cpu, tid, block, row) -> {
            shared.over(cpu);
            int flags = (int) block.get(EventTables.FLAGS, row);
            boolean inHandler = (flags & InterruptEdges.HARDIRQ) != 0 || cpu < handles.length && handles[cpu];
            GicVcpu emulated = inHandler ? hrtimers.running(cpu) : null;
            Vcpu loaded = guests.vcpu(tid);
            boolean high = level.get(block, row) != 0;
            if (emulated == null && loaded == null) {
                if (!inHandler) {
                    early.add(tid, new TimerLevel(tsNs, cpu, flags, number.getInt(block, row), high));
                }
                return;
            }
            GicVcpu of = emulated != null ? emulated : deliveries.of(loaded);
            GicLine line = timerLine(of, number.getInt(block, row));
            if (line == null) {
                return;
            }
            if (!high) {
                falls(line);
            } else if (inHandler && emulated == null) {
                line.high = true;
                line.knowsFor = false;
                deliveries.raise(of, line, tsNs, cpu, tid, flags | InterruptEdges.HARDIRQ);
            } else {
                rises(of, line, tsNs, cpu, tid, inHandler ? flags | InterruptEdges.HARDIRQ : flags);
            }
        };
    }

    /** Null for a number that none has. */
    private static GicLine timerLine(GicVcpu of, int irq) {
        GicLine line = of.lines.of(irq);
        if (line != null) {
            line.timer = true;
        }
        return line;
    }

    private void rises(GicVcpu of, GicLine line, long tsNs, int cpu, int tid, int flags) {
        if (line.high) {
            return;
        }
        line.high = true;
        line.raisedFor = line.savedFor;
        line.knowsFor = true;
        boolean pending = line.delivery != null && line.delivery.enteredNs == Delivery.NONE;
        if (of.expired && !pending) {
            deliveries.raiseExpired(of, line);
        } else {
            deliveries.raise(of, line, tsNs, cpu, tid, flags);
        }
    }

    /** What the guest did not take before it never will; what it took it has handled. */
    private void falls(GicLine line) {
        line.high = false;
        if (line.delivery != null) {
            deliveries.end(line);
        }
    }

    private EventHandler saves(EventType type) {
        Field control = Field.of(type, "ctl");
        Field index = Field.of(type, "timer_idx");
        Field setFor = Field.of(type, "cval");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            int timer = index.getInt(block, row);
            if (vcpu == null || timer < 0 || timer >= TIMER_IRQ.length) {
                return;
            }
            GicLine line = deliveries.of(vcpu).lines.known(TIMER_IRQ[timer]);
            if (line == null) {
                return;
            }
            line.savedFor = setFor.get(block, row);
            boolean low = (control.get(block, row) & CONTROL) != OUTPUT_HIGH;
            boolean setAnew = line.knowsFor && line.savedFor != line.raisedFor;
            if ((low || setAnew) && (line.delivery == null || line.delivery.enteredNs != Delivery.NONE)) {
                falls(line);
            }
        };
    }

    private void entry(long tsNs, int cpu, int tid, TableBlock block, int row) {
        shared.over(cpu);
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu != null) {
            GicVcpu of = deliveries.of(vcpu);
            for (TimerLevel level : early.take(tid)) {
                GicLine line = timerLine(of, level.irq);
                if (line != null && level.high) {
                    rises(of, line, level.tsNs, level.cpu, tid, level.flags);
                } else if (line != null) {
                    falls(line);
                }
            }
            deliveries.entered(of, tsNs);
        }
    }

    /** A guest that waits for an interrupt has none: a pending one would have kept it from waiting. */
    private EventHandler waits(EventType type) {
        Field isWfe = Field.of(type, "is_wfe");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            if (vcpu != null && isWfe.get(block, row) == 0) {
                deliveries.idle(deliveries.of(vcpu));
            }
        };
    }

    private EventHandler stores(EventType type) {
        Field access = Field.of(type, "type");
        Field gpa = Field.of(type, "gpa");
        Field val = Field.of(type, "val");
        return (tsNs, cpu, tid, block, row) -> {
            if (access.get(block, row) == Markers.MMIO_WRITE
                    && val.get(block, row) != 0
                    && contains(markerAddresses, gpa.get(block, row))) {
                marked(tsNs, tid);
            }
        };
    }

    private EventHandler calls(EventType type) {
        Field immediate = Field.of(type, "imm");
        Field argument = Field.of(type, "r0");
        return (tsNs, cpu, tid, block, row) -> {
            if (argument.get(block, row) != 0 && contains(markerCalls, immediate.get(block, row))) {
                marked(tsNs, tid);
            }
        };
    }

    private static boolean contains(long[] all, long one) {
        for (long each : all) {
            if (each == one) {
                return true;
            }
        }
        return false;
    }

    private void marked(long tsNs, int tid) {
        Vcpu vcpu = guests.vcpu(tid);
        Delivery d = vcpu == null ? null : deliveries.of(vcpu).entered();
        if (d != null) {
            d.handledNs = tsNs;
            d.handledBy = Delivery.Sign.MARKER;
        }
    }

    private EventHandler acknowledges(EventType type) {
        Field pin = Field.of(type, "pin");
        return (tsNs, cpu, tid, block, row) -> {
            Vcpu vcpu = guests.vcpu(tid);
            GicLine line =
                    vcpu == null ? null : deliveries.of(vcpu.vm).known(pin.getInt(block, row) + GicLine.FIRST_SPI);
            Delivery d = line == null ? null : line.delivery;
            if (d == null || d.enteredNs == Delivery.NONE) {
                return;
            }
            if (d.handledNs == Delivery.NONE) {
                d.handledNs = tsNs;
                d.handledBy = Delivery.Sign.ACK;
            }
            d.eoiNs = tsNs;
            deliveries.end(line);
        };
    }

    private EventHandler switched(EventType type) {
        Field prevPid = Field.of(type, "prev_pid");
        Field prevState = Field.of(type, "prev_state");
        Field nextPid = Field.of(type, "next_pid");
        return (tsNs, cpu, tid, block, row) -> {
            shared.over(cpu);
            int prev = prevPid.getInt(block, row);
            if ((prevState.get(block, row) & VcpuPlacement.SLEEP_STATES) != 0) {
                expiries.slept(prev);
                Vcpu slept = guests.vcpu(prev);
                if (slept != null) {
                    deliveries.of(slept).expired = false;
                }
            }
            Vcpu vcpu = guests.vcpu(nextPid.getInt(block, row));
            if (vcpu != null) {
                deliveries.of(vcpu).scheduled(tsNs);
            }
        };
    }

    private EventHandler woken(EventType type) {
        Field pid = Field.of(type, "pid");
        boolean waking = type.name().equals("sched_waking");
        return (tsNs, cpu, tid, block, row) -> {
            int wakee = pid.getInt(block, row);
            if (waking || !knowsWaking) {
                knowsWaking |= waking;
                expiries.woken(cpu, wakee);
            }
            Vcpu vcpu = guests.vcpu(wakee);
            if (vcpu == null) {
                return;
            }
            shared.woken(cpu, tid, vcpu);
            if (!vcpu.running) {
                deliveries.of(vcpu).woken(tsNs);
            }
        };
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        shared.over(cpu);
        expiries.lost(cpu);
        hrtimers.over(cpu);
        handles(cpu, false);
        for (Vcpu vcpu : guests.vcpus()) {
            if (vcpu.cpu == cpu || !vcpu.running) {
                deliveries.of(vcpu).markLost();
            }
        }
    }

    @Override
    public void end(long lastNs) {
        shared.end();
        deliveries.end(guests.vcpus());
    }
}
