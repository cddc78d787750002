package dev.hindsight.queries.replay;

import static dev.hindsight.parsers.table.ColumnType.BOOL;
import static dev.hindsight.parsers.table.ColumnType.INT32;
import static dev.hindsight.parsers.table.ColumnType.INT64;
import static dev.hindsight.parsers.table.ColumnType.TEXT;

import dev.hindsight.parsers.table.Column;
import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.parsers.table.TableSinks;
import dev.hindsight.replay.engine.PathFactors;
import dev.hindsight.replay.engine.ReplayTotals;
import java.util.List;

/** What a dataset says of its replayed runs. */
public final class ReplayedRunTable {

    public static final TableSchema REPLAYED_RUN = new TableSchema(
            "replayed_run",
            "A run that was not recorded but replayed from the recording of its trace.",
            List.of(
                    Column.of("policy", TEXT, "as flags; empty for what the recording decided"),
                    Column.of(
                            "extended",
                            BOOL,
                            "whether threads that only ever wait for CPU went on beyond their demand"),
                    Column.of("exit_factor_ppm", INT64, "factor on what KVM's paths take, in millionths"),
                    Column.of("interrupt_factor_ppm", INT64, "factor on what interrupts take, in millionths"),
                    Column.of("switch_factor_ppm", INT64, "factor on wakeups and switches, in millionths"),
                    Column.of("guest_factor_ppm", INT64, "factor on the guest's handlers, in millionths"),
                    Column.of("span_ns", INT64, "length of the run"),
                    Column.of(
                            "truncated_ns",
                            INT64,
                            "time, over all threads, after a thread's observed demand was used up"),
                    Column.of("truncated_threads", INT32, "threads that ran out so"),
                    Column.of("deliveries", INT64, "virtual interrupts"),
                    Column.of("truncated_deliveries", INT64, "those beyond what the recording shows of their line"),
                    Column.of("steps", INT64, "simulated events"),
                    Column.of("switches", INT64, "context switches"),
                    Column.of("migrations", INT64, "threads that changed their CPU")));

    private ReplayedRunTable() {}

    static void write(FinishedRun run, TableSinks sinks) {
        ReplayTotals totals = run.totals();
        TableAppender row = new TableAppender(REPLAYED_RUN, sinks);
        row.addRow();
        int column = 0;
        row.setText(
                column++, run.plan().policy() == null ? "" : run.plan().policy().text());
        row.set(column++, run.plan().options().extendHungry() ? 1 : 0);
        PathFactors factors = run.plan().options().factors();
        row.set(column++, Math.round(1e6 * factors.exits()));
        row.set(column++, Math.round(1e6 * factors.interrupts()));
        row.set(column++, Math.round(1e6 * factors.switches()));
        row.set(column++, Math.round(1e6 * factors.guest()));
        row.set(column++, totals.spanNs());
        row.set(column++, totals.truncatedNs());
        row.set(column++, totals.truncatedThreads());
        row.set(column++, totals.deliveries());
        row.set(column++, totals.truncatedDeliveries());
        row.set(column++, totals.steps());
        row.set(column++, totals.switches());
        row.set(column, totals.migrations());
        row.flush();
    }
}
