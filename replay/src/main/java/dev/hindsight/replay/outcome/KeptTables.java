package dev.hindsight.replay.outcome;

import dev.hindsight.parsers.table.ColumnData;
import dev.hindsight.parsers.table.ColumnType;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableBlock;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.timeline.TimelineTables;
import dev.hindsight.replay.workload.TimelineStore;
import dev.hindsight.replay.workload.Workload;

/** What no policy changes: tables {@code thread}, {@code vm} and {@code gap_span}; and {@code cpu}, over the window. */
final class KeptTables {

    private final Workload workload;
    private final TimelineStore recorded;
    private final TableSinks sinks;

    KeptTables(Workload workload, TimelineStore recorded, TableSinks sinks) {
        this.workload = workload;
        this.recorded = recorded;
        this.sinks = sinks;
    }

    /** {@code events} by CPU, as many as the replay told. */
    void write(long lastNs, long[] events) {
        copy(TimelineTables.THREAD);
        copy(TimelineTables.VM);
        TableAppender cpus = new TableAppender(TimelineTables.CPU, sinks);
        for (int cpu = 0; cpu < workload.cpus(); cpu++) {
            cpus.addRow();
            cpus.set(0, cpu);
            cpus.set(1, workload.firstNs());
            cpus.set(2, lastNs);
            cpus.set(3, events[cpu]);
        }
        cpus.flush();
        TableAppender gaps = new TableAppender(TimelineTables.GAP_SPAN, sinks);
        Workload.Gaps of = workload.gaps();
        for (int i = 0; i < of.cpu().length; i++) {
            gaps.addRow();
            gaps.set(0, of.cpu()[i]);
            gaps.set(1, of.startNs()[i]);
            gaps.set(2, of.endNs()[i]);
        }
        gaps.flush();
    }

    private void copy(TableSchema schema) {
        TableAppender rows = new TableAppender(schema, sinks);
        for (TableBlock block : recorded.table(schema)) {
            for (int row = 0; row < block.rows(); row++) {
                rows.addRow();
                for (int column = 0; column < schema.columns().size(); column++) {
                    ColumnData data = block.column(column);
                    ColumnType type = data.column().type();
                    if (type == ColumnType.TEXT || type == ColumnType.SYMBOL) {
                        rows.setText(column, data.getText(row));
                    } else {
                        rows.set(column, data.getLong(row));
                    }
                }
            }
        }
        rows.flush();
    }
}
