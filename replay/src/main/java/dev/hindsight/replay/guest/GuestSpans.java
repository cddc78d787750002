package dev.hindsight.replay.guest;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.ThreadRegistry;
import dev.hindsight.replay.timeline.TimelinePart;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Table {@code guest_span} of the host's trace, from the guest's events: what its kernel ran on each of its CPUs.
 *
 * <p>Spans of a CPU follow each other: the innermost interrupt that is open, else the task or the idle task. They are cut
 * to the time that both recordings cover. A task is known from the CPU's first event on, if the recording has {@code
 * sched_switch} at all. A guest that is not in guest mode does not notice: its span goes on meanwhile.
 */
final class GuestSpans implements TimelinePart {

    private static final int UNKNOWN = -1;
    private static final int DEEPEST = 32;
    private static final int SOFTIRQ_BIT = 1 << 30;

    private final PairedGuest guest;
    private final ThreadRegistry threads;
    private final TableAppender rows;
    private final List<CpuState> cpus = new ArrayList<>();
    private boolean switches;

    private static final class CpuState {
        final PairedGuest.PairedCpu paired;
        int tid = UNKNOWN;
        long sinceNs;
        /** What is open, a hard interrupt by its number, a softirq with {@link #SOFTIRQ_BIT}. */
        final int[] open = new int[DEEPEST];

        int depth;

        CpuState(PairedGuest.PairedCpu paired) {
            this.paired = paired;
        }
    }

    /** @param tables of the host's trace */
    GuestSpans(PairedGuest guest, ThreadRegistry threads, TableSinks tables) {
        this.guest = guest;
        this.threads = threads;
        this.rows = new TableAppender(TimelineTables.GUEST_SPAN, tables);
    }

    @Override
    public EventHandler handlerFor(EventType type) {
        return switch (type.system()) {
            case "sched" -> type.name().equals("sched_switch") ? switched(type) : null;
            case "irq" ->
                switch (type.name()) {
                    case "irq_handler_entry" -> entered(type.column("irq"), 0);
                    case "irq_handler_exit" -> left(type.column("irq"), 0);
                    case "softirq_entry" -> entered(type.column("vec"), SOFTIRQ_BIT);
                    case "softirq_exit" -> left(type.column("vec"), SOFTIRQ_BIT);
                    default -> null;
                };
            case "irq_vectors" -> {
                int vector = type.column("vector");
                yield type.name().endsWith("_entry")
                        ? entered(vector, 1 << 29)
                        : type.name().endsWith("_exit") ? left(vector, 1 << 29) : null;
            }
            case "ipi" ->
                switch (type.name()) {
                    case "ipi_entry" -> (tsNs, cpu, tid, block, row) -> enter(tsNs, cpu, 1 << 28);
                    case "ipi_exit" -> (tsNs, cpu, tid, block, row) -> leave(tsNs, cpu, 1 << 28);
                    default -> null;
                };
            default -> null;
        };
    }

    private EventHandler switched(EventType type) {
        int prev = type.column("prev_pid");
        int next = type.column("next_pid");
        if (prev < 0 || next < 0) {
            return null;
        }
        switches = true;
        return (tsNs, cpu, tid, block, row) -> {
            CpuState at = cpu(cpu);
            if (at.tid == UNKNOWN) {
                at.tid = (int) block.get(prev, row);
            }
            end(at, tsNs);
            at.tid = (int) block.get(next, row);
            at.depth = 0;
        };
    }

    private EventHandler entered(int column, int kind) {
        return column < 0
                ? null
                : (tsNs, cpu, tid, block, row) -> enter(tsNs, cpu, (int) block.get(column, row) | kind);
    }

    private EventHandler left(int column, int kind) {
        return column < 0
                ? null
                : (tsNs, cpu, tid, block, row) -> leave(tsNs, cpu, (int) block.get(column, row) | kind);
    }

    private void enter(long tsNs, int cpu, int what) {
        CpuState at = cpu(cpu);
        end(at, tsNs);
        if (at.depth < DEEPEST) {
            at.open[at.depth++] = what;
        }
    }

    /** An exit whose entry nobody saw ends nothing. */
    private void leave(long tsNs, int cpu, int what) {
        CpuState at = cpu(cpu);
        for (int depth = at.depth - 1; depth >= 0; depth--) {
            if (at.open[depth] == what) {
                end(at, tsNs);
                at.depth = depth;
                return;
            }
        }
    }

    private CpuState cpu(int cpu) {
        while (cpu >= cpus.size()) {
            cpus.add(new CpuState(guest.cpu(cpus.size())));
        }
        return cpus.get(cpu);
    }

    private void end(CpuState at, long tsNs) {
        long startNs = Math.max(at.sinceNs, guest.firstNs());
        long endNs = Math.min(tsNs, guest.lastNs());
        at.sinceNs = tsNs;
        boolean known = at.depth > 0 || switches && at.tid != UNKNOWN;
        if (at.paired == null || startNs >= endNs || !known) {
            return;
        }
        rows.addRow();
        rows.setText(0, at.paired.vm());
        rows.set(1, at.paired.vcpu());
        rows.set(2, at.paired.guestCpu());
        rows.set(3, startNs);
        rows.set(4, endNs);
        rows.setText(5, kind(at));
        rows.set(6, at.tid == UNKNOWN ? NULL : at.tid);
        rows.setText(7, at.tid == UNKNOWN ? null : threads.comm(at.tid));
    }

    private static String kind(CpuState at) {
        if (at.depth > 0) {
            return (at.open[at.depth - 1] & SOFTIRQ_BIT) != 0 ? "softirq" : "hardirq";
        }
        return at.tid == 0 ? "idle" : "task";
    }

    @Override
    public void resumed(long tsNs, int cpu, int tid) {
        CpuState at = cpu(cpu);
        at.tid = tid;
        at.sinceNs = tsNs;
        at.depth = 0;
    }

    @Override
    public void lost(int cpu, long startNs, long endNs) {
        CpuState at = cpu(cpu);
        end(at, startNs);
        at.tid = UNKNOWN;
        at.depth = 0;
        Arrays.fill(at.open, 0);
    }

    @Override
    public void end(long lastNs) {
        for (CpuState at : cpus) {
            end(at, lastNs);
        }
        rows.flush();
    }
}
