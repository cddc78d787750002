package dev.hindsight.replay.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hindsight.parsers.table.TableAppender;
import dev.hindsight.parsers.table.TableSchema;
import dev.hindsight.replay.timeline.TimelineTables;
import org.junit.jupiter.api.Test;

class FrozenTimesTest {

    private static final long US = 1_000;

    private final TimelineStore store = new TimelineStore(WorkloadBuilder.TABLES);

    private static void set(TableAppender rows, TableSchema schema, String column, long value) {
        rows.set(schema.indexOf(column), value);
    }

    private void gap(long cpu, long startUs, long endUs) {
        TableAppender rows = new TableAppender(TimelineTables.GAP_SPAN, store);
        rows.addRow();
        set(rows, TimelineTables.GAP_SPAN, "cpu", cpu);
        set(rows, TimelineTables.GAP_SPAN, "start_ns", startUs * US);
        set(rows, TimelineTables.GAP_SPAN, "end_ns", endUs * US);
        rows.flush();
    }

    private void expiries(long[]... cpuDueExpired) {
        TableSchema schema = TimelineTables.TIMER_EXPIRY;
        TableAppender rows = new TableAppender(schema, store);
        for (long[] expiry : cpuDueExpired) {
            rows.addRow();
            set(rows, schema, "cpu", expiry[0]);
            set(rows, schema, "timer", 7);
            rows.setText(schema.indexOf("function"), "pit_timer_fn");
            set(rows, schema, "due_ns", expiry[1] * US);
            set(rows, schema, "expired_ns", expiry[2] * US);
            set(rows, schema, "returned_ns", (expiry[2] + 5) * US);
        }
        rows.flush();
    }

    private Workload.Gaps frozen() {
        return WorkloadBuilder.build(store, new MachineFacts("6.1.0", 2, 0, 100_000 * US))
                .gaps();
    }

    @Test
    void a_cpu_stands_still_from_the_time_that_a_timer_was_due_which_came_only_after_the_gap() {
        gap(1, 10_000, 15_000);
        expiries(new long[] {1, 9_970, 15_090});
        assertThat(frozen().startNs()).containsExactly(9_970 * US);
        assertThat(frozen().endNs()).containsExactly(15_000 * US);
    }

    @Test
    void a_tick_that_did_not_come_tells_it_too() {
        gap(1, 12_030, 15_000);
        assertThat(frozen().startNs()).containsExactly(12_000 * US);
    }

    @Test
    void timers_of_other_cpus_or_that_came_before_or_were_due_long_before_tell_nothing() {
        gap(1, 10_000, 15_000);
        expiries(
                new long[] {0, 9_950, 15_090}, new long[] {1, 9_960, 9_980}, new long[] {1, 8_000, 15_100}, new long[] {
                    1, 9_940, 17_000
                });
        assertThat(frozen().startNs()).containsExactly(10_000 * US);
    }
}
