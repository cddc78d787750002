package dev.hindsight.replay.guest;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.TimelinePart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When the handlers of interrupts begin in a guest, by its own recording, on its host's clock.
 *
 * <p>They are told apart as far as the host can tell its deliveries apart too: by vector on x86 ({@code irq_vectors}),
 * the timer and inter-processor interrupts elsewhere, and devices, whose numbers in the guest mean nothing to the host.
 */
final class HandlersSeen implements TimelinePart {

    /** Handlers of devices ({@code irq_handler_entry}). Vectors have their own numbers. */
    static final int DEVICE = -1;

    /** Of the guest's per-CPU timer, where it is no vector: arch_timer of arm64, the decrementer of POWER. */
    static final int TIMER = -2;

    /** Inter-processor interrupts, where they are no vectors. */
    static final int IPI = -3;

    private static final String ENTRY = "_entry";

    private final PairedGuest guest;
    private final HeldDeliveries deliveries;
    private final List<Map<Integer, LongRun>> beginNs = new ArrayList<>();
    private final List<LongRun> lostFromNs = new ArrayList<>();
    private final List<LongRun> lostToNs = new ArrayList<>();

    /** @param deliveries of the host, which learn of the handlers at the recording's end */
    HandlersSeen(PairedGuest guest, HeldDeliveries deliveries) {
        this.guest = guest;
        this.deliveries = deliveries;
    }

    PairedGuest guest() {
        return guest;
    }

    /** Begins of one guest CPU's handlers of a kind (a vector, or one of this class's), in order; null without any. */
    LongRun begins(int guestCpu, int kind) {
        return guestCpu < beginNs.size() ? beginNs.get(guestCpu).get(kind) : null;
    }

    /** Whether events of a guest's CPU were lost between two times. */
    boolean lostBetween(int guestCpu, long fromNs, long toNs) {
        if (guestCpu >= lostFromNs.size()) {
            return false;
        }
        int at = lostToNs.get(guestCpu).countBelow(fromNs + 1);
        return at < lostFromNs.get(guestCpu).size() && lostFromNs.get(guestCpu).get(at) < toNs;
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.system()) {
            case "irq" -> type.name().equals("irq_handler_entry") ? device(type.column("name")) : null;
            case "irq_vectors" -> {
                int vector = type.column("vector");
                yield vector < 0 || !type.name().endsWith(ENTRY)
                        ? null
                        : (tsNs, cpu, tid, block, row) -> begin(cpu, (int) block.get(vector, row), tsNs);
            }
            case "ipi" ->
                type.name().equals("ipi_entry") ? (tsNs, cpu, tid, block, row) -> begin(cpu, IPI, tsNs) : null;
            case "powerpc" ->
                switch (type.name()) {
                    case "timer_interrupt_entry" -> (tsNs, cpu, tid, block, row) -> begin(cpu, TIMER, tsNs);
                    case "doorbell_entry" -> (tsNs, cpu, tid, block, row) -> begin(cpu, IPI, tsNs);
                    default -> null;
                };
            default -> null;
        };
    }

    private EventHandler device(int name) {
        return (tsNs, cpu, tid, block, row) -> begin(cpu, kind(name, block, row), tsNs);
    }

    /** The names by which the kernel requests them: drivers/clocksource/arm_arch_timer.c, kernel/irq/ipi.c and arch. */
    private static int kind(int name, TableBlock block, int row) {
        String of = name < 0 ? null : block.column(name).getText(row);
        if (of == null) {
            return DEVICE;
        }
        return of.equals("arch_timer") ? TIMER : of.startsWith("IPI") ? IPI : DEVICE;
    }

    private void begin(int cpu, int kind, long tsNs) {
        reach(cpu);
        beginNs.get(cpu).computeIfAbsent(kind, of -> new LongRun()).add(tsNs);
    }

    private void reach(int cpu) {
        while (cpu >= beginNs.size()) {
            beginNs.add(new HashMap<>());
            lostFromNs.add(new LongRun());
            lostToNs.add(new LongRun());
        }
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        reach(cpu);
        lostFromNs.get(cpu).add(startNs);
        lostToNs.get(cpu).add(endNs);
    }

    @Override
    public void end(long lastNs) {
        deliveries.fill(this);
    }
}
