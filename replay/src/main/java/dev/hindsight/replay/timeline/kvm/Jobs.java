package dev.hindsight.replay.timeline.kvm;

import static dev.hindsight.parsers.table.ColumnData.NULL;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes {@code job}: from a marker's begin to its end, on one vCPU or on the host.
 *
 * <p>A begin within a job starts it anew: its first end is lost or was never said. An end without a begin, and a begin
 * that the recording ends before, are in table {@code marker} only.
 */
final class Jobs {

    private record Key(String marker, Vcpu vcpu) {}

    private static final class Begun {
        boolean isOpen;
        long startNs;
        boolean lost;
    }

    private final TableAppender rows;
    private final Map<Key, Begun> begun = new LinkedHashMap<>();

    Jobs(TableSinks tables) {
        rows = new TableAppender(TimelineTables.JOB, tables);
    }

    /** {@code vcpu} is null for the host's own markers. */
    void marker(long tsNs, Vcpu vcpu, String name, long value) {
        Begun job = begun.computeIfAbsent(new Key(name, vcpu), key -> new Begun());
        if (value != 0) {
            job.isOpen = true;
            job.startNs = tsNs;
            job.lost = false;
        } else if (job.isOpen) {
            job.isOpen = false;
            rows.addRow();
            rows.setText(0, name);
            rows.setText(1, vcpu == null ? null : vcpu.vm.key);
            rows.set(2, vcpu == null ? NULL : vcpu.id);
            rows.set(3, job.startNs);
            rows.set(4, tsNs);
            rows.set(5, job.lost ? 1 : 0);
        }
    }

    /** Events of a CPU were lost: also of every vCPU that may have run there. */
    void lost(int cpu) {
        for (Map.Entry<Key, Begun> entry : begun.entrySet()) {
            Vcpu vcpu = entry.getKey().vcpu();
            if (vcpu == null || vcpu.cpu == cpu || !vcpu.running) {
                entry.getValue().lost = true;
            }
        }
    }

    void flush() {
        rows.flush();
    }
}
