package dev.hindsight.replay.guest;

import dev.hindsight.parsers.recording.EventSlice;
import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.recording.RecordingSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * When a guest's recording shows its CPUs running, and when handlers of interrupts began: every event is one at which
 * the virtual CPU was in the guest.
 *
 * <p>At most {@value #MOST} times are kept: of longer recordings every second one, every fourth, and so on.
 */
public final class GuestSide implements RecordingSink {

    /** A CPU without an event for so long was likely halted or off: what follows tells when it came back. */
    static final long SILENCE_NS = 1_000_000;

    /** What stands for a vector where a CPU came back after a silence. */
    static final int CAME_BACK = -1;

    private static final int MOST = 1 << 22;
    private static final int MOST_HANDLERS = 1 << 20;
    private static final String ENTRY = "_entry";

    /** Of one guest CPU. */
    static final class GuestCpu {
        final LongRun tsNs = new LongRun();
        final LongRun handlerNs = new LongRun();
        final LongRun handlerVector = new LongRun();
        final LongRun backNs = new LongRun();
        private long previousNs = Long.MIN_VALUE;
    }

    private final List<GuestCpu> cpus = new ArrayList<>();
    private int[] vectorColumn = new int[64];
    private long stride = 1;
    private long events;
    private int kept;
    private int handlers;
    private long firstNs = Long.MAX_VALUE;
    private long lastNs = Long.MIN_VALUE;

    public GuestSide() {
        Arrays.fill(vectorColumn, -1);
    }

    @Override
    public void type(EventType type) {
        int index = type.index();
        if (index >= vectorColumn.length) {
            int from = vectorColumn.length;
            vectorColumn = Arrays.copyOf(vectorColumn, 2 * index);
            Arrays.fill(vectorColumn, from, vectorColumn.length, -1);
        }
        if (type.system().equals("irq_vectors") && type.name().endsWith(ENTRY)) {
            vectorColumn[index] = type.column("vector");
        }
    }

    @Override
    public void slice(EventSlice slice) {
        for (int i = 0; i < slice.size; i++) {
            long tsNs = slice.tsNs[i];
            GuestCpu cpu = cpu(slice.cpu[i]);
            if (events++ % stride == 0) {
                cpu.tsNs.add(tsNs);
                kept++;
                if (kept >= MOST) {
                    thin();
                }
            }
            int type = slice.type[i];
            int vector = vectorColumn[type];
            if (handlers < MOST_HANDLERS) {
                if (vector >= 0) {
                    cpu.handlerNs.add(tsNs);
                    cpu.handlerVector.add(slice.blocks[type].get(vector, slice.row[i]));
                    handlers++;
                }
                if (cpu.previousNs != Long.MIN_VALUE && tsNs - cpu.previousNs >= SILENCE_NS) {
                    cpu.backNs.add(tsNs);
                    handlers++;
                }
            }
            cpu.previousNs = tsNs;
        }
        if (slice.size > 0) {
            firstNs = Math.min(firstNs, slice.tsNs[0]);
            lastNs = Math.max(lastNs, slice.tsNs[slice.size - 1]);
        }
    }

    private GuestCpu cpu(int cpu) {
        while (cpu >= cpus.size()) {
            cpus.add(new GuestCpu());
        }
        return cpus.get(cpu);
    }

    private void thin() {
        stride *= 2;
        kept = 0;
        for (GuestCpu cpu : cpus) {
            cpu.tsNs.thin();
            kept += cpu.tsNs.size();
        }
    }

    @Override
    public void lost(int cpu, int instance, long startNs, long endNs, long lost) {
        // What is not seen asks nothing of the offset.
    }

    List<GuestCpu> cpus() {
        return cpus;
    }

    boolean isEmpty() {
        return events == 0;
    }

    long firstNs() {
        return firstNs;
    }

    long lastNs() {
        return lastNs;
    }
}
