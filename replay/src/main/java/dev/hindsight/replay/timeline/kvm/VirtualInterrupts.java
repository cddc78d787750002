package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.EventTables;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.TimelineContext;
import dev.hindsight.replay.timeline.TimelinePart;
import dev.hindsight.replay.timeline.kvm.Delivery.Sign;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes {@code virq}: for each interrupt that a machine gets, when it was due, asserted, could run, ran, was injected,
 * entered and handled. {@link InterruptSources} has the way up to the interrupt controller, {@link InterruptHandling}
 * the way from there, {@link Expiries} the timers before it, all of x86; {@link PowerInterrupts} has those of POWER,
 * {@link GicInterrupts} those of arm64.
 *
 * <p>Rows come when a delivery has ended: by the guest's end of interrupt, or by the next one of its vector; at the end
 * of the recording as far as it got.
 */
final class VirtualInterrupts implements TimelinePart {

    /** MSR_IA32_TSC_DEADLINE. */
    private static final long TSC_DEADLINE = 0x6E0;

    private final GuestDirectory guests;
    private final InterruptState state = new InterruptState();
    private final Deliveries deliveries;
    private final InterruptEdges edges;
    private final Expiries expiries;
    private final InterruptSources sources;
    private final InterruptHandling handling;
    private final PowerInterrupts power;
    private final Set<Integer> markerPorts = new HashSet<>();
    private boolean knowsWaking;

    VirtualInterrupts(TimelineContext context, GuestDirectory guests, Deliveries deliveries, InterruptEdges edges) {
        this.guests = guests;
        UnattributedAssertions unattributed = new UnattributedAssertions();
        this.deliveries = deliveries;
        this.edges = edges;
        this.expiries = new Expiries(context.info(), guests, context.threads(), state);
        this.sources =
                new InterruptSources(guests, state, expiries, deliveries, unattributed, edges, context.requests());
        this.handling = new InterruptHandling(guests, state, deliveries, unattributed, edges);
        this.power = new PowerInterrupts(
                guests, state, expiries, deliveries, edges, context.info().kernelNames());
        for (MarkerRule rule : context.markers()) {
            if (rule instanceof MarkerRule.Pio pio) {
                markerPorts.add(pio.port());
            }
        }
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.name()) {
            case "kvm_set_irq" -> sources.lines(type);
            case "kvm_msi_set_irq" -> sources.messages(type);
            case "kvm_apic_ipi" -> sources.ipis(type);
            case "kvm_pic_set_irq" -> sources.pic(type);
            case "kvm_apic_accept_irq" -> sources.accepts(type, false);
            case "kvm_apicv_accept_irq" -> sources.accepts(type, true);
            case "kvm_inj_virq" -> handling.injections(type);
            case "kvm_eoi", "kvm_pv_eoi" -> handling.ends(type);
            case "kvm_ack_irq" -> handling.acknowledges(type);
            case "kvm_entry" -> entries(type);
            case "kvm_exit" -> PowerExits.isa(type).equals("unknown") ? this::exit : power.exits(type);
            case "kvm_guest_exit" -> power.exits(type);
            case "kvm_guest_enter", "kvm_book3s_reenter" -> power.entries(type);
            case "kvm_ppc_instr" -> power::emulates;
            case "kvm_userspace_exit" -> power::toMonitor;
            case "kvm_vcpu_wakeup" -> power::slept;
            case "kvm_booke_queue_irqprio" -> power.queued(type);
            case "kvm_pio" -> ports(type);
            case "kvm_mmio" -> (tsNs, cpu, tid, block, row) -> handling.sign(tsNs, tid, Sign.MMIO);
            case "kvm_hypercall" -> (tsNs, cpu, tid, block, row) -> handling.sign(tsNs, tid, Sign.HYPERCALL);
            case "kvm_msr" -> msrs(type);
            case "kvm_apic" -> expiries.lapicWrites(type);
            case "kvm_hv_timer_state" -> expiries.lapicTimerState(type);
            case "hrtimer_start" -> power.starts(type, expiries.starts(type));
            case "hrtimer_expire_entry" -> expiries.expires(type);
            case "hrtimer_expire_exit" -> expiries.expired();
            case "sched_switch" -> switched(type);
            case "sched_waking", "sched_wakeup" -> woken(type);
            default -> null;
        };
    }

    private EventHandler entries(EventType type) {
        EventHandler inner = GuestSwitches.entries(type, guests, handling::entry);
        return (tsNs, cpu, tid, block, row) -> {
            sources.over(cpu);
            inner.handle(tsNs, cpu, tid, block, row);
        };
    }

    private void exit(long tsNs, int cpu, int tid, TableBlock block, int row) {
        sources.over(cpu);
        Vcpu vcpu = guests.vcpu(tid);
        if (vcpu != null) {
            VcpuInterrupts of = state.of(vcpu);
            handling.seen(of);
            of.inGuest = false;
        }
    }

    private EventHandler ports(EventType type) {
        Field port = Field.of(type, "port");
        return (tsNs, cpu, tid, block, row) -> {
            boolean marker = !markerPorts.isEmpty() && markerPorts.contains(port.getInt(block, row));
            handling.sign(tsNs, tid, marker ? Sign.MARKER : Sign.PIO);
        };
    }

    private EventHandler msrs(EventType type) {
        Field write = Field.of(type, "write");
        Field ecx = Field.of(type, "ecx");
        return (tsNs, cpu, tid, block, row) -> {
            handling.sign(tsNs, tid, Sign.MSR);
            Vcpu vcpu = guests.vcpu(tid);
            if (vcpu != null && ecx.get(block, row) == TSC_DEADLINE && write.get(block, row) != 0) {
                expiries.startedLapicTimer(state.of(vcpu));
            }
        };
    }

    private EventHandler switched(EventType type) {
        Field prevPid = Field.of(type, "prev_pid");
        Field prevState = Field.of(type, "prev_state");
        Field nextPid = Field.of(type, "next_pid");
        return (tsNs, cpu, tid, block, row) -> {
            int prev = prevPid.getInt(block, row);
            if ((prevState.get(block, row) & VcpuPlacement.SLEEP_STATES) != 0) {
                expiries.slept(prev);
                sources.over(cpu);
            }
            Vcpu vcpu = guests.vcpu(nextPid.getInt(block, row));
            if (vcpu != null) {
                scheduled(tsNs, vcpu);
            }
        };
    }

    private void scheduled(long tsNs, Vcpu vcpu) {
        state.of(vcpu).scheduled(tsNs);
        VmInterrupts vm = state.of(vcpu.vm);
        for (int pin = 0; vm.picPendings > 0 && pin < VmInterrupts.PIC_PINS; pin++) {
            Delivery d = vm.pic[pin];
            if (d != null && d.vcpu == vcpu) {
                d.runnableNs = d.runnableNs == Delivery.NONE ? tsNs : d.runnableNs;
                d.scheduledNs = d.scheduledNs == Delivery.NONE ? tsNs : d.scheduledNs;
            }
        }
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
            if (vcpu == null || vcpu.running) {
                return;
            }
            power.woken(tsNs, cpu, tid, (int) block.get(EventTables.FLAGS, row), vcpu);
            state.of(vcpu).woken(tsNs);
            VmInterrupts vm = state.of(vcpu.vm);
            for (int pin = 0; vm.picPendings > 0 && pin < VmInterrupts.PIC_PINS; pin++) {
                Delivery d = vm.pic[pin];
                if (d != null && d.vcpu == vcpu && d.runnableNs == Delivery.NONE) {
                    d.runnableNs = tsNs;
                }
            }
        };
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        sources.over(cpu);
        expiries.lost(cpu);
        for (GuestVm vm : guests.vms()) {
            state.of(vm).pitReset();
            for (Delivery d : state.of(vm).pic) {
                if (d != null && (d.assertedCpu == cpu || mayHaveRunOn(d.vcpu, cpu))) {
                    d.lost = true;
                }
            }
        }
        for (Vcpu vcpu : guests.vcpus()) {
            if (mayHaveRunOn(vcpu, cpu)) {
                state.of(vcpu).markLost();
            }
        }
    }

    private static boolean mayHaveRunOn(Vcpu vcpu, int cpu) {
        return vcpu == null || vcpu.cpu == cpu || !vcpu.running;
    }

    @Override
    public void end(long lastNs) {
        power.end();
        for (GuestVm vm : guests.vms()) {
            for (Delivery d : state.of(vm).pic) {
                if (d != null && !d.masked) {
                    deliveries.end(d);
                }
            }
        }
        for (Vcpu vcpu : guests.vcpus()) {
            VcpuInterrupts of = state.of(vcpu);
            for (int i = 0; i < of.pendings; i++) {
                deliveries.end(of.pending[i]);
            }
            for (int i = 0; i < of.services; i++) {
                deliveries.end(of.service[i]);
            }
        }
        sources.end();
        deliveries.flush();
        edges.flush();
    }
}
