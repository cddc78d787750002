package dev.hindsight.replay.guest;

import dev.hindsight.parsers.recording.EventType;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.EventHandler;
import dev.hindsight.replay.timeline.TimelineContext;
import dev.hindsight.replay.timeline.TimelinePart;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the host's timeline tells of its guests' entries, gathered while it is built: give the tables to this too, and
 * {@link #offsets} to the timeline as a part.
 */
public final class HostSide implements TableSinks {

    /** The counter's offset of a virtual CPU was set: from then on the guest reads the host's counter plus that. */
    record OffsetWrite(long tsNs, int tid, int vcpu, long offset) {}

    /** Writes of one recording that are kept; a guest's boot makes a dozen. */
    private static final int MOST_WRITES = 1 << 16;

    private final Map<String, Map<Integer, VcpuEntries>> machines = new LinkedHashMap<>();
    private final List<OffsetWrite> writes = new ArrayList<>();
    private VcpuEntries last;

    @Override
    public BlockSink open(TableSchema schema) {
        return switch (schema.name()) {
            case "vcpu_span" -> this::spans;
            case "virq" -> this::interrupts;
            default -> block -> {};
        };
    }

    private void spans(TableBlock block) {
        TableSchema of = TimelineTables.VCPU_SPAN;
        ColumnData vm = block.column(of.indexOf("vm"));
        ColumnData state = block.column(of.indexOf("state"));
        int vcpu = of.indexOf("vcpu");
        int tid = of.indexOf("tid");
        int start = of.indexOf("start_ns");
        int end = of.indexOf("end_ns");
        for (int row = 0; row < block.rows(); row++) {
            VcpuEntries entries = entries(vm.getText(row), (int) block.get(vcpu, row), (int) block.get(tid, row));
            if ("guest".equals(state.getText(row))) {
                entries.inGuest(block.get(start, row), block.get(end, row));
            }
        }
    }

    private void interrupts(TableBlock block) {
        TableSchema of = TimelineTables.VIRQ;
        ColumnData vm = block.column(of.indexOf("vm"));
        int vcpu = of.indexOf("vcpu");
        int vector = of.indexOf("vector");
        int entered = of.indexOf("entered_ns");
        for (int row = 0; row < block.rows(); row++) {
            long enteredNs = block.get(entered, row);
            long with = block.get(vector, row);
            if (enteredNs != ColumnData.NULL && with != ColumnData.NULL) {
                entries(vm.getText(row), (int) block.get(vcpu, row), -1).carried(enteredNs, (int) with);
            }
        }
    }

    private VcpuEntries entries(String vm, int vcpu, int tid) {
        if (last == null || last.vcpu != vcpu || !last.vm.equals(vm) || last.tid < 0 && tid >= 0) {
            Map<Integer, VcpuEntries> of = machines.computeIfAbsent(vm, key -> new LinkedHashMap<>());
            VcpuEntries known = of.get(vcpu);
            if (known == null || known.tid < 0 && tid >= 0) {
                VcpuEntries made = new VcpuEntries(vm, vcpu, tid);
                for (int i = 0; known != null && i < known.carried(); i++) {
                    made.carried(known.carriedNs(i), known.carriedVector(i));
                }
                known = made;
                of.put(vcpu, known);
            }
            last = known;
        }
        return last;
    }

    /** A {@link dev.hindsight.replay.timeline.TimelinePartFactory}: hears what the host sets the guests' counters to. */
    public TimelinePart offsets(TimelineContext context) {
        return new TimelinePart() {

            @Override
            public EventHandler handlerFor(EventType type) {
                int vcpu = type.column("vcpu_id");
                int next = type.column("next_tsc_offset");
                if (!type.name().equals("kvm_write_tsc_offset") || vcpu < 0 || next < 0) {
                    return null;
                }
                return (tsNs, cpu, tid, block, row) -> {
                    if (writes.size() < MOST_WRITES) {
                        writes.add(new OffsetWrite(tsNs, tid, (int) block.get(vcpu, row), block.get(next, row)));
                    }
                };
            }

            @Override
            public void lost(int cpu, long startNs, long endNs) {
                // A write that was lost shows in the share of events outside of the guest.
            }

            @Override
            public void end(long lastNs) {
                // Nothing is open.
            }
        };
    }

    /** Keys of the virtual machines, in order of discovery. */
    List<String> machines() {
        return List.copyOf(machines.keySet());
    }

    /** Entries by virtual CPU; empty where there is no such machine. */
    Map<Integer, VcpuEntries> entries(String vm) {
        return machines.getOrDefault(vm, Map.of());
    }

    List<OffsetWrite> offsetWrites() {
        return writes;
    }

    /** The machine that has a vCPU with this host thread, null where none has. */
    String machineOf(int tid) {
        for (Map.Entry<String, Map<Integer, VcpuEntries>> machine : machines.entrySet()) {
            for (VcpuEntries entries : machine.getValue().values()) {
                if (entries.tid == tid) {
                    return machine.getKey();
                }
            }
        }
        return null;
    }
}
