package dev.hindsight.replay.timeline.kvm;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.EventHandlers;
import dev.hindsight.replay.timeline.TimelineContext;
import dev.hindsight.replay.timeline.TimelinePart;
import java.util.ArrayList;
import java.util.List;

/**
 * What KVM's events tell: tables {@code vm}, {@code vcpu_span}, {@code vm_exit}, {@code virq}, {@code halt_poll},
 * {@code marker} and {@code job}. Machines and their vCPUs are found in the recording; nothing is configured.
 *
 * <p>At one event first the machines are found, then where their threads stand is kept, then the tables look.
 */
public final class KvmTimeline implements TimelinePart {

    private final TimelinePart[] parts;

    /** A {@link dev.hindsight.replay.timeline.TimelinePartFactory}. */
    public KvmTimeline(TimelineContext context) {
        GuestDirectory guests = new GuestDirectory(context.threads());
        GuestDiscovery discovery = new GuestDiscovery(context, guests);
        VcpuPlacement placement = new VcpuPlacement(guests, context.threads());
        Deliveries deliveries = new Deliveries(context.tables());
        InterruptEdges edges = new InterruptEdges(context.tables());
        parts = new TimelinePart[] {
            discovery,
            placement,
            new VcpuSpans(context, guests),
            new VmExits(context, guests, placement),
            new VirtualInterrupts(context, guests, deliveries, edges),
            new GicInterrupts(context, guests, deliveries, edges),
            new Markers(context, guests),
            new GuestDepartures(guests)
        };
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        List<EventHandler> found = new ArrayList<>();
        for (TimelinePart part : parts) {
            EventHandler handler = part.handlerFor(type);
            if (handler != null) {
                found.add(handler);
            }
        }
        return found.isEmpty() ? null : new EventHandlers(found);
    }

    @Override
    public void resumed(long tsNs, int cpu, int tid) {
        for (TimelinePart part : parts) {
            part.resumed(tsNs, cpu, tid);
        }
    }

    /** {@inheritDoc} Those that say whom a loss touches look before the vCPUs' places are given up. */
    @Override
    public void lost(int cpu, long startNs, long endNs) {
        for (int i = parts.length - 1; i >= 0; i--) {
            parts[i].lost(cpu, startNs, endNs);
        }
    }

    @Override
    public void end(long lastNs) {
        for (TimelinePart part : parts) {
            part.end(lastNs);
        }
    }
}
