package dev.hindsight.queries.dataset;

import dev.hindsight.parsers.fault.Warning;
import dev.hindsight.parsers.table.BlockSink;
import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.MarkerRule;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which of the markers that the user named a recording does not show, perhaps for a wrong number: give the tables to it. */
final class UnseenMarkers implements TableSinks {

    private final Set<String> seen = new HashSet<>();

    @Override
    public BlockSink open(TableSchema schema) {
        return schema.name().equals(TimelineTables.MARKER.name()) ? this::markers : block -> {};
    }

    private void markers(TableBlock block) {
        ColumnData kind = block.column(TimelineTables.MARKER.indexOf("kind"));
        for (int row = 0; row < block.rows(); row++) {
            seen.add(kind.getText(row));
        }
    }

    /** A warning for each rule that never said anything, with where to look for what the guest says. */
    List<Warning> warnings(List<MarkerRule> rules) {
        List<Warning> warnings = new ArrayList<>();
        for (MarkerRule rule : rules) {
            if (!seen.contains(rule.name())) {
                warnings.add(new Warning(
                        "marker-unseen",
                        "marker " + Ingest.flag(rule) + " was never seen, so it has no jobs: " + where(rule),
                        1,
                        false,
                        -1));
            }
        }
        return warnings;
    }

    private static String where(MarkerRule rule) {
        if (rule instanceof MarkerRule.Pio) {
            return "it takes event kvm:kvm_pio, and the ports that the guest wrote are told by"
                    + " 'hindsight query TRACE \"SELECT port, count(*) FROM ev_kvm_kvm_pio WHERE rw = 1 GROUP BY ALL\"'";
        } else if (rule instanceof MarkerRule.Mmio) {
            return "it takes event kvm:kvm_mmio, and the addresses that the guest wrote are told by"
                    + " 'hindsight query TRACE \"SELECT to_hex(gpa), count(*) FROM ev_kvm_kvm_mmio WHERE type = 2"
                    + " GROUP BY ALL\"'";
        } else if (rule instanceof MarkerRule.Hypercall) {
            return "it takes event kvm:kvm_hypercall (x86), kvm:kvm_hvc_arm64 or kvm_hv:kvm_hcall_enter (POWER);"
                    + " 'hindsight info TRACE' tells which events there are";
        } else if (rule instanceof MarkerRule.TraceMarker) {
            return "it takes lines of trace_marker that begin so, told by"
                    + " 'hindsight query TRACE \"SELECT buf, count(*) FROM ev_ftrace_print GROUP BY ALL\"'";
        }
        return "it takes the guest's own recording with a task of that name, told by"
                + " 'hindsight query GUEST \"SELECT comm, count(*) FROM thread GROUP BY ALL\"'";
    }
}
