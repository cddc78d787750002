package dev.hindsight.replay;

import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.TimelineStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The plainest figures of a timeline: response quantiles, jobs, CPU time of a role. */
final class RunFiguresByHand {

    private final TimelineStore tables;
    private final List<Long> responsesNs = new ArrayList<>();
    private final List<Long> toEntryNs = new ArrayList<>();

    RunFiguresByHand(TimelineStore tables) {
        this.tables = tables;
        TableSchema virq = TimelineTables.VIRQ;
        for (TableBlock block : tables.table(virq)) {
            ColumnData asserted = block.column(index(virq, "asserted_ns"));
            ColumnData handled = block.column(index(virq, "handled_ns"));
            ColumnData entered = block.column(index(virq, "entered_ns"));
            for (int row = 0; row < block.rows(); row++) {
                if (handled.getLong(row) != ColumnData.NULL) {
                    responsesNs.add(handled.getLong(row) - asserted.getLong(row));
                }
                if (entered.getLong(row) != ColumnData.NULL) {
                    toEntryNs.add(entered.getLong(row) - asserted.getLong(row));
                }
            }
        }
        if (2 * responsesNs.size() < toEntryNs.size()) {
            // The guests' handlers are hidden.
            responsesNs.clear();
            responsesNs.addAll(toEntryNs);
        }
        Collections.sort(responsesNs);
    }

    private static int index(TableSchema schema, String column) {
        for (int i = 0; i < schema.columns().size(); i++) {
            if (schema.columns().get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException(schema.name() + " has no column " + column);
    }

    int deliveries() {
        return responsesNs.size();
    }

    /** Nearest rank. */
    long responseNs(double quantile) {
        return responsesNs.get((int) Math.ceil(quantile * responsesNs.size()) - 1);
    }

    long jobs() {
        return tables.table(TimelineTables.JOB).stream()
                .mapToLong(TableBlock::rows)
                .sum();
    }

    /** Time on a CPU of all threads of a role. */
    long cpuNs(String role) {
        Set<Long> tids = new HashSet<>();
        TableSchema thread = TimelineTables.THREAD;
        for (TableBlock block : tables.table(thread)) {
            for (int row = 0; row < block.rows(); row++) {
                if (block.column(index(thread, "role")).getText(row).equals(role)) {
                    tids.add(block.column(index(thread, "tid")).getLong(row));
                }
            }
        }
        TableSchema span = TimelineTables.THREAD_SPAN;
        long sum = 0;
        for (TableBlock block : tables.table(span)) {
            for (int row = 0; row < block.rows(); row++) {
                if (block.column(index(span, "state")).getText(row).equals("running")
                        && tids.contains(block.column(index(span, "tid")).getLong(row))) {
                    sum += block.column(index(span, "end_ns")).getLong(row)
                            - block.column(index(span, "start_ns")).getLong(row);
                }
            }
        }
        return sum;
    }
}
